package org.isengard.index.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Part;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.Resource;
import org.isengard.dicom.orthanc.JsonOptions;
import org.isengard.index.VisibleIndex;
import org.isengard.index.find.IndexSearch;
import org.isengard.index.find.RequestedTags;
import org.isengard.index.find.StoredFiles;
import org.isengard.index.routes.ResourceView.Content;
import org.isengard.index.rows.MainSequences;
import org.isengard.index.rows.SeriesCompleteness;

/** Writes resources as Orthanc describes them. */
public final class ResourceJson {
    private static final int CHUNK = 200;

    private final VisibleIndex index;
    private final StoredFiles files;
    private final RequestedTags requestedTags;

    public ResourceJson(VisibleIndex index, IndexSearch search) {
        this.index = index;
        files = search.files();
        requestedTags = search.requestedTags();
    }

    /** Writes an array of resources; those that were deleted meanwhile are left out. */
    public void list(JsonGenerator json, ResourceLevel level, List<String> ids, ResourceView view) throws IOException {
        json.writeStartArray();
        for (int at = 0; at < ids.size(); at += CHUNK) {
            List<String> chunk = ids.subList(at, Math.min(ids.size(), at + CHUNK));
            for (Resource resource : index.getAll(level, chunk, view.parts(level))) {
                write(json, resource, view);
            }
        }
        json.writeEndArray();
    }

    public static void ids(JsonGenerator json, List<String> ids) throws IOException {
        json.writeStartArray();
        for (String id : ids) {
            json.writeString(id);
        }
        json.writeEndArray();
    }

