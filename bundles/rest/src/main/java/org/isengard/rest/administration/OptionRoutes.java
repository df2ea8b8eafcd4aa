package org.isengard.rest.administration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.Filter;
import java.io.IOException;
import org.isengard.api.config.Settings;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code GET /administration/options}: the options in force and where each value comes from; see {@link OptionInForce}. */
@Component(service = Filter.class)
@Feature(isengard_feature = "rest")
public final class OptionRoutes extends RoutingFilter {
    private final Settings settings;

    @Activate
    public OptionRoutes(@Reference Settings settings) {
        super(new Routes());
        this.settings = settings;
        routes().get("/administration/options", this::list);
    }

    private void list(Request request, Response response) throws IOException {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        ArrayNode options = answer.putArray("Options");
        OptionList.of(settings.document(), settings.origins()).forEach(option -> options.add(option.json()));
        response.header("Cache-Control", "no-store").json(answer);
    }
}
