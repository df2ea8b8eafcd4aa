package org.isengard.networking.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.isengard.api.index.Index;
import org.isengard.networking.commitment.CommitmentReport;
import org.isengard.networking.commitment.StorageCommitments;
import org.isengard.networking.remote.ResourceList;
import org.isengard.networking.remote.RetrySchedule;
import org.isengard.networking.remote.SendingJob;
import org.isengard.networking.remote.SopReference;
import org.isengard.networking.scu.InstanceSender;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.isengard.networking.scu.StoredInstances;

/** Sends instances to a modality. */
public final class StoreJob extends SendingJob {
    static final String TYPE = "DicomModalityStore";

    /**
     * How to send.
     *
     * @param originatorAet of the C-MOVE that asks for it, "" for none
     * @param timeout in seconds, -1 for that of the modality
     * @param transaction the UID under which storage commitment is asked for at the end, "" for not at all
     */
    public record Order(
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

    StoreJob(
            StoredInstances stored,
            Modalities modalities,
            StorageCommitments commitments,
            Order order,
            List<Index.Ref> resources,
            List<String> instances) {
        super(resources, instances, order.permissive(), order.retry());
        this.stored = stored;
        this.modalities = modalities;
        this.commitments = commitments;
        this.order = order;
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
        var job = new StoreJob(stored, modalities, commitments, order, ResourceList.described(state), instances(state));
        job.restoreProgress(state);
        return job;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String destination() {
        return order.modality().name();
    }

    @Override
    public void describe(ObjectNode state) {
        state.put("Name", order.modality().name())
                .set("Modality", order.modality().toJson());
        state.put("LocalAet", order.localAet())
                .put("MoveOriginatorAET", order.originatorAet())
                .put("MoveOriginatorID", order.originatorId())
                .put("Timeout", order.timeout())
                .put("TransactionUID", order.transaction());
    }

    @Override
    public void show(ObjectNode content) {
        content.put("LocalAet", order.localAet())
                .put("RemoteAet", order.modality().aet());
        if (!order.originatorAet().isEmpty()) {
            content.put("MoveOriginatorAET", order.originatorAet()).put("MoveOriginatorID", order.originatorId());
        }
        if (!order.transaction().isEmpty()) {
            content.put("StorageCommitmentTransactionUID", order.transaction());
        }
    }

    @Override
    public Sending open(List<String> rest) {
        String originator = order.originatorAet().isEmpty() ? null : order.originatorAet();
        var sender = new InstanceSender(modalities, order.modality(), order.localAet(), order.timeout());
        sender.expect(stored.kinds(rest));
        return new Sending() {
            @Override
            public void send(String instance) throws IOException {
                sender.send(stored.content(instance), originator, order.originatorId());
            }

            @Override
            public void close() {
                sender.close();
            }
        };
    }

    @Override
    public void afterwards(List<String> sent) throws IOException {
        // After a restart the report may have come already.
        if (order.transaction().isEmpty()
                || commitments
                        .find(order.transaction())
                        .filter(CommitmentReport::answered)
                        .isPresent()) {
            return;
        }
        List<SopReference> references = new ArrayList<>();
        for (String instance : sent) {
            references.add(stored.reference(instance));
        }
        commitments.request(order.transaction(), order.modality(), order.localAet(), order.timeout(), references);
    }
}