    public void write(JsonGenerator json, Resource resource, ResourceView view) throws IOException {
        ResourceLevel level = resource.level();
        Map<String, MetadataValue> metadata = resource.metadata();
        json.writeStartObject();
        json.writeStringField("ID", resource.id());
        json.writeStringField("Type", level.label());
        if (view.shows(Content.PARENT) && level != ResourceLevel.PATIENT) {
            json.writeStringField("Parent" + level.parent().orElseThrow().label(), resource.parent());
        }
        if (view.shows(Content.CHILDREN) && level != ResourceLevel.INSTANCE) {
            json.writeFieldName(childrenField(level));
            ids(json, resource.children());
        }
        if (view.shows(Content.MAIN_DICOM_TAGS)) {
            mainTags(json, resource, view);
        }
        if (view.shows(Content.LABELS)) {
            json.writeFieldName("Labels");
            ids(json, List.copyOf(resource.labels()));
        }
        if (view.shows(Content.IS_STABLE) && level != ResourceLevel.INSTANCE) {
            json.writeBooleanField("IsStable", resource.stable());
        }
        if (view.shows(Content.IS_PROTECTED) && level == ResourceLevel.PATIENT) {
            json.writeBooleanField("IsProtected", resource.isProtected());
        }
        if (view.shows(Content.DATES)) {
            text(json, metadata, Metadata.LAST_UPDATE);
            text(json, metadata, Metadata.ANONYMIZED_FROM);
            text(json, metadata, Metadata.MODIFIED_FROM);
            if (level == ResourceLevel.INSTANCE) {
                number(json, metadata, Metadata.INDEX_IN_SERIES);
            }
        }
        if (level == ResourceLevel.SERIES) {
            series(json, resource, view);
        }
        if (view.shows(Content.FILE) && level == ResourceLevel.INSTANCE) {
            file(json, resource.attachments());
        }
        if (view.shows(Content.METADATA)) {
            json.writeObjectFieldStart("Metadata");
            for (Map.Entry<String, MetadataValue> entry : metadata.entrySet()) {
                json.writeStringField(entry.getKey(), entry.getValue().value());
            }
            json.writeEndObject();
        }
        if (view.shows(Content.ATTACHMENTS)) {
            attachments(json, resource.attachments());
        }
        if (view.requestedTags() != null && !view.requestedTags().isEmpty()) {
            json.writeObjectFieldStart("RequestedTags");
            requested(new TagJson(json, view.format(), files.dictionary()), resource, view.requestedTags());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void requested(TagJson out, Resource resource, List<Integer> wanted) throws IOException {
        RequestedTags.Values values = requestedTags.read(resource, wanted);
        out.all(values.values());
        out.sequences(values.kept());
        if (!values.sequences().isEmpty()) {
            out.sequences(MainSequences.write(
                    values.sequences(), JsonOptions.defaults().withDictionary(files.dictionary())));
        }
    }

    private static String childrenField(ResourceLevel level) {
        return switch (level) {
            case PATIENT -> "Studies";
            case STUDY -> "Series";
            default -> "Instances";
        };
    }

    private void mainTags(JsonGenerator json, Resource resource, ResourceView view) throws IOException {
        TagJson tags = new TagJson(json, view.format(), files.dictionary());
        json.writeObjectFieldStart("MainDicomTags");
        tags.all(resource.tags().get(resource.level()));
        MetadataValue sequences = resource.metadata().get(Metadata.MAIN_DICOM_SEQUENCES);
        if (sequences != null) {
            tags.sequences(sequences.value());
        }
        json.writeEndObject();
        if (resource.level() == ResourceLevel.STUDY) {
            json.writeObjectFieldStart("PatientMainDicomTags");
            tags.all(resource.tags().get(ResourceLevel.PATIENT));
            json.writeEndObject();
        }
    }

    private void series(JsonGenerator json, Resource series, ResourceView view) throws IOException {
        if (view.shows(Content.DATES)) {
            number(json, series.metadata(), Metadata.EXPECTED_NUMBER_OF_INSTANCES);
        }
        if (view.shows(Content.STATUS)) {
            MetadataValue expected = series.metadata().get(Metadata.EXPECTED_NUMBER_OF_INSTANCES);
            json.writeStringField("Status", expected == null ? "Unknown" : status(series.id(), expected.value()));
        }
    }

    private String status(String id, String expected) {
        List<String> indices = index
                .find(FindRequest.all(ResourceLevel.INSTANCE, Set.of(Part.METADATA))
                        .within(ResourceLevel.SERIES, id))
                .stream()
                .map(instance -> instance.metadata().get(Metadata.INDEX_IN_SERIES))
                .map(value -> value == null ? "" : value.value())
                .toList();
        return SeriesCompleteness.status(expected, indices);
    }

    private static void file(JsonGenerator json, List<Attachment> attachments) throws IOException {
        for (Attachment attachment : attachments) {
            if (attachment.type().equals(Attachment.DICOM)) {
                json.writeNumberField("FileSize", attachment.size());
                json.writeStringField("FileUuid", attachment.uuid());
            }
        }
    }

    private static void attachments(JsonGenerator json, List<Attachment> attachments) throws IOException {
        json.writeArrayFieldStart("Attachments");
        for (Attachment attachment : attachments) {
            json.writeStartObject();
            json.writeStringField("CompressedMD5", attachment.storedMd5());
            json.writeNumberField("CompressedSize", attachment.storedSize());
            json.writeStringField("ContentType", attachment.type());
            json.writeStringField("UncompressedMD5", attachment.md5());
            json.writeNumberField("UncompressedSize", attachment.size());
            json.writeStringField("Uuid", attachment.uuid());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void text(JsonGenerator json, Map<String, MetadataValue> metadata, String name) throws IOException {
        MetadataValue value = metadata.get(name);
        if (value != null) {
            json.writeStringField(name, value.value());
        }
    }

    private static void number(JsonGenerator json, Map<String, MetadataValue> metadata, String name)
            throws IOException {
        MetadataValue value = metadata.get(name);
        OptionalInt number = value == null ? OptionalInt.empty() : SeriesCompleteness.parse(value.value());
        if (number.isPresent()) {
            json.writeNumberField(name, number.getAsInt());
        } else {
            json.writeNullField(name);
        }
    }
}
