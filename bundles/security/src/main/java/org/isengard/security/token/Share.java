package org.isengard.security.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.isengard.api.security.Identity;
import org.isengard.api.security.Visibility;

/**
 * What a link gives to whoever has it.
 *
 * @param id of the link, for its revocation and the audit
 * @param type by Orthanc's names, such as {@code ohif-viewer-publication}
 * @param name that its maker gave it
 * @param user who made it
 * @param studies Orthanc identifiers
 * @param permissions of {@code view} and {@code download}
 * @param expires when the link ends
 */
public record Share(
        String id,
        String type,
        String name,
        String user,
        Set<String> studies,
        Set<String> permissions,
        Instant expires) {
    public Share {
        studies = Set.copyOf(studies);
        permissions = Set.copyOf(permissions);
    }

    /**
     * {@return the identity of the clients with this link} Its name tells the audit the maker and the link; each link has a name of
     * its own, since a user sees the jobs of his name.
     */
    public Identity identity() {
        return new Identity("share:" + user + ":" + id, permissions, Visibility.ofStudies(studies));
    }

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", id).put("type", type).put("name", name).put("user", user);
        new TreeSet<>(studies).forEach(json.putArray("studies")::add);
        new TreeSet<>(permissions).forEach(json.putArray("permissions")::add);
        return json.put("expires", expires.getEpochSecond());
    }

    /** @throws IllegalArgumentException when the document is not one that {@link #toJson} made */
    static Share of(JsonNode json) {
        if (!json.path("expires").isIntegralNumber()) {
            throw new IllegalArgumentException("no expiry");
        }
        return new Share(
                json.required("id").asText(),
                json.required("type").asText(),
                json.required("name").asText(),
                json.required("user").asText(),
                texts(json.required("studies")),
                texts(json.required("permissions")),
                Instant.ofEpochSecond(json.get("expires").asLong()));
    }

    static Set<String> texts(JsonNode list) {
        Set<String> texts = new HashSet<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
