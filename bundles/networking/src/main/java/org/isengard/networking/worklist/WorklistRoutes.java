package org.isengard.networking.worklist;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.VR;
import org.isengard.dicom.orthanc.DicomJson;
import org.isengard.dicom.orthanc.JsonOptions;
import org.isengard.networking.match.NamedAttributes;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The items of the worklist, with the routes of Orthanc's worklists plugin; they exist while the worklist is enabled. */
@Component(service = Filter.class)
@Feature(isengard_feature = "networking")
public final class WorklistRoutes extends RoutingFilter {
    private static final Map<String, DicomJson.Format> FORMATS = Map.of(
            "Simplify", DicomJson.Format.SIMPLIFIED, "Short", DicomJson.Format.SHORT, "Full", DicomJson.Format.FULL);

    private final WorklistFolder items;
    private final DicomFiles files;

    @Activate
    public WorklistRoutes(@Reference WorklistFolder items, @Reference DicomFiles files) {
        super(new Routes());
        this.items = items;
        this.files = files;
        if (items.options().enabled()) {
            routes().get("/worklists", this::list)
                    .post("/worklists/create", this::create)
                    .get("/worklists/{id}", this::show)
                    .put("/worklists/{id}", this::change)
                    .delete("/worklists/{id}", this::delete);
        }
    }

    private static DicomJson.Format format(Request request) {
        String name = request.query("format").orElse("Simplify");
        return Optional.ofNullable(FORMATS.get(name))
                .orElseThrow(() -> new IsengardException(
                        ErrorCode.BAD_REQUEST,
                        "Argument \"format\" must be one of Simplify, Short, Full, not " + name));
    }

    private void list(Request request, Response response) throws IOException {
        DicomJson.Format format = format(request);
        Map<String, Attributes> all = items.all();
        response.json(json -> {
            json.writeStartArray();
            for (Map.Entry<String, Attributes> item : all.entrySet()) {
                write(json, item.getKey(), item.getValue(), format);
            }
            json.writeEndArray();
        });
    }

    private void write(JsonGenerator json, String id, Attributes item, DicomJson.Format format) throws IOException {
        json.writeStartObject();
        json.writeStringField("ID", id);
        json.writeFieldName("Tags");
        DicomJson.write(json, item, format, JsonOptions.defaults().withDictionary(files.dictionary()));
        json.writeEndObject();
    }

    private Attributes named(Request request) throws IOException {
        return items.find(request.path("id"))
                .orElseThrow(
                        () -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No such item: " + request.path("id")));
    }

    private void show(Request request, Response response) throws IOException {
        DicomJson.Format format = format(request);
        Attributes item = named(request);
        response.json(json -> write(json, request.path("id"), item, format));
    }

    private Attributes read(Request request) throws IOException {
        JsonNode tags = request.json().path("Tags");
        if (!tags.isObject()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"Tags\" must be an object");
        }
        Attributes item = NamedAttributes.read(
                tags, files.dictionary(), files.headerOptions().defaultCharacterSet());
        if (item.getString(Tag.SpecificCharacterSet, "").isEmpty()) {
            item.setCharacterSet("ISO_IR 192");
        }
        return item;
    }

    private void create(Request request, Response response) throws IOException {
        Attributes item = read(request);
        if (items.options().studyUidSet()
                && item.getString(Tag.StudyInstanceUID, "").isEmpty()) {
            item.setString(Tag.StudyInstanceUID, VR.UI, UIDs.generate());
        }
        String id = UUID.randomUUID().toString();
        items.write(id, item);
        response.json(JsonNodeFactory.instance.objectNode().put("ID", id).put("Path", "/worklists/" + id));
    }

    private void change(Request request, Response response) throws IOException {
        Attributes former = named(request);
        Attributes item = read(request);
        String study = former.getString(Tag.StudyInstanceUID, "");
        if (item.getString(Tag.StudyInstanceUID, "").isEmpty() && !study.isEmpty()) {
            item.setString(Tag.StudyInstanceUID, VR.UI, study);
        }
        items.write(request.path("id"), item);
        response.json(JsonNodeFactory.instance
                .objectNode()
                .put("ID", request.path("id"))
                .put("Path", "/worklists/" + request.path("id")));
    }

    private void delete(Request request, Response response) throws IOException {
        named(request);
        items.delete(request.path("id"));
        response.json(JsonNodeFactory.instance.objectNode());
    }
}
