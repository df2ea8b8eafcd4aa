package org.isengard.networking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tags;
import org.isengard.dicom.UID;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.Status;

/** Asks a modality by C-MOVE to send resources to a third one, or to us. */
final class RetrieveJob implements Job {
    static final String TYPE = "DicomMoveScu";

    /** @param timeout in seconds, -1 for that of the modality */
    record Order(Modality modality, String localAet, String targetAet, int timeout, JsonNode shownQuery) {}

    private final Modalities modalities;
    private final Dictionary dictionary;
    private final Order order;
    /** One for each C-MOVE: tags in hexadecimal and their values. */
    private final List<JsonNode> queries;
    /** How many are done; written by the thread that runs the job, read by any. */
    private volatile int done;

    RetrieveJob(Modalities modalities, Dictionary dictionary, Order order, List<JsonNode> queries) {
        this.modalities = modalities;
        this.dictionary = dictionary;
        this.order = order;
        this.queries = List.copyOf(queries);
    }

    static RetrieveJob restore(Modalities modalities, Dictionary dictionary, JsonNode state) {
        Order order = new Order(
                Modality.parse(state.path("Name").asText(), state.path("Modality")),
                state.path("LocalAet").asText(),
                state.path("TargetAet").asText(),
                state.path("Timeout").asInt(-1),
                state.path("ShownQuery"));
        List<JsonNode> queries = new ArrayList<>();
        state.path("Queries").forEach(queries::add);
        var job = new RetrieveJob(modalities, dictionary, order, queries);
        job.done = Math.max(0, state.path("Done").asInt());
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
                .put("TargetAet", order.targetAet())
                .put("Timeout", order.timeout())
                .put("Done", done);
        state.set("ShownQuery", order.shownQuery());
        state.putArray("Queries").addAll(queries);
        return Optional.of(state);
    }

    @Override
    public ObjectNode content() {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("Description", "REST API")
                .put("LocalAet", order.localAet())
                .put("RemoteAet", order.modality().aet())
                .put("TargetAet", order.targetAet());
        ArrayNode details = content.putArray("Details");
        for (JsonNode query : queries.subList(0, Math.min(done, queries.size()))) {
            ObjectNode detail = details.addObject().put("DimseErrorStatus", Status.SUCCESS);
            detail.set("Query", query);
            detail.putArray("ReceivedInstancesIds");
        }
        content.set("Query", order.shownQuery());
        return content;
    }

    @Override
    public void run(JobControl control) throws IOException {
        if (done >= queries.size()) {
            return;
        }
        Modality modality = order.modality();
        String sopClass = UID.StudyRootQueryRetrieveInformationModelMove;
        String patientSopClass = UID.PatientRootQueryRetrieveInformationModelMove;
        AssociationOptions call = modalities
                .call(modality, order.localAet(), order.timeout())
                .propose(sopClass, UID.ImplicitVRLittleEndian)
                .propose(patientSopClass, UID.ImplicitVRLittleEndian);
        try (DicomClient client = DicomClient.open(call)) {
            while (done < queries.size()) {
                JsonNode query = queries.get(done);
                Attributes identifier = identifier(query);
                boolean patient = query.path("0008,0052").asText().equals("PATIENT");
                DicomClient.Retrieved end =
                        client.move(patient ? patientSopClass : sopClass, identifier, order.targetAet(), pending -> {});
                if (Status.isFailure(end.status())) {
                    throw new IsengardException(
                            ErrorCode.NETWORK_PROTOCOL,
                            String.format(
                                    "C-MOVE to AET \"%s\" failed with status 0x%04X %s",
                                    modality.aet(), end.status(), end.errorComment()));
                }
                done = done + 1;
                control.progress((double) done / queries.size());
                control.checkpoint();
            }
        } catch (IOException e) {
            throw InstanceSender.failure(e, modality);
        }
    }

    private Attributes identifier(JsonNode query) {
        var identifier = new Attributes();
        query.properties().forEach(field -> {
            int tag = Tags.parse(field.getKey(), dictionary)
                    .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_DICOM_TAG, field.getKey()));
            identifier.setString(
                    tag, dictionary.vrOf(tag, null), field.getValue().asText());
        });
        return identifier;
    }

    @Override
    public void reset() {
        done = 0;
    }
}
