package org.isengard.dicomweb.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;

/** Sends instances to a DICOMweb server by STOW-RS, some of them in each request; goes on after the last request. */
final class StowClientJob implements Job {
    static final String TYPE = "DicomWebStowClient";

    /**
     * The instances to send, and the server.
     *
     * @param resources as the client named them
     * @param instances all their instances
     */
    record Order(
            String server,
            List<Index.Ref> resources,
            List<String> instances,
            Map<String, String> headers,
            RetryPlan retry) {
        Order {
            resources = List.copyOf(resources);
            instances = List.copyOf(instances);
            headers = Map.copyOf(headers);
        }
    }

    private final StowSender sender;
    private final Order order;
    /** Written by the thread that runs the job, read by any. */
    private volatile int next;

    private volatile long sent;
    private volatile IsengardException error;
    private int failures;

    StowClientJob(StowSender sender, Order order) {
        this.sender = sender;
        this.order = order;
    }

    static StowClientJob restore(StowSender sender, JsonNode state) {
        List<Index.Ref> resources = new ArrayList<>();
        state.path("Resources")
                .forEach(one -> resources.add(new Index.Ref(
                        ResourceLevel.of(one.path("Type").asText()).orElseThrow(),
                        one.path("ID").asText())));
        List<String> instances = new ArrayList<>();
        state.path("Instances").forEach(id -> instances.add(id.asText()));
        StowClientJob job = new StowClientJob(
                sender,
                new Order(
                        state.path("Server").asText(),
                        resources,
                        instances,
                        ClientRequest.texts(state, "HttpHeaders"),
                        RetryPlan.read(state)));
        job.next = Math.max(0, state.path("Next").asInt());
        job.sent = state.path("Sent").asLong();
        return job;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Optional<JsonNode> state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("Server", order.server).put("Next", next).put("Sent", sent);
        ArrayNode resources = state.putArray("Resources");
        order.resources.forEach(resource -> resources
                .addObject()
                .put("ID", resource.id())
                .put("Type", resource.level().label()));
        ArrayNode instances = state.putArray("Instances");
        order.instances.forEach(instances::add);
        state.set("HttpHeaders", ClientRequest.withoutSecrets(order.headers));
        order.retry.write(state);
        return Optional.of(state);
    }

    @Override
    public ObjectNode content() {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("Server", order.server).put("InstancesCount", Integer.toString(order.instances.size()));
        if (sent > 0) {
            content.put("NetworkSizeMB", Long.toString(sent >> 20));
        }
        if (order.instances.isEmpty()) {
            content.putNull("Resources");
        } else {
            ObjectNode resources = content.putObject("Resources");
            Map<ResourceLevel, List<String>> named = new LinkedHashMap<>();
            order.resources.forEach(one -> named.computeIfAbsent(one.level(), level -> new ArrayList<>())
                    .add(one.id()));
            named.put(ResourceLevel.INSTANCE, order.instances);
            named.forEach((level, ids) -> {
                String path = level.path();
                ArrayNode list = resources.putArray(Character.toUpperCase(path.charAt(0)) + path.substring(1));
                ids.stream().sorted().forEach(list::add);
            });
        }
        FunctionError.describe(error, content);
        order.retry.write(content);
        return content;
    }

    @Override
    public void run(JobControl control) throws IOException {
        while (next < order.instances.size()) {
            int count = sender.batch(order.instances, next);
            try {
                sent = sent + sender.send(order.server, order.instances.subList(next, next + count), order.headers);
            } catch (IsengardException e) {
                error = e;
                throw order.retry.after(e, ++failures);
            }
            next = next + count;
            failures = 0;
            error = null;
            control.progress((double) next / order.instances.size());
            control.save();
            control.checkpoint();
        }
    }

    @Override
    public void reset() {
        next = 0;
        sent = 0;
        failures = 0;
        error = null;
    }
}
