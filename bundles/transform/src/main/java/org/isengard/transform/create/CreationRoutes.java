package org.isengard.transform.create;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.Options;
import org.isengard.api.ingest.Source;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.VR;
import org.isengard.dicom.orthanc.Modules;
import org.isengard.dicom.orthanc.ResourceIds;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.transform.InstanceFiles;
import org.isengard.transform.NewFile;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The route that makes instances, or a series of them, out of JSON. */
@Component(service = Filter.class)
@Feature(isengard_feature = "transform")
public final class CreationRoutes extends RoutingFilter {
    /** Tags of series that instances of one series share (PS3.3 table C.7-5a, C.7-6, C.7-8). */
    private static final Set<Integer> SERIES_TAGS = Arrays.stream(new int[] {
                Tag.Modality,
                Tag.SeriesInstanceUID,
                Tag.SeriesNumber,
                Tag.SeriesDate,
                Tag.SeriesTime,
                Tag.SeriesDescription,
                Tag.PerformingPhysicianName,
                Tag.OperatorsName,
                Tag.ProtocolName,
                Tag.BodyPartExamined,
                Tag.PatientPosition,
                Tag.Laterality,
                Tag.FrameOfReferenceUID,
                Tag.PositionReferenceIndicator,
                Tag.Manufacturer,
                Tag.InstitutionName,
                Tag.StationName
            })
            .boxed()
            .collect(Collectors.toUnmodifiableSet());

    private final Index index;
    private final Ingest ingest;
    private final DicomFiles files;

    @Activate
    public CreationRoutes(@Reference Index index, @Reference Ingest ingest, @Reference DicomFiles files) {
        super(new Routes());
        this.index = index;
        this.ingest = ingest;
        this.files = files;
        routes().post("/tools/create-dicom", this::create);
    }

