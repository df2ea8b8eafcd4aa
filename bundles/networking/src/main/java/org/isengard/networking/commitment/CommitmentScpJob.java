package org.isengard.networking.commitment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UID;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.Status;
import org.isengard.networking.remote.RetrySchedule;
import org.isengard.networking.remote.SopReference;
import org.isengard.networking.scu.InstanceSender;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.isengard.networking.scu.StoredInstances;

/** Looks whether instances are safely stored here and tells the modality that asked, by N-EVENT-REPORT. */
final class CommitmentScpJob implements Job {
    static final String TYPE = "StorageCommitmentScp";

    /** The requestor may be switched off for a while: pauses from ten seconds to an hour, for a day or so. */
    private static final RetrySchedule RETRY = new RetrySchedule(30, 10);

    private final StoredInstances stored;
    private final Modalities modalities;
    private final Modality modality;
    private final String localAet;
    private final String transaction;
    private final List<SopReference> instances;
    private int attempts;

    CommitmentScpJob(
            StoredInstances stored,
            Modalities modalities,
            Modality modality,
            String localAet,
            String transaction,
            List<SopReference> instances) {
        this.stored = stored;
        this.modalities = modalities;
        this.modality = modality;
        this.localAet = localAet;
        this.transaction = transaction;
        this.instances = List.copyOf(instances);
    }

    static CommitmentScpJob restore(StoredInstances stored, Modalities modalities, JsonNode state) {
        return new CommitmentScpJob(
                stored,
                modalities,
                Modality.parse(state.path("Name").asText(), state.path("Modality")),
                state.path("LocalAet").asText(),
                state.path("TransactionUID").asText(),
                SopReference.readAll(state.path("Instances")));
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Optional<JsonNode> state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("Name", modality.name()).set("Modality", modality.toJson());
        state.put("LocalAet", localAet).put("TransactionUID", transaction);
        ArrayNode references = state.putArray("Instances");
        instances.forEach(reference -> references.add(reference.toJson()));
        return Optional.of(state);
    }

    @Override
    public ObjectNode content() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("CalledAet", localAet)
                .put("RemoteAet", modality.aet())
                .put("TransactionUid", transaction);
    }

    @Override
    public void run(JobControl control) throws IOException {
        List<SopReference> kept = new ArrayList<>();
        List<CommitmentReport.Failure> lost = new ArrayList<>();
        for (SopReference instance : instances) {
            OptionalInt failure = look(instance);
            if (failure.isPresent()) {
                lost.add(new CommitmentReport.Failure(instance, failure.getAsInt()));
            } else {
                kept.add(instance);
            }
            control.progress((double) (kept.size() + lost.size()) / (instances.size() + 1));
            control.checkpoint();
        }
        try {
            report(CommitmentReport.pending(transaction, modality.aet()).answer(kept, lost));
        } catch (IsengardException e) {
            throw RETRY.after(e, ++attempts);
        }
    }

    /** Opens the file too: a row of the index is no proof. @return the failure reason, empty when all is well */
    private OptionalInt look(SopReference wanted) {
        int reason = CommitmentReport.NO_SUCH_INSTANCE;
        for (Index.Ref found : stored.index().lookup(wanted.sopInstance())) {
            if (found.level() == ResourceLevel.INSTANCE) {
                try {
                    String sopClass =
                            stored.files().header(found.id()).dataset().getString(Tag.SOPClassUID, "");
                    if (sopClass.equals(wanted.sopClass())) {
                        return OptionalInt.empty();
                    }
                    reason = CommitmentReport.CLASS_INSTANCE_CONFLICT;
                } catch (IOException | IsengardException e) {
                    reason = CommitmentReport.PROCESSING_FAILURE;
                }
            }
        }
        return OptionalInt.of(reason);
    }

    private void report(CommitmentReport report) {
        String sopClass = UID.StorageCommitmentPushModel;
        AssociationOptions call = modalities
                .call(modality, localAet, -1)
                .propose(sopClass, UID.ExplicitVRLittleEndian, UID.ImplicitVRLittleEndian)
                .role(sopClass, false, true);
        try (DicomClient client = DicomClient.open(call)) {
            int event = report.isSuccess() ? StorageCommitments.ALL_KEPT : StorageCommitments.FAILURES_EXIST;
            DicomClient.Response answer =
                    client.eventReport(sopClass, UID.StorageCommitmentPushModelInstance, event, report.toDataSet());
            if (Status.isFailure(answer.status())) {
                throw new IsengardException(
                        ErrorCode.NETWORK_PROTOCOL,
                        String.format(
                                "AET \"%s\" does not take the report: status 0x%04X %s",
                                modality.aet(), answer.status(), answer.errorComment()));
            }
        } catch (IOException e) {
            throw InstanceSender.failure(e, modality);
        }
    }

    @Override
    public void reset() {
        attempts = 0;
    }
}
