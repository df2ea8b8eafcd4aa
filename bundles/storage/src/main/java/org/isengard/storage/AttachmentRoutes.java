package org.isengard.storage;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Attachment.Compression;
import org.isengard.api.index.Index;
import org.isengard.api.rest.Handler;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.storage.Attachments;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.QueryFlags;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.rest.kit.content.ByteRange;
import org.isengard.rest.kit.content.ContentDisposition;
import org.isengard.rest.kit.content.EntityTag;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** {@code /{level}/{id}/attachments} and everything below, at the four levels. */
@Component(service = Filter.class, configurationPid = "org.isengard", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "storage")
public final class AttachmentRoutes extends RoutingFilter {
    @interface Config {
        boolean CheckRevisions();

        String UserContentType();
    }

    /** A handler that is told the level. */
    private interface LevelHandler {
        void handle(ResourceLevel level, Request request, Response response) throws IOException;
    }

    private static final List<String> OPERATIONS = List.of(
            "compress",
            "compressed-data",
            "compressed-md5",
            "compressed-size",
            "data",
            "info",
            "is-compressed",
            "md5",
            "size",
            "uncompress",
            "verify-md5");
    private static final int FIRST_USER_NUMBER = 1024;

    private final Index index;
    private final Attachments attachments;
    private final boolean checkRevisions;
    private final Map<String, String> mimeTypes = new HashMap<>();

    @Activate
    public AttachmentRoutes(Config config, @Reference Index index, @Reference Attachments attachments)
            throws IOException {
        super(new Routes());
        this.index = index;
        this.attachments = attachments;
        checkRevisions = config.CheckRevisions();
        for (Map.Entry<String, JsonNode> type :
                Json.MAPPER.readTree(config.UserContentType()).properties()) {
            if (type.getValue().isArray() && type.getValue().size() > 1) {
                mimeTypes.put(type.getKey(), type.getValue().get(1).asText());
            }
        }
        for (ResourceLevel level : ResourceLevel.values()) {
            String all = "/" + level.path() + "/{id}/attachments";
            String one = all + "/{name}";
            routes().get(all, at(level, this::list))
                    .get(one, at(level, this::operations))
                    .put(one, at(level, this::put))
                    .delete(one, at(level, this::delete))
                    .get(one + "/data", at(level, (l, rq, rs) -> data(l, rq, rs, false)))
                    .get(one + "/compressed-data", at(level, (l, rq, rs) -> data(l, rq, rs, true)))
                    .get(one + "/info", at(level, this::info))
                    .get(one + "/size", text(level, a -> String.valueOf(a.size())))
                    .get(one + "/md5", text(level, a -> known(a.md5())))
                    .get(one + "/compressed-size", text(level, a -> String.valueOf(a.storedSize())))
                    .get(one + "/compressed-md5", text(level, a -> known(a.storedMd5())))
                    .get(one + "/is-compressed", text(level, a -> a.compression() == Compression.NONE ? "0" : "1"))
                    .post(one + "/verify-md5", at(level, this::verify))
                    .post(one + "/compress", at(level, (l, rq, rs) -> recompress(l, rq, rs, true)))
                    .post(one + "/uncompress", at(level, (l, rq, rs) -> recompress(l, rq, rs, false)));
        }
    }

    private static Handler at(ResourceLevel level, LevelHandler handler) {
        return (request, response) -> handler.handle(level, request, response);
    }

    private Handler text(ResourceLevel level, java.util.function.Function<Attachment, String> value) {
        return (request, response) -> {
            Attachment attachment = find(level, request);
            if (!notModified(attachment, request, response)) {
                response.text(value.apply(attachment));
            }
        };
    }

