package org.isengard.networking.scu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.networking.remote.OutboundCallLimit;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.QueryFlags;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** The modalities that are declared, and whether they answer. */
@Component(
        service = Filter.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "networking")
public final class ModalityRoutes extends RoutingFilter {
    private static final List<String> OPERATIONS = List.of(
            "configuration",
            "echo",
            "find",
            "find-instance",
            "find-patient",
            "find-series",
            "find-study",
            "find-worklist",
            "get",
            "move",
            "query",
            "storage-commitment",
            "store",
            "store-straight");

    public @interface Config {
        boolean DicomEchoChecksFind();
    }

    private final Modalities modalities;
    private final boolean findChecked;

    @Activate
    public ModalityRoutes(@Reference Modalities modalities, @Reference OutboundCallLimit calls, Config config) {
        super(new Routes());
        this.modalities = modalities;
        findChecked = config.DicomEchoChecksFind();
        routes().get("/modalities", this::list)
                .get("/modalities/{name}", this::operations)
                .put("/modalities/{name}", this::declare)
                .delete("/modalities/{name}", this::remove)
                .get("/modalities/{name}/configuration", this::configuration)
                .post("/modalities/{name}/echo", calls.bounded(this::echo))
                .post("/tools/dicom-echo", calls.bounded(this::echoAnyone));
    }

    private void list(Request request, Response response) throws IOException {
        if (QueryFlags.isSet(request, "expand")) {
            ObjectNode all = JsonNodeFactory.instance.objectNode();
            modalities.declared().all().forEach((name, modality) -> all.set(name, modality.toJson()));
            response.json(all);
        } else {
            response.json(Json.MAPPER.<JsonNode>valueToTree(
                    modalities.declared().all().keySet()));
        }
    }

    private void operations(Request request, Response response) throws IOException {
        if (modalities.declared().get(request.path("name")).isEmpty()) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No such modality: " + request.path("name"));
        }
        response.json(Json.MAPPER.<JsonNode>valueToTree(OPERATIONS));
    }

    private void configuration(Request request, Response response) throws IOException {
        response.json(modalities.named(request.path("name")).toJson());
    }

    private void declare(Request request, Response response) throws IOException {
        modalities.declared().put(request.path("name"), request.json());
        response.text("");
    }

    private void remove(Request request, Response response) throws IOException {
        modalities.declared().remove(request.path("name"));
        response.text("");
    }

    private void echo(Request request, Response response) throws IOException {
        Modality modality = modalities.named(request.path("name"));
        String body = request.text();
        JsonNode options = body.isBlank() ? JsonNodeFactory.instance.objectNode() : Json.MAPPER.readTree(body);
        echo(modality, options, response);
    }

    private void echoAnyone(Request request, Response response) throws IOException {
        JsonNode body = request.json();
        echo(Modality.parse("", body), body, response);
    }

    private void echo(Modality modality, JsonNode options, Response response) throws IOException {
        boolean find = options.path("CheckFind").asBoolean(findChecked);
        Echo.call(modalities, modality, find, timeout(options));
        response.json(JsonNodeFactory.instance.objectNode());
    }

    /** {@return the option {@code Timeout} in seconds, -1 when it is not given} */
    public static int timeout(JsonNode options) {
        JsonNode timeout = options.path("Timeout");
        if (timeout.isMissingNode()) {
            return -1;
        }
        if (!timeout.isInt() || timeout.intValue() < 0) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"Timeout\" must be a number of seconds");
        }
        return timeout.intValue();
    }
}
