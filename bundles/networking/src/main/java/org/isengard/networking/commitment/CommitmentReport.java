package org.isengard.networking.commitment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.networking.remote.SopReference;

/**
 * The report of a remote system about instances that it was asked to keep, PS3.4 annex J.
 *
 * @param remoteAet the only one who may report
 * @param answered whether the report has come
 */
public record CommitmentReport(
        String transaction, String remoteAet, boolean answered, List<SopReference> successes, List<Failure> failures) {
    /** Failure Reason (0008,1197), PS3.3 section C.14.1.1. */
    static final int PROCESSING_FAILURE = 0x0110;

    static final int NO_SUCH_INSTANCE = 0x0112;
    static final int CLASS_INSTANCE_CONFLICT = 0x0119;

    private static final Map<Integer, String> REASONS = Map.of(
            PROCESSING_FAILURE,
            "A general failure in processing the operation was encountered",
            NO_SUCH_INSTANCE,
            "One or more of the elements in the Referenced SOP Instance Sequence was not available",
            0x0213,
            "The SCP does not currently have enough resources to store the requested SOP Instance(s)",
            0x0122,
            "Storage Commitment has been requested for a SOP Instance with a SOP Class that is not supported by the SCP",
            CLASS_INSTANCE_CONFLICT,
            "The SOP Class of an element in the Referenced SOP Instance Sequence did not correspond to the SOP class"
                    + " registered for this SOP Instance at the SCP",
            0x0131,
            "The Transaction UID of the Storage Commitment Request is already in use");

    /** An instance that is not kept. */
    public record Failure(SopReference instance, int reason) {
        ObjectNode toJson() {
            return instance.toJson()
                    .put("Description", REASONS.getOrDefault(reason, "Unknown failure reason"))
                    .put("FailureReason", reason);
        }
    }

    public CommitmentReport {
        successes = List.copyOf(successes);
        failures = List.copyOf(failures);
    }

    public static CommitmentReport pending(String transaction, String remoteAet) {
        return new CommitmentReport(transaction, remoteAet, false, List.of(), List.of());
    }

    public CommitmentReport answer(Collection<SopReference> kept, Collection<Failure> lost) {
        return new CommitmentReport(transaction, remoteAet, true, List.copyOf(kept), List.copyOf(lost));
    }

    /** Whether everything is safe at the other side. */
    public boolean isSuccess() {
        return answered && failures.isEmpty();
    }

    /** Reads the data set of N-EVENT-REPORT: event type 1 or 2, PS3.4 section J.3.3. */
    public CommitmentReport answer(Attributes information) {
        List<Failure> lost = new ArrayList<>();
        Sequence items = information.getSequence(Tag.FailedSOPSequence);
        if (items != null) {
            items.forEach(item -> lost.add(new Failure(
                    new SopReference(
                            item.getString(Tag.ReferencedSOPClassUID, ""),
                            item.getString(Tag.ReferencedSOPInstanceUID, "")),
                    item.getInt(Tag.FailureReason, PROCESSING_FAILURE))));
        }
        return answer(SopReference.of(information, Tag.ReferencedSOPSequence), lost);
    }

    /** {@return the data set of N-EVENT-REPORT} */
    public Attributes toDataSet() {
        var information = new Attributes();
        information.setString(Tag.TransactionUID, VR.UI, transaction);
        if (!successes.isEmpty() || failures.isEmpty()) {
            SopReference.put(information, Tag.ReferencedSOPSequence, successes);
        }
        if (!failures.isEmpty()) {
            Sequence failed = information.newSequence(Tag.FailedSOPSequence);
            for (Failure failure : failures) {
                Attributes item = failed.newItem();
                failure.instance().describe(item);
                item.setInt(Tag.FailureReason, VR.US, failure.reason());
            }
        }
        return information;
    }

    /** {@return what the REST API shows, and what {@link #read} reads} */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode lost = json.putArray("Failures");
        failures.forEach(failure -> lost.add(failure.toJson()));
        json.put("RemoteAET", remoteAet)
                .put("Status", !answered ? "Pending" : failures.isEmpty() ? "Success" : "Failure");
        ArrayNode kept = json.putArray("Success");
        successes.forEach(reference -> kept.add(reference.toJson()));
        return json;
    }

    public static CommitmentReport read(String transaction, JsonNode json) {
        List<Failure> lost = new ArrayList<>();
        json.path("Failures")
                .forEach(one -> lost.add(new Failure(
                        SopReference.read(one), one.path("FailureReason").asInt())));
        return new CommitmentReport(
                transaction,
                json.path("RemoteAET").asText(),
                !json.path("Status").asText().equals("Pending"),
                SopReference.readAll(json.path("Success")),
                lost);
    }
}