    private void create(Request request, Response response) throws IOException {
        JsonNode body = body(request);
        if (!body.isObject()) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "A JSON object is expected");
        }
        LocalDateTime now = LocalDateTime.now();
        JsonNode content = body.get("Content");
        if (content != null && content.isArray()) {
            createSeries(body, content, now, request, response);
            return;
        }
        NewInstanceBuilder builder;
        if (NewInstanceBuilder.isPlain(body)) {
            builder = NewInstanceBuilder.ofPlainTags(files.dictionary(), body);
        } else {
            builder = builder(body);
            if (content != null) {
                put(builder, content, body);
            }
            builder.complete(now);
        }
        Ingest.Outcome outcome = store(builder, request);
        ResourceIds ids = outcome.ids();
        response.json(JsonNodeFactory.instance
                .objectNode()
                .put("ID", ids.instance())
                .put("ParentPatient", ids.patient())
                .put("ParentSeries", ids.series())
                .put("ParentStudy", ids.study())
                .put("Path", ResourceLevel.INSTANCE.path(ids.instance()))
                .put("Status", outcome.status().label()));
    }

    /** A body that is no JSON is a bad request here; other routes call it a bad file. */
    private static JsonNode body(Request request) throws IOException {
        try {
            return request.json();
        } catch (JsonProcessingException e) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "The body is no JSON", e);
        } catch (IsengardException e) {
            throw e.error() == ErrorCode.BAD_FILE_FORMAT
                    ? new IsengardException(ErrorCode.BAD_REQUEST, e.details(), e)
                    : e;
        }
    }

    /** One instance for each element: content alone, or with tags of its own. */
    private void createSeries(JsonNode body, JsonNode contents, LocalDateTime now, Request request, Response response)
            throws IOException {
        if (contents.isEmpty()) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "A series needs at least one instance");
        }
        NewInstanceBuilder first = builder(body);
        first.complete(now);
        Attributes shared = new Attributes();
        for (int tag : new int[] {Tag.PatientID, Tag.StudyInstanceUID, Tag.SeriesInstanceUID}) {
            shared.put(first.dataset().get(tag));
        }
        String series = "";
        int number = 0;
        for (JsonNode each : contents) {
            NewInstanceBuilder builder = builder(body);
            JsonNode content = each.isObject() ? each.get("Content") : each;
            if (each.has("Tags")) {
                builder.tags(each.get("Tags"));
            }
            if (content != null) {
                put(builder, content, body);
            }
            Attributes dataset = builder.dataset();
            dataset.addAll(shared);
            number++;
            dataset.setString(Tag.SOPInstanceUID, VR.UI, UIDs.generate());
            dataset.setString(Tag.InstanceNumber, VR.IS, String.valueOf(number));
            dataset.setInt(Tag.ImageIndex, VR.US, number);
            dataset.setString(Tag.ImagesInAcquisition, VR.IS, String.valueOf(contents.size()));
            dataset.setString(Tag.NumberOfTemporalPositions, VR.IS, "1");
            builder.complete(now);
            series = store(builder, request).ids().series();
        }
        response.json(JsonNodeFactory.instance
                .objectNode()
                .put("ID", series)
                .put("Path", ResourceLevel.SERIES.path(series))
                .put("Status", StoreStatus.SUCCESS.label()));
    }

    private NewInstanceBuilder builder(JsonNode body) throws IOException {
        JsonNode creator = body.path("PrivateCreator");
        if (!creator.isMissingNode() && !creator.isTextual()) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "\"PrivateCreator\" must be a string");
        }
        NewInstanceBuilder builder = new NewInstanceBuilder(
                files.dictionary(),
                files.headerOptions().defaultCharacterSet(),
                creator.asText(""),
                body.path("InterpretBinaryTags").asBoolean(true),
                body.path("Force").asBoolean(false));
        if (body.has("Parent")) {
            builder.inherit(parent(body.get("Parent").asText()));
        }
        if (body.has("Tags")) {
            builder.tags(body.get("Tags"));
        }
        return builder;
    }

    private static void put(NewInstanceBuilder builder, JsonNode content, JsonNode body) {
        if (!content.isTextual()) {
            throw new IsengardException(ErrorCode.CREATE_DICOM_BAD_PAYLOAD, "\"Content\" must be a data URI");
        }
        builder.content(
                DataUri.parse(content.asText()), body.path("Encapsulate").asBoolean(false));
    }

    /** {@return the tags of a patient, study or series, as one of its instances has them} */
    private Attributes parent(String id) throws IOException {
        for (ResourceLevel level : ResourceLevel.values()) {
            if (!index.exists(level, id)) {
                continue;
            }
            if (level == ResourceLevel.INSTANCE) {
                throw new IsengardException(ErrorCode.CREATE_DICOM_PARENT_IS_INSTANCE);
            }
            String instance =
                    index
                            .findIds(FindRequest.all(ResourceLevel.INSTANCE, Set.of())
                                    .within(level, id)
                                    .page(0, 1))
                            .stream()
                            .findFirst()
                            .orElseThrow(CreationRoutes::noParent);
            Attributes whole = files.dataset(instance);
            Attributes inherited = new Attributes();
            for (int tag : whole.tags()) {
                if (tag == Tag.SpecificCharacterSet || isInherited(level, tag)) {
                    inherited.put(whole.get(tag));
                }
            }
            return inherited;
        }
        throw noParent();
    }

    private static boolean isInherited(ResourceLevel level, int tag) {
        boolean ofPatient = Modules.PATIENT.contains(tag);
        boolean ofStudy = Modules.GENERAL_STUDY.contains(tag);
        return switch (level) {
            case PATIENT -> ofPatient;
            case STUDY -> ofPatient || ofStudy;
            default -> ofPatient || ofStudy || SERIES_TAGS.contains(tag);
        };
    }

    private static IsengardException noParent() {
        return new IsengardException(ErrorCode.CREATE_DICOM_NO_PARENT);
    }

    private Ingest.Outcome store(NewInstanceBuilder builder, Request request) throws IOException {
        Source source = Source.rest(request.caller(), request.header("Host").orElse(""));
        Ingest.Outcome outcome;
        try (NewFile file = InstanceFiles.write(builder.dataset(), builder.syntax(), 1 << 14);
                InputStream in = file.open()) {
            outcome = ingest.receive(in, source, Options.DEFAULT);
        }
        if (outcome.status() == StoreStatus.STORAGE_FULL) {
            throw new IsengardException(ErrorCode.FULL_STORAGE);
        }
        return outcome;
    }
}
