package org.isengard.transform.create;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Tag;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The routes that take main tags, and if wanted files, anew from what is stored. */
@Component(service = Filter.class)
@Feature(isengard_feature = "transform")
public final class ReconstructionRoutes extends RoutingFilter {
    private static final int PAGE = 1000;
    private static final int MAX_BODY = 1 << 20;
    private static final int CHUNK = 1 << 18;

    private final Index index;
    private final Attachments attachments;
    private final DicomFiles files;

    @Activate
    public ReconstructionRoutes(
            @Reference Index index, @Reference Attachments attachments, @Reference DicomFiles files) {
        super(new Routes());
        this.index = index;
        this.attachments = attachments;
        this.files = files;
        for (ResourceLevel level : ResourceLevel.values()) {
            routes().post("/" + level.path() + "/{id}/reconstruct", (request, response) -> one(level, request));
        }
        routes().post("/tools/reconstruct", this::all)
                // There are no summaries of tags here that a new dictionary could make wrong: files are read each time.
                .post("/tools/invalidate-tags", (request, response) -> {});
    }

    private static JsonNode options(Request request) throws IOException {
        byte[] body = request.bytes(MAX_BODY);
        JsonNode options = body.length == 0 ? JsonNodeFactory.instance.objectNode() : Json.MAPPER.readTree(body);
        if (!options.isObject()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "A JSON object is expected");
        }
        return options;
    }

    private void one(ResourceLevel level, Request request) throws IOException {
        String id = request.path("id");
        if (!index.exists(level, id)) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "There is no " + level.label() + " " + id);
        }
        JsonNode options = options(request);
        boolean rewrite = options.path("ReconstructFiles").asBoolean(false);
        boolean limited = options.path("LimitToThisLevelMainDicomTags").asBoolean(false);
        if (level == ResourceLevel.INSTANCE) {
            reconstruct(id, rewrite);
            return;
        }
        List<String> instances =
                index.findIds(FindRequest.all(ResourceLevel.INSTANCE, Set.of()).within(level, id));
        for (String instance : limited ? instances.subList(0, Math.min(1, instances.size())) : instances) {
            reconstruct(instance, rewrite);
        }
    }

    private void all(Request request, Response response) throws IOException {
        boolean rewrite = options(request).path("ReconstructFiles").asBoolean(false);
        FindRequest instances = FindRequest.all(ResourceLevel.INSTANCE, Set.of());
        long since = 0;
        List<String> page = index.findIds(instances.page(since, PAGE));
        while (!page.isEmpty()) {
            for (String instance : page) {
                reconstruct(instance, rewrite);
            }
            since += page.size();
            page = index.findIds(instances.page(since, PAGE));
        }
    }

    private void reconstruct(String instance, boolean rewrite) throws IOException {
        Attachment attachment = index.attachment(ResourceLevel.INSTANCE, instance, Attachment.DICOM)
                .orElse(null);
        if (attachment == null) {
            // Deleted meanwhile: nothing is left to be told about it.
            return;
        }
        if (rewrite) {
            attachment = rewritten(instance, attachment);
        }
        DicomFile header;
        try (InputStream in = attachments.open(attachment, 0)) {
            header = DicomReader.read(in, files.headerOptions());
        }
        Map<String, String> metadata = new HashMap<>();
        metadata.put(Metadata.TRANSFER_SYNTAX, header.transferSyntax().uid());
        String sopClass = header.dataset().getString(Tag.SOPClassUID, "");
        if (!sopClass.isEmpty()) {
            metadata.put(Metadata.SOP_CLASS_UID, sopClass);
        }
        if (header.pixelDataOffset() >= 0) {
            metadata.put(Metadata.PIXEL_DATA_OFFSET, String.valueOf(header.pixelDataOffset()));
        }
        header.unusualPixelDataVR().ifPresent(vr -> metadata.put(Metadata.PIXEL_DATA_VR, vr.name()));
        index.updateMainTags(instance, header.dataset(), metadata);
    }

    /** Stores the same bytes again, compressed as it is configured now. */
    private Attachment rewritten(String instance, Attachment old) throws IOException {
        Attachment stored;
        try (InputStream in = attachments.open(old, 0);
                Attachments.Upload upload = attachments.create(Attachment.DICOM)) {
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                upload.write(ByteBuffer.wrap(chunk, 0, n));
            }
            stored = upload.commit();
        }
        index.setAttachment(ResourceLevel.INSTANCE, instance, stored, old.revision(), false);
        attachments.collectGarbage();
        return stored;
    }
}
