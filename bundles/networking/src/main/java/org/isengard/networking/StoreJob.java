package org.isengard.networking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends instances to a modality, one after the other; goes on after the last one sent. */
final class StoreJob implements Job {
    static final String TYPE = "DicomModalityStore";

    /** So much at most is sent once more after a crash. */
    static final long SAVE_NANOS = 2_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(StoreJob.class);

    /**
     * How to send.
     *
     * @param originatorAet of the C-MOVE that asks for it, "" for none
     * @param timeout in seconds, -1 for that of the modality
     * @param transaction the UID under which storage commitment is asked for at the end, "" for not at all
     */
    record Order(
            Modality modality,
            String localAet,
            String originatorAet,
            int originatorId,
            int timeout,
            boolean permissive,
            String transaction,
            RetrySchedule retry) {}

    private final StoredInstances stored;
    private final Modalities modalities;
    private final StorageCommitments commitments;
    private final Order order;
    private final List<Index.Ref> resources;
    private final List<String> instances;
    /** Written by the thread that runs the job, read by any. */
    private volatile int next;

    /** Failures one after the other. Used by the thread that runs the job only. */
    private int attempts;

    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    StoreJob(
            StoredInstances stored,
            Modalities modalities,
            StorageCommitments commitments,
            Order order,
            List<Index.Ref> resources,
            List<String> instances) {
        this.stored = stored;
        this.modalities = modalities;
        this.commitments = commitments;
        this.order = order;
        this.resources = List.copyOf(resources);
        this.instances = List.copyOf(instances);
    }

    static StoreJob restore(
            StoredInstances stored, Modalities modalities, StorageCommitments commitments, JsonNode state) {
        Order order = new Order(
                Modality.parse(state.path("Name").asText(), state.path("Modality")),
                state.path("LocalAet").asText(),
                state.path("MoveOriginatorAET").asText(),
                state.path("MoveOriginatorID").asInt(),
                state.path("Timeout").asInt(-1),
                state.path("Permissive").asBoolean(),
                state.path("TransactionUID").asText(),
                RetrySchedule.read(state));
        List<String> instances = new ArrayList<>();
        state.path("Instances").forEach(id -> instances.add(id.asText()));
        var job = new StoreJob(stored, modalities, commitments, order, ResourceList.described(state), instances);
        job.next = Math.max(0, state.path("Next").asInt());
        state.path("Failed").forEach(id -> job.failed.add(id.asText()));
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
                .put("TransactionUID", order.transaction())
                .put("Next", next);
        order.retry().write(state);
        ArrayNode ids = state.putArray("Instances");
        instances.forEach(ids::add);
        ArrayNode lost = state.putArray("Failed");
        failed.forEach(lost::add);
        ResourceList.describe(resources, state);
        return Optional.of(state);
    }

    @Override
    public ObjectNode content() {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("Description", "REST API")
                .put("FailedInstancesCount", failed.size())
                .put("InstancesCount", instances.size())
                .put("LocalAet", order.localAet())
                .put("RemoteAet", order.modality().aet());
        if (!order.originatorAet().isEmpty()) {
            content.put("MoveOriginatorAET", order.originatorAet()).put("MoveOriginatorID", order.originatorId());
        }
        order.retry().write(content);
        if (!order.transaction().isEmpty()) {
            content.put("StorageCommitmentTransactionUID", order.transaction());
        }
        ResourceList.describe(resources, content);
        return content;
    }

    @Override
    public void run(JobControl control) throws IOException {
        Modality modality = order.modality();
        String originator = order.originatorAet().isEmpty() ? null : order.originatorAet();
        long saved = System.nanoTime();
        try (var sender = new InstanceSender(modalities, modality, order.localAet(), order.timeout())) {
            sender.expect(stored.kinds(instances.subList(Math.min(next, instances.size()), instances.size())));
            while (next < instances.size()) {
                try {
                    sender.send(stored.content(instances.get(next)), originator, order.originatorId());
                } catch (IsengardException e) {
                    if (!order.permissive()) {
                        throw order.retry().after(e, ++attempts);
                    }
                    LOG.warn("Instance {} was not sent to {}: {}", instances.get(next), modality.name(), e.details());
                    failed.add(instances.get(next));
                }
                next = next + 1;
                attempts = 0;
                control.progress((double) next / instances.size());
                control.checkpoint();
                if (System.nanoTime() - saved > SAVE_NANOS) {
                    control.save();
                    saved = System.nanoTime();
                }
            }
        }
        if (!order.transaction().isEmpty()) {
            askForCommitment();
        }
    }

    private void askForCommitment() throws IOException {
        // After a restart the report may have come already.
        if (commitments
                .find(order.transaction())
                .filter(CommitmentReport::answered)
                .isPresent()) {
            return;
        }
        List<SopReference> sent = new ArrayList<>();
        for (String instance : instances) {
            if (!failed.contains(instance)) {
                sent.add(stored.reference(instance));
            }
        }
        commitments.request(order.transaction(), order.modality(), order.localAet(), order.timeout(), sent);
    }

    @Override
    public void reset() {
        next = 0;
        attempts = 0;
        failed.clear();
    }
}
