package org.isengard.networking.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;
import org.isengard.api.job.JobStopped;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.net.Status;
import org.isengard.networking.scu.InstanceSender;
import org.isengard.networking.scu.Modality;

/** Asks a modality by C-MOVE to send resources to a third one or to us, or takes them by C-GET. */
final class RetrieveJob implements Job {
    static final String MOVE = "DicomMoveScu";
    static final String GET = "DicomGetScu";

    private static final String LEVEL = Tags.toString(Tag.QueryRetrieveLevel);
    static final String SOP_CLASSES = Tags.toString(Tag.SOPClassesInStudy);
    static final String MODALITIES = Tags.toString(Tag.ModalitiesInStudy);

    /**
     * How to retrieve.
     *
     * @param get by C-GET; {@code targetAet} has no meaning then
     * @param timeout in seconds, -1 for that of the modality
     */
    record Order(
            Modality modality,
            String localAet,
            boolean get,
            String targetAet,
            int timeout,
            boolean permissive,
            JsonNode shownQuery) {}

    /** The outcome of one query. */
    record Detail(int status, List<String> received) {
        Detail {
            received = List.copyOf(received);
        }
    }

    private final RetrieveScu retriever;
    private final Dictionary dictionary;
    private final Order order;
    /** One for each operation: tags in hexadecimal and their values. */
    private final List<JsonNode> queries;
    /** Of those that are done; written by the thread that runs the job, read by any. */
    private final List<Detail> details = new CopyOnWriteArrayList<>();

    RetrieveJob(RetrieveScu retriever, Dictionary dictionary, Order order, List<JsonNode> queries) {
        this.retriever = retriever;
        this.dictionary = dictionary;
        this.order = order;
        this.queries = List.copyOf(queries);
    }

    static RetrieveJob restore(RetrieveScu retriever, Dictionary dictionary, JsonNode state) {
        Order order = new Order(
                Modality.parse(state.path("Name").asText(), state.path("Modality")),
                state.path("LocalAet").asText(),
                state.path("Get").asBoolean(),
                state.path("TargetAet").asText(),
                state.path("Timeout").asInt(-1),
                state.path("Permissive").asBoolean(),
                state.path("ShownQuery"));
        List<JsonNode> queries = new ArrayList<>();
        state.path("Queries").forEach(queries::add);
        var job = new RetrieveJob(retriever, dictionary, order, queries);
        for (JsonNode done : state.path("Done")) {
            List<String> received = new ArrayList<>();
            done.path("Received").forEach(id -> received.add(id.asText()));
            job.details.add(new Detail(done.path("Status").asInt(), received));
        }
        return job;
    }

    @Override
    public String type() {
        return order.get() ? GET : MOVE;
    }

    @Override
    public Optional<JsonNode> state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("Name", order.modality().name())
                .set("Modality", order.modality().toJson());
        state.put("LocalAet", order.localAet())
                .put("Get", order.get())
                .put("TargetAet", order.targetAet())
                .put("Timeout", order.timeout())
                .put("Permissive", order.permissive());
        ArrayNode done = state.putArray("Done");
        for (Detail detail : details) {
            ArrayNode received = done.addObject().put("Status", detail.status()).putArray("Received");
            detail.received().forEach(received::add);
        }
        state.set("ShownQuery", order.shownQuery());
        state.putArray("Queries").addAll(queries);
        return Optional.of(state);
    }

    @Override
    public ObjectNode content() {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("Description", "REST API")
                .put("LocalAet", order.localAet())
                .put("RemoteAet", order.modality().aet());
        if (!order.get()) {
            content.put("TargetAet", order.targetAet());
        }
        ArrayNode shown = content.putArray("Details");
        Iterator<JsonNode> query = queries.iterator();
        for (Detail detail : details) {
            ObjectNode one = shown.addObject().put("DimseErrorStatus", detail.status());
            one.set("Query", keys(query.next()));
            ArrayNode received = one.putArray("ReceivedInstancesIds");
            detail.received().forEach(received::add);
        }
        content.set("Query", order.shownQuery());
        return content;
    }

    @Override
    public void run(JobControl control) throws IOException {
        if (details.size() >= queries.size()) {
            return;
        }
        var stop = new AtomicReference<JobStopped>();
        try (RetrieveScu.Session session =
                retriever.open(order.modality(), order.localAet(), order.get(), order.timeout(), expected())) {
            while (details.size() < queries.size()) {
                JsonNode query = queries.get(details.size());
                boolean patient = query.path(LEVEL).asText().equals("PATIENT");
                RetrieveScu.Result end = session.retrieve(
                        identifier(query), patient, order.targetAet(), share -> goOn(control, share, stop));
                if (stop.get() != null) {
                    throw stop.get();
                }
                details.add(new Detail(end.status(), end.instances()));
                if (Status.isFailure(end.status()) && !order.permissive()) {
                    String details = String.format(
                            "%s to AET \"%s\" failed with status 0x%04X %s",
                            order.get() ? "C-GET" : "C-MOVE", order.modality().aet(), end.status(), end.errorComment());
                    throw new IsengardException(ErrorCode.NETWORK_PROTOCOL, details).withDimseStatus(end.status());
                }
                control.progress((double) details.size() / queries.size());
                control.checkpoint();
                control.save();
            }
        } catch (IOException e) {
            throw InstanceSender.failure(e, order.modality());
        }
    }

    /** @return false when the job shall stop; the operation is cancelled then, in good order */
    private boolean goOn(JobControl control, double share, AtomicReference<JobStopped> stop) {
        try {
            control.progress((details.size() + share) / queries.size());
            control.checkpoint();
            return true;
        } catch (JobStopped stopped) {
            stop.set(stopped);
            return false;
        }
    }

    /** {@return what the queries say about their instances, for the classes that C-GET proposes} */
    private RetrieveScu.Content expected() {
        return new RetrieveScu.Content(values(SOP_CLASSES), values(MODALITIES));
    }

    private Set<String> values(String hint) {
        Set<String> values = new LinkedHashSet<>();
        for (JsonNode query : queries) {
            for (String value : query.path(hint).asText().split("\\\\")) {
                if (!value.isBlank()) {
                    values.add(value.trim());
                }
            }
        }
        return values;
    }

    /** {@return a query without what serves the negotiation only} */
    private static ObjectNode keys(JsonNode query) {
        ObjectNode keys = query.deepCopy();
        keys.remove(List.of(SOP_CLASSES, MODALITIES));
        return keys;
    }

    private Attributes identifier(JsonNode query) {
        var identifier = new Attributes();
        keys(query).properties().forEach(field -> {
            int tag = Tags.parse(field.getKey(), dictionary)
                    .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_DICOM_TAG, field.getKey()));
            identifier.setString(
                    tag, dictionary.vrOf(tag, null), field.getValue().asText());
        });
        return identifier;
    }

    @Override
    public void reset() {
        details.clear();
    }
}
