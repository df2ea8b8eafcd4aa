package org.isengard.storage;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import jakarta.servlet.Filter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.image.Transcoder;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.Resource;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomModels;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomPath;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.orthanc.DicomJson;
import org.isengard.dicom.orthanc.JsonOptions;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.QueryFlags;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.rest.kit.content.ContentDisposition;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Routes that read DICOM files: the file itself, tags in their forms, values by path, modules, shared tags. */
@Component(service = Filter.class)
@Feature(isengard_feature = "storage")
public final class DicomRoutes extends RoutingFilter {
    private static final String JSON_MODEL = "application/dicom+json";
    private static final String XML_MODEL = "application/dicom+xml";

    private final Index index;
    private final Attachments attachments;
    private final ParsedFiles files;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile Transcoder transcoder;

    /** Of the feature dicomweb. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile DicomModels models;

    @Activate
    public DicomRoutes(@Reference Index index, @Reference Attachments attachments, @Reference ParsedFiles files) {
        super(new Routes());
        this.index = index;
        this.attachments = attachments;
        this.files = files;
        routes().get("/instances/{id}/file", this::file)
                .get("/instances/{id}/tags", (request, response) -> tags(request, response, format(request)))
                .get("/instances/{id}/simplified-tags", (rq, rs) -> tags(rq, rs, DicomJson.Format.SIMPLIFIED))
                .get("/instances/{id}/header", this::header)
                .get("/instances/{id}/content", this::content)
                .get("/instances/{id}/content/{path:*}", this::content)
                .get("/instances/{id}/pdf", this::pdf)
                .get(
                        "/studies/{id}/module-patient",
                        (rq, rs) -> module(ResourceLevel.STUDY, ResourceLevel.PATIENT, rq, rs))
                .get("/tools/default-encoding", (request, response) -> response.text(files.defaultEncoding()))
                .put("/tools/default-encoding", this::setDefaultEncoding);
        for (ResourceLevel level : ResourceLevel.values()) {
            routes().get("/" + level.path() + "/{id}/module", (rq, rs) -> module(level, level, rq, rs));
            if (level != ResourceLevel.INSTANCE) {
                routes().get("/" + level.path() + "/{id}/shared-tags", (rq, rs) -> sharedTags(level, rq, rs))
                        .get("/" + level.path() + "/{id}/instances-tags", (rq, rs) -> instancesTags(level, rq, rs));
            }
        }
    }

    private static DicomJson.Format format(Request request) {
        if (QueryFlags.isSet(request, "simplify")) {
            return DicomJson.Format.SIMPLIFIED;
        }
        return QueryFlags.isSet(request, "short") ? DicomJson.Format.SHORT : DicomJson.Format.FULL;
    }

    private JsonOptions options(Request request) {
        Set<Integer> ignored = new HashSet<>();
        for (String value : request.query().getOrDefault("ignore-length", List.of())) {
            for (String name : value.split(",(?=[^,]*[A-Za-z]|[^,]*-)")) {
                OptionalInt tag = Tags.parse(name.trim(), files.dictionary());
                if (tag.isEmpty()) {
                    throw new IsengardException(ErrorCode.UNKNOWN_DICOM_TAG, "ignore-length: " + name);
                }
                ignored.add(tag.getAsInt());
            }
        }
        return JsonOptions.defaults().withDictionary(files.dictionary()).withIgnoreLength(ignored);
    }

    private void file(Request request, Response response) throws IOException {
        String id = request.path("id");
        Attachment attachment = index.attachment(ResourceLevel.INSTANCE, id, Attachment.DICOM)
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
        String filename = request.query("filename").filter(n -> !n.isEmpty()).orElse(id + ".dcm");
        String accept = request.header("Accept").map(String::strip).orElse("");
        if (accept.equals(JSON_MODEL) || accept.equals(XML_MODEL)) {
            model(id, accept, response);
            return;
        }
        Optional<String> target = request.query("transcode").filter(uid -> !uid.isEmpty());
        if (target.isPresent()) {
            response.header("Content-Disposition", ContentDisposition.of(filename));
            response.bytes(transcode(id, target.get(), request), "application/dicom");
            return;
        }
        AttachmentRoutes.send(attachments, attachment, false, "application/dicom", filename, request, response);
    }

    private void model(String instance, String type, Response response) throws IOException {
        DicomModels writer = models;
        if (writer == null) {
            throw new IsengardException(
                    ErrorCode.NOT_IMPLEMENTED, "The feature dicomweb, which writes " + type + ", is away");
        }
        Attributes dataset = files.full(instance).dataset();
        OutputStream out = response.stream(type, -1);
        if (type.equals(JSON_MODEL)) {
            writer.writeJson(out, dataset);
        } else {
            writer.writeXml(out, dataset);
        }
    }

    private byte[] transcode(String instance, String target, Request request) throws IOException {
        if (!TransferSyntax.isKnown(target)) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "Unknown transfer syntax: " + target);
        }
        Transcoder service = transcoder;
        if (service == null) {
            throw new IsengardException(ErrorCode.NOT_IMPLEMENTED, "No transcoder is installed");
        }
        int quality = request.query("lossy-quality")
                .filter(text -> text.matches("\\d{1,3}"))
                .map(Integer::parseInt)
                .orElse(0);
        DicomFile made = service.transcode(files.full(instance), TransferSyntax.of(target), quality, true);
        Attributes meta = made.meta().copy();
        meta.setString(Tag.MediaStorageSOPInstanceUID, VR.UI, made.dataset().getString(Tag.SOPInstanceUID, ""));
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);
        DicomWriter.write(out, meta, made.dataset(), made.transferSyntax());
        return out.toByteArray();
    }

    private void tags(Request request, Response response, DicomJson.Format format) throws IOException {
        JsonOptions options = options(request);
        boolean whole = QueryFlags.isSet(request, "whole");
        Attributes dataset = whole ? files.referenced(request.path("id")).dataset() : files.dataset(request.path("id"));
        response.json(json -> DicomJson.write(json, dataset, format, options));
    }

    private void header(Request request, Response response) throws IOException {
        Attributes meta = files.header(request.path("id")).meta();
        response.json(json -> DicomJson.write(json, meta, format(request), options(request)));
    }

    private void content(Request request, Response response) throws IOException {
        String path = request.path().substring(("/instances/" + request.path("id") + "/content").length());
        Attributes dataset = files.referenced(request.path("id")).dataset();
        DicomPath.Content content;
        try {
            content = DicomPath.of(path, files.dictionary())
                    .resolve(dataset)
                    .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
        } catch (DicomPath.UnknownTagException e) {
            throw new IsengardException(ErrorCode.UNKNOWN_DICOM_TAG, e.getMessage(), e);
        }
        if (content instanceof DicomPath.Raw raw) {
            response.bytes(raw.bytes(), "application/octet-stream");
        } else {
            List<String> names =
                    content instanceof DicomPath.Listing listing ? listing.tags() : ((DicomPath.Items) content).names();
            response.json(json -> Json.MAPPER.writeValue(json, names));
        }
    }

    /** The embedded document (PS3.3 A.45.1), when it is a PDF. */
    private void pdf(Request request, Response response) throws IOException {
        Attributes dataset = files.dataset(request.path("id"));
        byte[] document = dataset.getBytes(Tag.EncapsulatedDocument);
        if (document == null || !"application/pdf".equals(dataset.getString(Tag.MIMETypeOfEncapsulatedDocument))) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "The instance holds no PDF");
        }
        // The padding byte of an odd length (PS3.5 section 6.2) is not part of the document.
        boolean padded = document.length > 0 && document[document.length - 1] == 0;
        response.bytes(padded ? Arrays.copyOf(document, document.length - 1) : document, "application/pdf");
    }

    private void module(ResourceLevel level, ResourceLevel module, Request request, Response response)
            throws IOException {
        Set<Integer> tags = module.module();
        JsonOptions options = options(request).withTopLevel(tags::contains);
        Attributes dataset = files.dataset(newestInstance(level, request.path("id")));
        response.json(json -> DicomJson.write(json, dataset, format(request), options));
    }

    /** The module is read where it was written last. */
    private String newestInstance(ResourceLevel level, String id) {
        ResourceLevel at = level;
        String newest = id;
        while (at != ResourceLevel.INSTANCE) {
            List<String> children = index.get(at, newest, Set.of(FindRequest.Part.CHILDREN))
                    .map(Resource::children)
                    .orElse(List.of());
            if (children.isEmpty()) {
                throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE);
            }
            newest = children.get(children.size() - 1);
            at = at.child().orElseThrow();
        }
        return newest;
    }

    private List<String> instances(ResourceLevel level, String id) {
        if (!index.exists(level, id)) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE);
        }
        return index.findIds(FindRequest.all(ResourceLevel.INSTANCE, Set.of()).within(level, id));
    }

    private void instancesTags(ResourceLevel level, Request request, Response response) throws IOException {
        JsonOptions options = options(request);
        DicomJson.Format format = format(request);
        List<String> instances = instances(level, request.path("id"));
        response.json(json -> {
            json.writeStartObject();
            for (String instance : instances) {
                writeIfThere(json, instance, format, options);
            }
            json.writeEndObject();
        });
    }

    /** An instance that was deleted since the list was made is left out. */
    private void writeIfThere(JsonGenerator json, String instance, DicomJson.Format format, JsonOptions options)
            throws IOException {
        Attributes dataset;
        try {
            dataset = files.dataset(instance);
        } catch (IsengardException e) {
            if (e.error() != ErrorCode.UNKNOWN_RESOURCE) {
                throw e;
            }
            return;
        }
        json.writeFieldName(instance);
        DicomJson.write(json, dataset, format, options);
    }

    /** The texts that all instances have in common. */
    private void sharedTags(ResourceLevel level, Request request, Response response) throws IOException {
        JsonOptions options = options(request);
        ObjectNode shared = null;
        for (String instance : instances(level, request.path("id"))) {
            ObjectNode tags = json(files.dataset(instance), options);
            if (shared == null) {
                shared = tags;
            }
            ObjectNode others = tags;
            Iterator<Map.Entry<String, JsonNode>> it = shared.properties().iterator();
            while (it.hasNext()) {
                Map.Entry<String, JsonNode> tag = it.next();
                if (!"String".equals(tag.getValue().path("Type").asText())
                        || !tag.getValue().equals(others.get(tag.getKey()))) {
                    it.remove();
                }
            }
        }
        ObjectNode found = shared == null ? Json.MAPPER.createObjectNode() : shared;
        DicomJson.Format format = format(request);
        response.json(json -> {
            json.writeStartObject();
            for (Map.Entry<String, JsonNode> tag : found.properties()) {
                String name = tag.getValue().path("Name").asText();
                json.writeFieldName(format == DicomJson.Format.SIMPLIFIED ? name : tag.getKey());
                Json.MAPPER.writeTree(
                        json,
                        format == DicomJson.Format.FULL
                                ? tag.getValue()
                                : tag.getValue().path("Value"));
            }
            json.writeEndObject();
        });
    }

    private static ObjectNode json(Attributes dataset, JsonOptions options) throws IOException {
        TokenBuffer buffer = new TokenBuffer(Json.MAPPER, false);
        DicomJson.write(buffer, dataset, DicomJson.Format.FULL, options);
        return Json.MAPPER.readTree(buffer.asParser());
    }

    private void setDefaultEncoding(Request request, Response response) throws IOException {
        files.setDefaultEncoding(request.text());
        response.text(files.defaultEncoding());
    }
}
