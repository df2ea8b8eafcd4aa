package org.isengard.dicomweb.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.IsengardException;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;

/** Fetches studies, series and instances from a DICOMweb server by WADO-RS; goes on after the last one that is whole. */
final class RetrieveClientJob implements Job {
    static final String TYPE = "DicomWebWadoRetrieveClient";

    /**
     * The resources to fetch, and the server.
     *
     * @param paths below the URL of the server
     */
    record Order(
            String server,
            List<String> paths,
            Map<String, String> arguments,
            Map<String, String> headers,
            RetryPlan retry) {
        Order {
            paths = List.copyOf(paths);
            arguments = Map.copyOf(arguments);
            headers = Map.copyOf(headers);
        }
    }

    private final Retriever retriever;
    private final Order order;
    /** Written by the thread that runs the job, read by any. */
    private volatile int next;

    private volatile int received;
    private volatile long bytes;
    private volatile IsengardException error;
    private int failures;

    RetrieveClientJob(Retriever retriever, Order order) {
        this.retriever = retriever;
        this.order = order;
    }

    static RetrieveClientJob restore(Retriever retriever, JsonNode state) {
        List<String> paths = new ArrayList<>();
        state.path("Paths").forEach(path -> paths.add(path.asText()));
        RetrieveClientJob job = new RetrieveClientJob(
                retriever,
                new Order(
                        state.path("Server").asText(),
                        paths,
                        ClientRequest.texts(state, "Arguments"),
                        ClientRequest.texts(state, "HttpHeaders"),
                        RetryPlan.read(state)));
        job.next = Math.max(0, state.path("Next").asInt());
        job.received = state.path("Received").asInt();
        job.bytes = state.path("Bytes").asLong();
        return job;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Optional<JsonNode> state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("Server", order.server)
                .put("Next", next)
                .put("Received", received)
                .put("Bytes", bytes);
        ArrayNode paths = state.putArray("Paths");
        order.paths.forEach(paths::add);
        ObjectNode arguments = state.putObject("Arguments");
        order.arguments.forEach(arguments::put);
        state.set("HttpHeaders", ClientRequest.withoutSecrets(order.headers));
        order.retry.write(state);
        return Optional.of(state);
    }

    @Override
    public ObjectNode content() {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("NetworkUsageMB", Long.toString(bytes >> 20))
                .put("ReceivedInstancesCount", Integer.toString(received));
        FunctionError.describe(error, content);
        order.retry.write(content);
        return content;
    }

    @Override
    public void run(JobControl control) throws IOException {
        while (next < order.paths.size()) {
            int before = received;
            try {
                retriever.fetch(order.server, order.paths.get(next), order.arguments, order.headers, size -> {
                    received = received + 1;
                    bytes = bytes + size;
                    control.checkpoint();
                });
            } catch (IsengardException e) {
                error = e;
                received = before;
                throw order.retry.after(e, ++failures);
            }
            next = next + 1;
            failures = 0;
            error = null;
            control.progress((double) next / order.paths.size());
            control.save();
            control.checkpoint();
        }
    }

    @Override
    public void reset() {
        next = 0;
        received = 0;
        bytes = 0;
        failures = 0;
        error = null;
    }
}
