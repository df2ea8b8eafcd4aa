package org.isengard.networking.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobRequest;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.orthanc.DicomJson;
import org.isengard.dicom.orthanc.JsonOptions;
import org.isengard.networking.query.RemoteQueries.Query;
import org.isengard.networking.remote.OutboundCallLimit;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.isengard.networking.scu.ModalityRoutes;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.QueryFlags;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Queries of modalities, their answers, and retrieval of what was found. */
@Component(service = Filter.class)
@Feature(isengard_feature = "networking")
public final class QueryRoutes extends RoutingFilter {
    private final Modalities modalities;
    private final RemoteQueries queries;
    private final RetrieveJobs jobs;
    private final DicomFiles files;
    private final JobEngine engine;

    @Activate
    public QueryRoutes(
            @Reference Modalities modalities,
            @Reference RemoteQueries queries,
            @Reference RetrieveJobs jobs,
            @Reference JobEngine engine,
            @Reference DicomFiles files,
            @Reference OutboundCallLimit calls) {
        super(new Routes());
        this.engine = engine;
        this.modalities = modalities;
        this.queries = queries;
        this.jobs = jobs;
        this.files = files;
        routes().post("/modalities/{name}/query", calls.bounded(this::query))
                .post("/modalities/{name}/move", calls.bounded(this::move))
                .post("/modalities/{name}/get", calls.bounded(this::get))
                .get("/queries", (request, response) -> strings(response, queries.ids()))
                .get("/queries/{id}", this::operations)
                .delete("/queries/{id}", this::forget)
                .get(
                        "/queries/{id}/level",
                        (request, response) -> response.text(of(request).level().label()))
                .get(
                        "/queries/{id}/modality",
                        (request, response) ->
                                response.text(of(request).modality().name()))
                .get(
                        "/queries/{id}/query",
                        (request, response) ->
                                show(request, response, of(request).asked()))
                .get("/queries/{id}/answers", this::answers)
                .get("/queries/{id}/answers/{index}", this::answerOperations)
                .get("/queries/{id}/answers/{index}/content", this::content)
                .post("/queries/{id}/answers/{index}/retrieve", calls.bounded(this::retrieveOne))
                .post("/queries/{id}/retrieve", calls.bounded(this::retrieveAll));
        for (ResourceLevel level : List.of(ResourceLevel.STUDY, ResourceLevel.SERIES, ResourceLevel.INSTANCE)) {
            routes().post(
                            "/queries/{id}/answers/{index}/query-" + level.path(),
                            calls.bounded((request, response) -> queryBelow(level, request, response)));
        }
    }

    private Query of(Request request) {
        return queries.get(request.path("id"));
    }

    private static void strings(Response response, List<String> values) throws IOException {
        response.json(Json.MAPPER.<JsonNode>valueToTree(values));
    }

    private void query(Request request, Response response) throws IOException {
        Modality modality = modalities.named(request.path("name"));
        JsonNode body = request.json();
        ResourceLevel level = level(body);
        Query query = queries.run(
                modality,
                level,
                queries.read(body.path("Query")),
                body.path("Normalize").asBoolean(true),
                modalities.localAet(modality, body.path("LocalAet").asText()),
                ModalityRoutes.timeout(body));
        created(query, response);
    }

    private static void created(Query query, Response response) throws IOException {
        response.json(
                JsonNodeFactory.instance.objectNode().put("ID", query.id()).put("Path", "/queries/" + query.id()));
    }

