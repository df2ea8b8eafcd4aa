package org.isengard.networking.scp;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The routes under {@code /tools} that show and change what the storage SCP takes. */
@Component(service = Filter.class)
@Feature(isengard_feature = "networking")
public final class AcceptedStorageRoutes extends RoutingFilter {
    private final AcceptedStorage accepted;

    @Activate
    public AcceptedStorageRoutes(@Reference AcceptedStorage accepted) {
        super(new Routes());
        this.accepted = accepted;
        routes().get("/tools/accepted-transfer-syntaxes", this::transferSyntaxes)
                .put("/tools/accepted-transfer-syntaxes", this::acceptTransferSyntaxes)
                .get("/tools/accepted-sop-classes", this::sopClasses)
                .get("/tools/unknown-sop-class-accepted", this::unknownSopClass)
                .put("/tools/unknown-sop-class-accepted", this::acceptUnknownSopClass);
    }

    private void transferSyntaxes(Request request, Response response) throws IOException {
        write(response, accepted.acceptedTransferSyntaxes());
    }

    private void acceptTransferSyntaxes(Request request, Response response) throws IOException {
        JsonNode body = request.json();
        List<String> patterns = new ArrayList<>();
        if (body.isTextual()) {
            patterns.add(body.textValue());
        } else if (body.isArray()) {
            for (JsonNode item : body) {
                if (!item.isTextual()) {
                    throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Not a transfer syntax: " + item);
                }
                patterns.add(item.textValue());
            }
        } else {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "A list of transfer syntaxes is expected");
        }
        accepted.acceptTransferSyntaxes(patterns);
        write(response, accepted.acceptedTransferSyntaxes());
    }

    private void sopClasses(Request request, Response response) throws IOException {
        write(response, accepted.acceptedSopClasses());
    }

    private void unknownSopClass(Request request, Response response) throws IOException {
        response.text(accepted.unknownSopClassAccepted() ? "1" : "0");
    }

    private void acceptUnknownSopClass(Request request, Response response) throws IOException {
        String body = request.text().trim();
        switch (body) {
            case "1", "true" -> accepted.acceptUnknownSopClass(true);
            case "0", "false" -> accepted.acceptUnknownSopClass(false);
            default -> throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Expected 0 or 1, not " + body);
        }
        response.text("");
    }

    private static void write(Response response, List<String> values) throws IOException {
        response.json(json -> {
            json.writeStartArray();
            for (String value : values) {
                json.writeString(value);
            }
            json.writeEndArray();
        });
    }
}
