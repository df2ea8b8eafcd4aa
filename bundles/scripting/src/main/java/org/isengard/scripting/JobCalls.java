package org.isengard.scripting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.RestClient;
import org.isengard.runtime.Json;

/**
 * Calls of the REST API that run as jobs. The job carries a name of ours ({@code UserData}): a job outlives the server, so
 * the call for a step that may have been begun already looks for its job first and sends nothing twice. An engine that
 * leaves answers 503, but what it has taken goes on with the one that comes.
 */
final class JobCalls {
    private static final byte[] NO_BODY = new byte[0];
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final String FIELD = "Script";

    private final ServerFunctions server;

    JobCalls(ServerFunctions server) {
        this.server = server;
    }

    /**
     * Runs a job to its end.
     *
     * @param resumed whether it may have been submitted before
     * @return the content of the job
     * @throws IOException with the answer, when the job failed
     * @throws IsengardException SERVICE_UNAVAILABLE when it may have been submitted or not
     */
    JsonNode run(String path, ObjectNode body, String step, boolean resumed) throws IOException {
        body.put("Synchronous", true).putObject("UserData").put(FIELD, step);
        awaitRoute(path);
        if (resumed) {
            Optional<JsonNode> before = find(step);
            if (before.isPresent()) {
                return before.get();
            }
        }
        return Json.MAPPER.readTree(server.answer("POST", path, body.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Features come one after the other at the start; a route that is there has another method than this one. */
    void awaitRoute(String path) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (server.call("GET", path, Map.of(), NO_BODY, false).status() == 404 && System.nanoTime() - end < 0) {
            ServerFunctions.pause();
        }
    }

    /** {@return the content of the job of a step, once it has succeeded; empty when there is none} */
    private Optional<JsonNode> find(String step) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            RestClient.Answer answer = server.call("GET", "/jobs?expand", Map.of(), NO_BODY, false);
            if (answer.status() == 200) {
                Optional<JsonNode> job = of(step, Json.MAPPER.readTree(answer.body()));
                if (job.isEmpty()) {
                    return job;
                }
                switch (job.get().path("State").asText()) {
                    case "Success":
                        return Optional.of(job.get().path("Content"));
                    case "Failure":
                        throw new IOException("its job failed: "
                                + job.get().path("ErrorDescription").asText());
                    default:
                    // It goes on.
                }
                end = System.nanoTime() + PATIENCE_NANOS;
            } else if (System.nanoTime() - end > 0) {
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The engine of jobs is not there");
            }
            ServerFunctions.pause();
        }
    }

    private static Optional<JsonNode> of(String step, JsonNode jobs) {
        for (JsonNode job : jobs) {
            if (step.equals(job.path("UserData").path(FIELD).asText())) {
                return Optional.of(job);
            }
        }
        return Optional.empty();
    }
}
