package org.isengard.rest.administration;

import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.BundleState;
import org.isengard.rest.StartFailures;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.upgrade.PublishedRoutes;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * {@code GET /administration/features}: every bundle of the server with its state, why it does not work, and how many
 * routes it answers; then what happened to features and plugins lately.
 */
@Component(service = Filter.class)
@Feature(isengard_feature = "rest")
public final class FeatureRoutes extends RoutingFilter {
    private final BundleContext context;
    private final ServiceComponentRuntime components;
    private final StartFailures failures;
    private final PublishedRoutes published;
    private final FeatureHistory history;

    @Activate
    public FeatureRoutes(
            BundleContext context,
            @Reference ServiceComponentRuntime components,
            @Reference StartFailures failures,
            @Reference PublishedRoutes published,
            @Reference FeatureHistory history) {
        super(new Routes());
        this.context = context;
        this.components = components;
        this.failures = failures;
        this.published = published;
        this.history = history;
        routes().get("/administration/features", this::list);
    }

    private void list(Request request, Response response) throws IOException {
        List<Bundle> features = Arrays.stream(context.getBundles())
                .filter(FeatureHistory::isFeature)
                .sorted(Comparator.comparing(Bundle::getSymbolicName))
                .toList();
        response.header("Cache-Control", "no-store").json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("Features");
            for (Bundle feature : features) {
                write(json, feature);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("Events");
            for (FeatureHistory.Happened event : history.latest()) {
                json.writeStartObject();
                json.writeStringField(
                        "Time", event.time().truncatedTo(ChronoUnit.MILLIS).toString());
                json.writeStringField("Name", event.name());
                json.writeStringField("Version", event.version());
                json.writeStringField("Event", event.what());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private void write(JsonGenerator json, Bundle feature) throws IOException {
        BundleState state = BundleState.of(feature, components, failures);
        json.writeStartObject();
        json.writeStringField("Name", feature.getSymbolicName().substring(FeatureHistory.OWN.length()));
        json.writeStringField("Version", feature.getVersion().toString());
        json.writeStringField("State", state.name());
        json.writeArrayFieldStart("Reasons");
        for (String reason : state.reasons()) {
            json.writeString(reason);
        }
        json.writeEndArray();
        json.writeNumberField("Routes", published.of(feature).size());
        json.writeStringField(
                "Changed", Instant.ofEpochMilli(feature.getLastModified()).toString());
        json.writeEndObject();
    }
}