    private static String known(String md5) {
        if (md5.isEmpty()) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No MD5 was computed for this attachment");
        }
        return md5;
    }

    private int number(Request request) {
        return index.attachmentNumber(request.path("name"))
                .orElseThrow(() -> new IsengardException(
                        ErrorCode.INEXISTENT_ITEM, "Unknown attachment: " + request.path("name")));
    }

    private Attachment find(ResourceLevel level, Request request) {
        number(request);
        return index.attachment(level, request.path("id"), request.path("name"))
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
    }

    private static boolean notModified(Attachment attachment, Request request, Response response) {
        return EntityTag.notModified(attachment.revision(), attachment.md5(), request, response);
    }

    private void list(ResourceLevel level, Request request, Response response) throws IOException {
        String id = request.path("id");
        if (!index.exists(level, id)) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE);
        }
        List<Attachment> all = index.attachments(level, id);
        boolean full = QueryFlags.isSet(request, "full");
        response.json(json -> {
            if (full) {
                Map<String, Integer> numbers = new TreeMap<>();
                all.forEach(a ->
                        numbers.put(a.type(), index.attachmentNumber(a.type()).orElse(0)));
                json.writeStartObject();
                for (Map.Entry<String, Integer> entry : numbers.entrySet()) {
                    json.writeNumberField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            } else {
                json.writeStartArray();
                for (Attachment attachment : all) {
                    json.writeString(attachment.type());
                }
                json.writeEndArray();
            }
        });
    }

    private void operations(ResourceLevel level, Request request, Response response) throws IOException {
        if (!notModified(find(level, request), request, response)) {
            response.json(json -> Json.MAPPER.writeValue(json, OPERATIONS));
        }
    }

    private void info(ResourceLevel level, Request request, Response response) throws IOException {
        Attachment attachment = find(level, request);
        if (notModified(attachment, request, response)) {
            return;
        }
        int number = number(request);
        response.json(json -> {
            json.writeStartObject();
            json.writeStringField("CompressedMD5", attachment.storedMd5());
            json.writeNumberField("CompressedSize", attachment.storedSize());
            json.writeNumberField("ContentType", number);
            json.writeStringField("UncompressedMD5", attachment.md5());
            json.writeNumberField("UncompressedSize", attachment.size());
            json.writeStringField("Uuid", attachment.uuid());
            json.writeEndObject();
        });
    }

    private String mimeType(Attachment attachment) {
        if (Attachment.DICOM.equals(attachment.type()) || Attachment.DICOM_UNTIL_PIXEL_DATA.equals(attachment.type())) {
            return "application/dicom";
        }
        return mimeTypes.getOrDefault(attachment.type(), "application/octet-stream");
    }

    private void data(ResourceLevel level, Request request, Response response, boolean stored) throws IOException {
        Attachment attachment = find(level, request);
        if (notModified(attachment, request, response)) {
            return;
        }
        send(attachments, attachment, stored, mimeType(attachment), attachment.uuid(), request, response);
    }

    /** Sends an attachment, or the range of it that was asked for as {@code application/octet-stream}. */
    static void send(
            Attachments attachments,
            Attachment attachment,
            boolean stored,
            String mimeType,
            String filename,
            Request request,
            Response response)
            throws IOException {
        long size = stored ? attachment.storedSize() : attachment.size();
        Optional<ByteRange> range = ByteRange.of(request, size);
        long offset = range.map(ByteRange::first).orElse(0L);
        long length = range.map(ByteRange::length).orElse(size);
        String type = range.isPresent() ? "application/octet-stream" : mimeType;
        if (range.isPresent()) {
            response.status(206).header("Content-Range", range.get().contentRange(size));
        } else {
            response.header("Content-Disposition", ContentDisposition.of(filename));
        }
        Optional<Path> path = attachments.path(attachment);
        if (path.isPresent()) {
            response.file(path.get(), offset, length, type);
            return;
        }
        try (InputStream in = stored ? attachments.openStored(attachment) : attachments.open(attachment, 0)) {
            in.skipNBytes(offset);
            copy(in, response.stream(type, length), length);
        }
    }

    private static void copy(InputStream in, OutputStream out, long length) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long left = length;
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new IOException("The attachment is shorter than the index says");
            }
            out.write(buffer, 0, n);
            left -= n;
        }
    }

    private void requireUserDefined(Request request) {
        if (number(request) < FIRST_USER_NUMBER) {
            throw new IsengardException(ErrorCode.FORBIDDEN, "This attachment belongs to the server");
        }
    }

    private void put(ResourceLevel level, Request request, Response response) throws IOException {
        requireUserDefined(request);
        if (!index.exists(level, request.path("id"))) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE);
        }
        EntityTag.Expected expected = expected(level, request);
        try (Attachments.Upload upload = attachments.create(request.path("name"))) {
            StoredAttachments.copy(request.body(), upload);
            Attachment attachment = upload.commit();
            long revision = record(level, request.path("id"), attachment, expected);
            response.header("ETag", EntityTag.of(revision, attachment.md5()));
        }
        response.json(Json.MAPPER.createObjectNode());
    }

    /** Names a durable file in the index; a file that could not be named is removed. */
    private long record(ResourceLevel level, String id, Attachment attachment, EntityTag.Expected expected)
            throws IOException {
        try {
            return index.setAttachment(level, id, attachment, expected.revision(), expected.check());
        } catch (RuntimeException e) {
            attachments.discard(attachment);
            throw e;
        }
    }

    private EntityTag.Expected expected(ResourceLevel level, Request request) {
        Optional<Attachment> now = index.attachment(level, request.path("id"), request.path("name"));
        return EntityTag.expected(
                request,
                now.map(Attachment::revision).orElse(-1L),
                now.map(Attachment::md5).orElse(""),
                checkRevisions);
    }

    private void delete(ResourceLevel level, Request request, Response response) throws IOException {
        requireUserDefined(request);
        EntityTag.Expected expected = expected(level, request);
        if (!index.deleteAttachment(
                level, request.path("id"), request.path("name"), expected.revision(), expected.check())) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE);
        }
        attachments.collectGarbage();
    }

    private void verify(ResourceLevel level, Request request, Response response) throws IOException {
        Attachment attachment = find(level, request);
        boolean same = md5(attachments.openStored(attachment)).equals(attachment.storedMd5())
                && md5(attachments.open(attachment, 0)).equals(attachment.md5());
        if (attachment.md5().isEmpty() || !same) {
            throw new IsengardException(ErrorCode.CORRUPTED_FILE);
        }
        response.json(Json.MAPPER.createObjectNode());
    }

    private static String md5(InputStream in) throws IOException {
        try (DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("MD5"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }

    private void recompress(ResourceLevel level, Request request, Response response, boolean compress)
            throws IOException {
        Attachment before = find(level, request);
        if ((before.compression() == Compression.NONE) == compress) {
            try (Attachments.Upload upload = attachments.create(before.type(), compress);
                    InputStream in = attachments.open(before, 0)) {
                StoredAttachments.copy(in, upload);
                record(
                        level,
                        request.path("id"),
                        upload.commit(),
                        new EntityTag.Expected(before.revision(), checkRevisions));
            }
            attachments.collectGarbage();
        }
        response.json(Json.MAPPER.createObjectNode());
    }
}
