package org.isengard.networking.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.rest.Request;
import org.isengard.runtime.Json;

/**
 * The resources that a client wants to send, of any level, in order of their identifiers.
 *
 * @param options the body when it is an object, else an empty object
 */
public record ResourceList(List<Index.Ref> resources, JsonNode options) {
    public ResourceList {
        resources = List.copyOf(resources);
    }

    /**
     * Reads a body: one identifier as plain text or JSON, an array of them, or an object with {@code Resources}.
     *
     * @throws IsengardException BAD_FILE_FORMAT for anything else and for what is not stored
     */
    public static ResourceList read(Request request, Index index) throws IOException {
        String text = request.text().strip();
        JsonNode body = text.startsWith("{") || text.startsWith("[") || text.startsWith("\"")
                ? Json.MAPPER.readTree(text)
                : JsonNodeFactory.instance.textNode(text);
        JsonNode options = body.isObject() ? body : JsonNodeFactory.instance.objectNode();
        JsonNode resources = body.isObject() ? body.path("Resources") : body;
        return new ResourceList(resolve(resources, index, ErrorCode.BAD_FILE_FORMAT), options);
    }

    /** @param absent the error for what is not stored */
    public static List<Index.Ref> resolve(JsonNode resources, Index index, ErrorCode absent) {
        Set<String> ids = new TreeSet<>();
        if (resources.isTextual()) {
            ids.add(resources.textValue());
        } else if (resources.isArray()) {
            resources.forEach(id -> ids.add(identifier(id)));
        } else {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Identifiers of resources are expected");
        }
        List<Index.Ref> found = new ArrayList<>();
        for (String id : ids) {
            found.add(find(id, index)
                    .orElseThrow(() -> new IsengardException(absent, "No resource has the identifier " + id)));
        }
        return found;
    }

    private static String identifier(JsonNode id) {
        if (!id.isTextual()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Not an identifier: " + id);
        }
        return id.textValue();
    }

    private static Optional<Index.Ref> find(String id, Index index) {
        for (ResourceLevel level : ResourceLevel.values()) {
            if (index.exists(level, id)) {
                return Optional.of(new Index.Ref(level, id));
            }
        }
        return Optional.empty();
    }

    /** {@return the identifiers of all instances} */
    public static List<String> instances(List<Index.Ref> resources, Index index) {
        List<String> instances = new ArrayList<>();
        for (Index.Ref resource : resources) {
            if (resource.level() == ResourceLevel.INSTANCE) {
                instances.add(resource.id());
            } else {
                instances.addAll(index.findIds(
                        FindRequest.all(ResourceLevel.INSTANCE, Set.of()).within(resource.level(), resource.id())));
            }
        }
        return instances;
    }

    /** Adds {@code ParentResources} and {@code Resources}, as jobs show them, unless there are none. */
    public static void describe(List<Index.Ref> resources, ObjectNode content) {
        if (resources.isEmpty()) {
            return;
        }
        ArrayNode parents = content.putArray("ParentResources");
        ArrayNode described = content.putArray("Resources");
        resources.stream().sorted(Comparator.comparing(Index.Ref::id)).forEach(resource -> {
            parents.add(resource.id());
            described
                    .addObject()
                    .put("ID", resource.id())
                    .put("Type", resource.level().label());
        });
    }

    /** Reads what {@link #describe} wrote. */
    public static List<Index.Ref> described(JsonNode content) {
        List<Index.Ref> resources = new ArrayList<>();
        content.path("Resources")
                .forEach(one -> resources.add(new Index.Ref(
                        ResourceLevel.of(one.path("Type").asText()).orElseThrow(),
                        one.path("ID").asText())));
        return resources;
    }
}
