package org.isengard.index.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.index.VisibleIndex;
import org.isengard.index.rows.NamedNumbers;
import org.isengard.rest.kit.QueryFlags;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.content.EntityTag;

/** Metadata and labels of resources. */
public final class MetadataRoutes {
    private static final int MAX_VALUE = 1 << 24;

    private final VisibleIndex index;
    private final boolean checkRevisions;

    public MetadataRoutes(VisibleIndex index, boolean checkRevisions) {
        this.index = index;
        this.checkRevisions = checkRevisions;
    }

    public void addTo(Routes routes) {
        for (ResourceLevel level : ResourceLevel.values()) {
            String all = "/" + level.path() + "/{id}/metadata";
            routes.get(all, (request, response) -> list(request, response, level));
            routes.get(all + "/{name}", (request, response) -> get(request, response, level));
            routes.put(all + "/{name}", (request, response) -> put(request, response, level));
            routes.delete(all + "/{name}", (request, response) -> delete(request, level));
            String labels = "/" + level.path() + "/{id}/labels";
            routes.get(labels, (request, response) -> labels(request, response, level));
            routes.get(labels + "/{label}", (request, response) -> hasLabel(request, level));
            routes.put(labels + "/{label}", (request, response) -> addLabel(request, level));
            routes.delete(labels + "/{label}", (request, response) -> removeLabel(request, level));
        }
        routes.get("/tools/labels", (request, response) -> {
            List<String> labels = List.copyOf(index.allLabels());
            response.json((JsonGenerator json) -> ResourceJson.ids(json, labels));
        });
    }

    private void list(Request request, Response response, ResourceLevel level) throws IOException {
        Map<String, MetadataValue> metadata = index.metadata(level, known(request, level));
        boolean numeric = QueryFlags.isSet(request, "numeric");
        boolean expand = QueryFlags.isSet(request, "expand");
        response.json((JsonGenerator json) -> {
            if (expand) {
                json.writeStartObject();
            } else {
                json.writeStartArray();
            }
            for (Map.Entry<String, MetadataValue> entry : metadata.entrySet()) {
                int number = index.metadataNumber(entry.getKey()).orElseThrow();
                if (expand) {
                    json.writeStringField(
                            numeric ? Integer.toString(number) : entry.getKey(),
                            entry.getValue().value());
                } else if (numeric) {
                    json.writeNumber(number);
                } else {
                    json.writeString(entry.getKey());
                }
            }
            if (expand) {
                json.writeEndObject();
            } else {
                json.writeEndArray();
            }
        });
    }

    private void get(Request request, Response response, ResourceLevel level) throws IOException {
        String name = request.path("name");
        int number = number(name);
        String id = known(request, level);
        MetadataValue value = index.metadata(level, id, name)
                .orElseThrow(() -> new IsengardException(
                        ErrorCode.UNKNOWN_RESOURCE, "No metadata " + index.metadataName(number) + " of " + id));
        if (EntityTag.notModified(value.revision(), md5(value.value()), request, response)) {
            response.bytes(new byte[0], "text/plain");
            return;
        }
        response.text(value.value());
    }

    private void put(Request request, Response response, ResourceLevel level) throws IOException {
        String name = request.path("name");
        requireUserDefined(number(name));
        String value = text(request.bytes(MAX_VALUE));
        String id = known(request, level);
        EntityTag.Expected expected = expected(request, level, id, name);
        long revision = index.setMetadata(level, id, name, value, expected.revision(), expected.check());
        response.header("ETag", EntityTag.of(revision, md5(value)));
    }

    /** Metadata are text: other bytes would not come back as they were. */
    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "The value of metadata must be UTF-8", e);
        }
    }

    private void delete(Request request, ResourceLevel level) {
        String name = request.path("name");
        requireUserDefined(number(name));
        String id = known(request, level);
        EntityTag.Expected expected = expected(request, level, id, name);
        if (!index.deleteMetadata(level, id, name, expected.revision(), expected.check())) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No metadata " + name + " of " + id);
        }
    }

    private EntityTag.Expected expected(Request request, ResourceLevel level, String id, String name) {
        MetadataValue none = new MetadataValue("", -1);
        MetadataValue now = index.metadata(level, id, name).orElse(none);
        return EntityTag.expected(request, now.revision(), md5(now.value()), checkRevisions);
    }

    private static String md5(String value) {
        try {
            byte[] md5 = MessageDigest.getInstance("MD5").digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(md5);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }

    private int number(String name) {
        return index.metadataNumber(name)
                .orElseThrow(() -> new IsengardException(ErrorCode.INEXISTENT_ITEM, "No such metadata: " + name));
    }

    private static void requireUserDefined(int number) {
        if (number < NamedNumbers.FIRST_USER) {
            throw new IsengardException(ErrorCode.FORBIDDEN, "Metadata below 1024 are the server's own");
        }
    }

    private void labels(Request request, Response response, ResourceLevel level) throws IOException {
        List<String> labels = List.copyOf(index.labels(level, known(request, level)));
        response.json((JsonGenerator json) -> ResourceJson.ids(json, labels));
    }

    private void hasLabel(Request request, ResourceLevel level) {
        String id = known(request, level);
        if (!index.labels(level, id).contains(request.path("label"))) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No label " + request.path("label") + " on " + id);
        }
    }

    private void addLabel(Request request, ResourceLevel level) {
        index.addLabel(level, known(request, level), request.path("label"));
    }

    private void removeLabel(Request request, ResourceLevel level) {
        index.removeLabel(level, known(request, level), request.path("label"));
    }

    private String known(Request request, ResourceLevel level) {
        String id = request.path("id");
        if (!index.exists(level, id)) {
            throw ResourceRoutes.unknown(level, id);
        }
        return id;
    }
}
