package org.isengard.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.util.function.Predicate;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;
import org.isengard.security.audit.FileAuditLog;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /auth/audit-logs}: the events, the oldest first. */
@Component(service = Filter.class)
@Feature(isengard_feature = "security")
public final class AuditRoutes extends RoutingFilter {
    private static final int USUAL = 1_000;
    private static final int MOST = 100_000;
    private static final int DAY = "2026-01-31".length();

    private final FileAuditLog audit;

    @Activate
    public AuditRoutes(@Reference FileAuditLog audit) {
        super(new Routes());
        this.audit = audit;
        routes().get("/auth/audit-logs", this::logs);
    }

    private void logs(Request request, Response response) throws IOException {
        if (!audit.isEnabled()) {
            throw new IsengardException(
                    ErrorCode.INEXISTENT_ITEM, "There is no audit: see \"Authorization.EnableAuditLogs\"");
        }
        long since = number(request, "since", 0);
        int limit = (int) Math.min(MOST, number(request, "limit", USUAL));
        String from = request.query("from-timestamp").orElse("");
        String to = request.query("to-timestamp").orElse("");
        Predicate<JsonNode> wanted = event -> event.path("seq").asLong() > since
                && event.path("time").asText().compareTo(from) >= 0
                && (to.isEmpty() || event.path("time").asText().compareTo(to) <= 0)
                && is(request, "user-id", event.path("user"))
                && is(request, "resource-id", event.path("resource"))
                && is(request, "action", event.path("action"));
        ArrayNode found = Json.MAPPER.createArrayNode();
        audit.each(from.length() >= DAY ? from.substring(0, DAY) : "", event -> {
            if (found.size() < limit && wanted.test(event)) {
                found.add(shown(event));
            }
            return found.size() < limit;
        });
        response.json(found);
    }

    private static boolean is(Request request, String argument, JsonNode value) {
        return request.query(argument)
                .filter(asked -> !asked.isEmpty())
                .map(asked -> asked.equals(value.asText()))
                .orElse(true);
    }

    private static ObjectNode shown(JsonNode event) {
        ObjectNode shown = Json.MAPPER.createObjectNode();
        shown.put("Sequence", event.path("seq").asLong());
        shown.put("Timestamp", event.path("time").asText());
        shown.put("UserId", event.path("user").asText());
        shown.put("UserName", event.path("user").asText());
        shown.put("RemoteIp", event.path("address").asText());
        shown.put("Action", event.path("action").asText());
        shown.put("ResourceType", event.path("level").asText());
        shown.put("ResourceId", event.path("resource").asText());
        shown.put("PatientID", event.path("patient").asText());
        shown.put("StudyInstanceUID", event.path("study").asText());
        shown.put("Outcome", event.path("outcome").asText());
        shown.put("LogData", event.path("details").asText());
        return shown;
    }

    private static long number(Request request, String name, long otherwise) {
        String text = request.query(name).orElse("");
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.matches("\\d{1,15}")) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "\"" + name + "\" must be a number");
        }
        return Long.parseLong(text);
    }
}
