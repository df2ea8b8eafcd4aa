package org.isengard.networking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends instances to a modality, one after the other; goes on after the last one sent. */
final class StoreJob implements Job {
    static final String TYPE = "DicomModalityStore";

    private static final Logger LOG = LoggerFactory.getLogger(StoreJob.class);

    /**
     * How to send.
     *
     * @param originatorAet of the C-MOVE that asks for it, "" for none
     * @param timeout in seconds, -1 for that of the modality
     */
    record Order(
            Modality modality,
            String localAet,
            String originatorAet,
            int originatorId,
            int timeout,
            boolean permissive) {}

    private final StoredInstances stored;
    private final Modalities modalities;
    private final Order order;
    private final List<Index.Ref> resources;
    private final List<String> instances;
    /** Written by the thread that runs the job, read by any. */
    private volatile int next;

    private volatile int failed;

    StoreJob(
            StoredInstances stored,
            Modalities modalities,
            Order order,
            List<Index.Ref> resources,
            List<String> instances) {
        this.stored = stored;
        this.modalities = modalities;
        this.order = order;
        this.resources = List.copyOf(resources);
        this.instances = List.copyOf(instances);
    }

    static StoreJob restore(StoredInstances stored, Modalities modalities, JsonNode state) {
        Order order = new Order(
                Modality.parse(state.path("Name").asText(), state.path("Modality")),
                state.path("LocalAet").asText(),
                state.path("MoveOriginatorAET").asText(),
                state.path("MoveOriginatorID").asInt(),
                state.path("Timeout").asInt(-1),
                state.path("Permissive").asBoolean());
        List<String> instances = new ArrayList<>();
        state.path("Instances").forEach(id -> instances.add(id.asText()));
        var job = new StoreJob(stored, modalities, order, ResourceList.described(state), instances);
        job.next = Math.max(0, state.path("Next").asInt());
        job.failed = state.path("Failed").asInt();
        return job;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Optional<JsonNode> state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("Name", order.modality().name())
                .set("Modality", order.modality().toJson());
        state.put("LocalAet", order.localAet())
                .put("MoveOriginatorAET", order.originatorAet())
                .put("MoveOriginatorID", order.originatorId())
                .put("Timeout", order.timeout())
                .put("Permissive", order.permissive())
                .put("Next", next)
                .put("Failed", failed);
        ArrayNode ids = state.putArray("Instances");
        instances.forEach(ids::add);
        ResourceList.describe(resources, state);
        return Optional.of(state);
    }

    @Override
    public ObjectNode content() {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("Description", "REST API")
                .put("FailedInstancesCount", failed)
                .put("InstancesCount", instances.size())
                .put("LocalAet", order.localAet())
                .put("RemoteAet", order.modality().aet());
        if (!order.originatorAet().isEmpty()) {
            content.put("MoveOriginatorAET", order.originatorAet()).put("MoveOriginatorID", order.originatorId());
        }
        ResourceList.describe(resources, content);
        return content;
    }

    @Override
    public void run(JobControl control) throws IOException {
        Modality modality = order.modality();
        String originator = order.originatorAet().isEmpty() ? null : order.originatorAet();
        try (var sender =
                new InstanceSender(modality, () -> modalities.call(modality, order.localAet(), order.timeout()))) {
            sender.expect(stored.kinds(instances.subList(Math.min(next, instances.size()), instances.size())));
            while (next < instances.size()) {
                try {
                    sender.send(stored.content(instances.get(next)), originator, order.originatorId());
                } catch (IsengardException e) {
                    if (!order.permissive()) {
                        throw e;
                    }
                    LOG.warn("Instance {} was not sent to {}: {}", instances.get(next), modality.name(), e.details());
                    failed = failed + 1;
                }
                next = next + 1;
                control.progress((double) next / instances.size());
                control.checkpoint();
            }
        }
    }

    @Override
    public void reset() {
        next = 0;
        failed = 0;
    }
}
