package org.isengard.rest;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.security.AuditLog.Event;
import org.isengard.rest.kit.audit.AuditTrail;

/** One request as an event of the audit: all that change something, and all that read data of patients. */
final class AuditedRequest {
    private static final Pattern RESOURCE = Pattern.compile("/(patients|studies|series|instances)/([^/]+)(/.*)?");
    private static final Pattern READS = Pattern.compile(
            "/(patients|studies|series|instances|dicom-web|wado|webdav|changes|exports|queries|auth/(settings|tokens|api-keys|audit-logs))(/.*)?"
                    + "|/jobs/[^/]+/[^/]+");
    private static final Map<String, String> LEVELS =
            Map.of("patients", "patient", "studies", "study", "series", "series", "instances", "instance");

    private final AuditTrail audit;
    private final Event begun;
    private final String method;
    private final String path;

    private AuditedRequest(AuditTrail audit, Event begun, String method, String path) {
        this.audit = audit;
        this.begun = begun;
        this.method = method;
        this.path = path;
    }

    /**
     * Begins an event, before the request can delete what it is about.
     *
     * @return empty for a request that is none, such as for a page
     */
    static Optional<AuditedRequest> of(AuditTrail audit, String method, String path, String user, String address) {
        boolean reads = method.equals("GET") || method.equals("HEAD");
        if (reads && !READS.matcher(path).matches() || method.equals("OPTIONS")) {
            return Optional.empty();
        }
        Matcher resource = RESOURCE.matcher(path);
        boolean named = resource.matches();
        Event event = new Event(
                Instant.now(),
                user,
                address,
                method + " " + path,
                named ? LEVELS.get(resource.group(1)) : "",
                named ? resource.group(2) : "",
                "",
                "",
                "",
                "");
        if (named && method.equals("DELETE")) {
            event = audit.identified(event);
        }
        return Optional.of(new AuditedRequest(audit, event, method, path));
    }

    /**
     * Ends the event.
     *
     * @param route template of the route, null when none answered
     */
    void end(String route, int status) {
        String action = method + " " + (route == null ? path : route);
        audit.record(begun.ended(Instant.now(), action, Integer.toString(status)));
    }
}
