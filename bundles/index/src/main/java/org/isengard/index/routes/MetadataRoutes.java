package org.isengard.index.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.index.SqlIndex;
import org.isengard.index.rows.NamedNumbers;
import org.isengard.rest.kit.QueryFlags;
import org.isengard.rest.kit.Routes;

/** Metadata and labels of resources. */
public final class MetadataRoutes {
    private final SqlIndex index;
    private final boolean checkRevisions;

    public MetadataRoutes(SqlIndex index, boolean checkRevisions) {
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
        String tag = Revision.tag(value);
        response.header("ETag", tag);
        Optional<String> known = request.header("If-None-Match");
        if (known.isPresent() && Revision.names(known.get(), value)) {
            response.status(304).bytes(new byte[0], "text/plain");
            return;
        }
        response.text(value.value());
    }

    private void put(Request request, Response response, ResourceLevel level) throws IOException {
        String name = request.path("name");
        requireUserDefined(number(name));
        String value = request.text();
        String id = known(request, level);
        Expected expected = expected(request, level, id, name);
        long revision = index.setMetadata(level, id, name, value, expected.revision(), expected.check());
        response.header("ETag", Revision.tag(new MetadataValue(value, revision)));
    }

    private void delete(Request request, ResourceLevel level) {
        String name = request.path("name");
        requireUserDefined(number(name));
        String id = known(request, level);
        Expected expected = expected(request, level, id, name);
        if (!index.deleteMetadata(level, id, name, expected.revision(), expected.check())) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No metadata " + name + " of " + id);
        }
    }

    /** The revision that must still be there, if it is checked; -1 for none. */
    private record Expected(long revision, boolean check) {}

    /** If-Match counts where it is given; where revisions are checked, it must be given. */
    private Expected expected(Request request, ResourceLevel level, String id, String name) {
        Optional<String> match = request.header("If-Match");
        if (match.isEmpty()) {
            return new Expected(-1, checkRevisions);
        }
        MetadataValue none = new MetadataValue("", -1);
        MetadataValue now = index.metadata(level, id, name).orElse(none);
        boolean named = Revision.names(match.get(), now);
        return new Expected(named ? now.revision() : -1, true);
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
