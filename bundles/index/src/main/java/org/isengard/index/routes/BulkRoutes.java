package org.isengard.index.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.Resource;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.index.VisibleIndex;
import org.isengard.index.routes.ResourceView.Content;
import org.isengard.rest.kit.Routes;

/** Descriptions and deletion of many resources of any level in one call. */
public final class BulkRoutes {
    private final VisibleIndex index;
    private final ResourceJson resources;

    public BulkRoutes(VisibleIndex index, ResourceJson resources) {
        this.index = index;
        this.resources = resources;
    }

    public void addTo(Routes routes) {
        routes.post("/tools/bulk-delete", this::delete);
        routes.search("/tools/bulk-content", this::content);
    }

    private void delete(Request request, Response response) throws IOException {
        JsonNode list = JsonBody.object(request).path("Resources");
        if (!list.isArray()) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "\"Resources\" must be an array");
        }
        List<Index.Ref> refs = new ArrayList<>();
        for (JsonNode resource : list) {
            if (resource.isObject()) {
                refs.add(reference(resource));
            } else {
                String id = id(resource);
                levelOf(id).ifPresent(level -> refs.add(new Index.Ref(level, id)));
            }
        }
        // All are understood before the first is gone.
        refs.forEach(ref -> index.delete(ref.level(), ref.id()));
    }

    /** Reads {@code {"Level": "Study", "ID": "..."}}. */
    private static Index.Ref reference(JsonNode resource) {
        if (!resource.path("Level").isTextual()) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "\"Level\" must be a string");
        }
        return new Index.Ref(level(resource), id(resource.path("ID")));
    }

    private void content(Request request, Response response) throws IOException {
        JsonNode body = JsonBody.object(request);
        List<String> ids = ids(body);
        Set<Content> content = EnumSet.copyOf(
                ResourceView.expanded(ResourceView.format(name -> false)).content());
        if (FindQuery.flag(body, "Metadata", true)) {
            content.add(Content.METADATA);
        }
        ResourceView view = new ResourceView(
                ResourceView.format(name -> FindQuery.flag(body, name.equals("full") ? "Full" : "Short", false)),
                content,
                null);
        List<Index.Ref> refs = body.has("Level") ? atLevel(ids, level(body)) : asGiven(ids);
        response.json((JsonGenerator json) -> {
            json.writeStartArray();
            for (Index.Ref ref : refs) {
                Optional<Resource> resource = index.get(ref.level(), ref.id(), view.parts(ref.level()));
                if (resource.isPresent()) {
                    resources.write(json, resource.get(), view);
                }
            }
            json.writeEndArray();
        });
    }

    private static ResourceLevel level(JsonNode body) {
        return ResourceLevel.of(body.path("Level").asText())
                .orElseThrow(() -> new IsengardException(
                        ErrorCode.PARAMETER_OUT_OF_RANGE,
                        "No such level: " + body.path("Level").asText()));
    }

    private static List<String> ids(JsonNode body) {
        JsonNode list = body.path("Resources");
        if (!list.isArray()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "\"Resources\" must be an array of identifiers");
        }
        List<String> ids = new ArrayList<>();
        for (JsonNode id : list) {
            ids.add(id(id));
        }
        return ids;
    }

    private static String id(JsonNode id) {
        if (!id.isTextual()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Identifiers of resources are strings");
        }
        return id.asText();
    }

    private Optional<ResourceLevel> levelOf(String id) {
        for (ResourceLevel level : ResourceLevel.values()) {
            if (index.exists(level, id)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    private List<Index.Ref> asGiven(List<String> ids) {
        List<Index.Ref> refs = new ArrayList<>();
        for (String id : ids) {
            levelOf(id).ifPresent(level -> refs.add(new Index.Ref(level, id)));
        }
        return refs;
    }

    /** The ancestors or descendants of resources at one level, each once. */
    private List<Index.Ref> atLevel(List<String> ids, ResourceLevel wanted) {
        Set<Index.Ref> refs = new LinkedHashSet<>();
        for (Index.Ref ref : asGiven(ids)) {
            if (ref.level().isAbove(wanted)) {
                index.findIds(FindRequest.all(wanted, Set.of()).within(ref.level(), ref.id()))
                        .forEach(id -> refs.add(new Index.Ref(wanted, id)));
            } else {
                index.ancestor(ref.level(), ref.id(), wanted).ifPresent(id -> refs.add(new Index.Ref(wanted, id)));
            }
        }
        return List.copyOf(refs);
    }
}