    private static ResourceLevel level(JsonNode body) {
        if (!body.path("Level").isTextual()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"Level\" is missing");
        }
        return ResourceLevel.of(body.path("Level").textValue())
                .orElseThrow(() -> new IsengardException(
                        ErrorCode.PARAMETER_OUT_OF_RANGE,
                        "No such level: " + body.path("Level").textValue()));
    }

    /** Looks below an answer, with the same modality. */
    private void queryBelow(ResourceLevel level, Request request, Response response) throws IOException {
        Query parent = of(request);
        Attributes answer = answer(parent, request);
        if (!parent.level().isAbove(level)) {
            throw new IsengardException(
                    ErrorCode.UNKNOWN_RESOURCE, "Not below a " + parent.level().label());
        }
        JsonNode body = request.json();
        Attributes query = queries.read(body.path("Query"));
        for (int tag : RemoteQueries.identifiers(parent.level())) {
            String value = answer.getString(tag, "");
            if (!value.isEmpty()) {
                query.setString(tag, files.dictionary().vrOf(tag, null), value);
            }
        }
        created(
                queries.run(
                        parent.modality(),
                        level,
                        query,
                        body.path("Normalize").asBoolean(true),
                        parent.localAet(),
                        parent.timeout()),
                response);
    }

    private void operations(Request request, Response response) throws IOException {
        of(request);
        strings(response, List.of("answers", "level", "modality", "query", "retrieve"));
    }

    private void forget(Request request, Response response) throws IOException {
        queries.forget(request.path("id"));
        response.text("");
    }

    private void answers(Request request, Response response) throws IOException {
        List<Attributes> answers = of(request).answers();
        if (!QueryFlags.isSet(request, "expand")) {
            List<String> numbers = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                numbers.add(Integer.toString(i));
            }
            strings(response, numbers);
            return;
        }
        response.json(json -> {
            json.writeStartArray();
            for (Attributes answer : answers) {
                DicomJson.write(json, answer, format(request), options());
            }
            json.writeEndArray();
        });
    }

    private static Attributes answer(Query query, Request request) {
        String index = request.path("index");
        if (!index.matches("[0-9]{1,9}")) {
            throw new IsengardException(ErrorCode.BAD_PARAMETER_TYPE, "Not a number: " + index);
        }
        if (Integer.parseInt(index) >= query.answers().size()) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "No such answer: " + index);
        }
        return query.answers().get(Integer.parseInt(index));
    }

    private void answerOperations(Request request, Response response) throws IOException {
        Query query = of(request);
        answer(query, request);
        List<String> operations = new ArrayList<>(List.of("content", "retrieve"));
        for (ResourceLevel level : ResourceLevel.values()) {
            if (query.level().isAbove(level)) {
                operations.add("query-" + level.path());
            }
        }
        strings(response, operations);
    }

    private void content(Request request, Response response) throws IOException {
        show(request, response, answer(of(request), request));
    }

    private void show(Request request, Response response, Attributes attributes) throws IOException {
        response.json(json -> DicomJson.write(json, attributes, format(request), options()));
    }

    private JsonOptions options() {
        return JsonOptions.defaults().withDictionary(files.dictionary());
    }

    private static DicomJson.Format format(Request request) {
        if (QueryFlags.isSet(request, "simplify")) {
            return DicomJson.Format.SIMPLIFIED;
        }
        return QueryFlags.isSet(request, "short") ? DicomJson.Format.SHORT : DicomJson.Format.FULL;
    }

    private void retrieveOne(Request request, Response response) throws IOException {
        Query query = of(request);
        retrieve(query, List.of(answer(query, request)), request, response);
    }

    private void retrieveAll(Request request, Response response) throws IOException {
        Query query = of(request);
        retrieve(query, query.answers(), request, response);
    }

    private void retrieve(Query query, List<Attributes> answers, Request request, Response response)
            throws IOException {
        String text = request.text().strip();
        JsonNode body = text.startsWith("{")
                ? Json.MAPPER.readTree(text)
                : JsonNodeFactory.instance.objectNode().put("TargetAet", text);
        List<JsonNode> identifiers = new ArrayList<>();
        ArrayNode shown = JsonNodeFactory.instance.arrayNode();
        for (Attributes answer : answers) {
            ObjectNode identifier = JsonNodeFactory.instance.objectNode();
            identifier.put(Tags.toString(Tag.QueryRetrieveLevel), RemoteQueries.name(query.level()));
            for (int tag : RemoteQueries.identifiers(query.level())) {
                String value = answer.getString(tag, "");
                if (!value.isEmpty()) {
                    identifier.put(Tags.toString(tag), value);
                }
            }
            identifiers.add(withClasses(identifier, answer));
            shown.add(show(identifier, body));
        }
        var order = order(
                query.modality(),
                body.has("LocalAet")
                        ? modalities.localAet(
                                query.modality(), body.path("LocalAet").asText())
                        : query.localAet(),
                body,
                body.has("Timeout") ? ModalityRoutes.timeout(body) : query.timeout(),
                shown);
        run(order, identifiers, body, response);
    }

    /** Adds what the answer says about its instances: it decides which SOP classes C-GET proposes. */
    private static ObjectNode withClasses(ObjectNode identifier, Attributes answer) {
        ObjectNode hinted = identifier.deepCopy();
        for (int tag : new int[] {Tag.SOPClassesInStudy, Tag.SOPClassUID}) {
            hint(hinted, RetrieveJob.SOP_CLASSES, answer.getStrings(tag));
        }
        for (int tag : new int[] {Tag.ModalitiesInStudy, Tag.Modality}) {
            hint(hinted, RetrieveJob.MODALITIES, answer.getStrings(tag));
        }
        return hinted;
    }

    private static void hint(ObjectNode hinted, String name, List<String> values) {
        if (!hinted.has(name) && !String.join("", values).isBlank()) {
            hinted.put(name, String.join("\\", values));
        }
    }

    private ObjectNode show(ObjectNode identifier, JsonNode body) {
        if (body.path("Full").asBoolean()) {
            ObjectNode full = JsonNodeFactory.instance.objectNode();
            identifier
                    .properties()
                    .forEach(field -> full.putObject(field.getKey())
                            .put("Name", name(field.getKey()))
                            .put("Type", "String")
                            .put("Value", field.getValue().asText()));
            return full;
        }
        if (body.path("Simplify").asBoolean()) {
            ObjectNode simple = JsonNodeFactory.instance.objectNode();
            identifier.properties().forEach(field -> simple.set(name(field.getKey()), field.getValue()));
            return simple;
        }
        return identifier;
    }

    private String name(String tag) {
        int number = Tags.parse(tag, files.dictionary()).orElseThrow();
        return files.dictionary().nameOf(number, null);
    }

    private RetrieveJob.Order order(Modality modality, String localAet, JsonNode body, int timeout, ArrayNode shown) {
        String target = body.path("TargetAet").asText();
        return new RetrieveJob.Order(
                modality,
                localAet,
                modalities.retrievesByGet(modality, body.path("RetrieveMethod").asText()),
                target.isEmpty() ? modalities.aet() : target,
                timeout,
                JobRequest.of(body, true).permissive(),
                shown);
    }

    private void run(RetrieveJob.Order order, List<JsonNode> identifiers, JsonNode body, Response response)
            throws IOException {
        JobRequest.of(body, true).run(engine, jobs.create(order, identifiers), response);
    }

    private void move(Request request, Response response) throws IOException {
        retrieve(request, response, "C-MOVE");
    }

    private void get(Request request, Response response) throws IOException {
        retrieve(request, response, "C-GET");
    }

    private void retrieve(Request request, Response response, String method) throws IOException {
        Modality modality = modalities.named(request.path("name"));
        JsonNode body = request.json();
        ResourceLevel level = level(body);
        if (!body.path("Resources").isArray()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"Resources\" must be an array");
        }
        List<JsonNode> identifiers = new ArrayList<>();
        for (JsonNode resource : body.path("Resources")) {
            Attributes keys = queries.read(resource);
            if (!RemoteQueries.names(keys, level)) {
                throw new IsengardException(
                        ErrorCode.BAD_REQUEST, "A resource to retrieve lacks the identifier of its level: " + resource);
            }
            ObjectNode identifier = JsonNodeFactory.instance.objectNode();
            identifier.put(Tags.toString(Tag.QueryRetrieveLevel), RemoteQueries.name(level));
            keys.forEach(
                    key -> identifier.put(Tags.toString(key.tag()), String.join("\\", keys.getStrings(key.tag()))));
            identifiers.add(identifier);
        }
        ObjectNode options = ((ObjectNode) body).deepCopy().put("RetrieveMethod", method);
        var order = order(
                modality,
                modalities.localAet(modality, body.path("LocalAet").asText()),
                options,
                ModalityRoutes.timeout(body),
                JsonNodeFactory.instance.arrayNode().addAll(identifiers));
        run(order, identifiers, body, response);
    }
}
