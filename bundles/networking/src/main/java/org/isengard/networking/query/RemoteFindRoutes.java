package org.isengard.networking.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.orthanc.DicomJson;
import org.isengard.dicom.orthanc.JsonOptions;
import org.isengard.networking.remote.OutboundCallLimit;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.isengard.networking.scu.ModalityRoutes;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The older way of querying modalities: {@code find-...} answers at once, with a fixed set of tags for each level. */
@Component(service = Filter.class)
@Feature(isengard_feature = "networking")
public final class RemoteFindRoutes extends RoutingFilter {
    private static final Map<ResourceLevel, List<Integer>> TAGS = Map.of(
            ResourceLevel.PATIENT,
            List.of(Tag.PatientName, Tag.PatientBirthDate, Tag.PatientSex, Tag.OtherPatientIDs),
            ResourceLevel.STUDY,
            List.of(Tag.StudyDate, Tag.StudyTime, Tag.StudyID, Tag.StudyDescription, Tag.ReferringPhysicianName),
            ResourceLevel.SERIES,
            List.of(
                    Tag.Modality,
                    Tag.SeriesNumber,
                    Tag.SeriesDate,
                    Tag.SeriesTime,
                    Tag.SeriesDescription,
                    Tag.BodyPartExamined,
                    Tag.OperatorsName,
                    Tag.PerformedProcedureStepDescription,
                    Tag.ProtocolName),
            ResourceLevel.INSTANCE,
            List.of(Tag.InstanceCreationDate, Tag.InstanceCreationTime, Tag.InstanceNumber));

    private final Modalities modalities;
    private final RemoteQueries queries;
    private final DicomFiles files;

    @Activate
    public RemoteFindRoutes(
            @Reference Modalities modalities,
            @Reference RemoteQueries queries,
            @Reference DicomFiles files,
            @Reference OutboundCallLimit calls) {
        super(new Routes());
        this.modalities = modalities;
        this.queries = queries;
        this.files = files;
        for (ResourceLevel level : ResourceLevel.values()) {
            routes().post(
                            "/modalities/{name}/find-" + level.label().toLowerCase(Locale.ROOT),
                            calls.bounded((request, response) -> find(level, request, response)));
        }
        routes().post("/modalities/{name}/find", calls.bounded(this::findAll))
                .post("/modalities/{name}/find-worklist", calls.bounded(this::findWorklist));
    }

    private void find(ResourceLevel level, Request request, Response response) throws IOException {
        Modality modality = modalities.named(request.path("name"));
        Attributes asked = queries.read(request.json());
        if (level != ResourceLevel.PATIENT) {
            require(asked, Tag.PatientID, Tag.AccessionNumber);
        }
        if (level == ResourceLevel.SERIES || level == ResourceLevel.INSTANCE) {
            require(asked, Tag.StudyInstanceUID);
        }
        if (level == ResourceLevel.INSTANCE) {
            require(asked, Tag.SeriesInstanceUID);
        }
        ArrayNode found = JsonNodeFactory.instance.arrayNode();
        for (Attributes answer : ask(modality, level, asked)) {
            found.add(json(answer));
        }
        response.json(found);
    }

    private static void require(Attributes asked, int... oneOf) {
        for (int tag : oneOf) {
            if (!asked.getString(tag, "").isEmpty()) {
                return;
            }
        }
        throw new IsengardException(ErrorCode.BAD_REQUEST, "The query must say which resource above is meant");
    }

    private List<Attributes> ask(Modality modality, ResourceLevel level, Attributes asked) {
        Attributes query = asked.copy();
        for (int tag : TAGS.get(level)) {
            if (!query.contains(tag)) {
                query.setNull(tag, files.dictionary().vrOf(tag, null));
            }
        }
        return queries.find(modality, level, query, true, modalities.localAet(modality, ""), -1);
    }

    /** The body is the query, or has it in the field {@code Query} beside options. */
    private void findWorklist(Request request, Response response) throws IOException {
        Modality modality = modalities.named(request.path("name"));
        JsonNode body = request.json();
        Attributes asked = queries.read(body.path("Query").isObject() ? body.path("Query") : body);
        DicomJson.Format format = body.path("Full").asBoolean()
                ? DicomJson.Format.FULL
                : body.path("Short").asBoolean() ? DicomJson.Format.SHORT : DicomJson.Format.SIMPLIFIED;
        ArrayNode found = JsonNodeFactory.instance.arrayNode();
        for (Attributes answer : queries.findWorklist(
                modality, asked, modalities.localAet(modality, ""), ModalityRoutes.timeout(body))) {
            found.add(json(answer, format));
        }
        response.json(found);
    }

    private ObjectNode json(Attributes answer) throws IOException {
        return json(answer, DicomJson.Format.SIMPLIFIED);
    }

    private ObjectNode json(Attributes answer, DicomJson.Format format) throws IOException {
        var text = new StringWriter();
        try (var json = Json.FACTORY.createGenerator(text)) {
            DicomJson.write(json, answer, format, JsonOptions.defaults().withDictionary(files.dictionary()));
        }
        JsonNode tree = Json.MAPPER.readTree(text.toString());
        return (ObjectNode) tree;
    }

    /** Patients with their studies and series, as far as the query matches them. */
    private void findAll(Request request, Response response) throws IOException {
        Modality modality = modalities.named(request.path("name"));
        Attributes asked = queries.read(request.json());
        ArrayNode patients = JsonNodeFactory.instance.arrayNode();
        for (Attributes patient : ask(modality, ResourceLevel.PATIENT, asked)) {
            ObjectNode patientJson = json(patient);
            patients.add(patientJson);
            ArrayNode studies = patientJson.putArray("Studies");
            Attributes ofPatient = below(asked, ResourceLevel.PATIENT, patient, Tag.PatientID);
            for (Attributes study : ask(modality, ResourceLevel.STUDY, ofPatient)) {
                ObjectNode studyJson = json(study);
                studies.add(studyJson);
                ArrayNode series = studyJson.putArray("Series");
                Attributes ofStudy = below(ofPatient, ResourceLevel.STUDY, study, Tag.StudyInstanceUID);
                for (Attributes one : ask(modality, ResourceLevel.SERIES, ofStudy)) {
                    series.add(json(one));
                }
            }
        }
        response.json(patients);
    }

    private Attributes below(Attributes asked, ResourceLevel level, Attributes parent, int identifier) {
        Attributes query = queries.withoutLevel(asked, level);
        query.setString(identifier, files.dictionary().vrOf(identifier, null), parent.getString(identifier, ""));
        return query;
    }
}
