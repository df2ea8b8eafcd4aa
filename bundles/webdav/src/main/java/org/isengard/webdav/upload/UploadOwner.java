package org.isengard.webdav.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.isengard.api.rest.Caller;
import org.isengard.api.security.Identity;
import org.isengard.api.security.Visibility;
import org.isengard.runtime.Json;

/** The user whose files wait, kept beside them: they are stored with his rights, also after a restart. */
record UploadOwner(Identity identity, String remoteIp) {
    /** {@return the name of the folder of the user: another one where his rights change} */
    String folder() {
        ObjectNode rights = json();
        rights.remove("Address");
        return UUID.nameUUIDFromBytes(rights.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    Caller caller() {
        return new Caller(Caller.Origin.WEB_DAV, remoteIp, identity.username());
    }

    ObjectNode json() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("User", identity.username());
        json.put("Address", remoteIp);
        json.put("SeesEverything", identity.visibility().everything());
        put(json, "Permissions", identity.permissions());
        put(json, "Labels", identity.visibility().labels());
        put(json, "Studies", identity.visibility().studies());
        return json;
    }

    private static void put(ObjectNode json, String name, Set<String> values) {
        new TreeSet<>(values).forEach(json.putArray(name)::add);
    }

    static UploadOwner of(JsonNode json) {
        return new UploadOwner(
                new Identity(
                        json.path("User").asText(),
                        set(json.path("Permissions")),
                        new Visibility(
                                json.path("SeesEverything").asBoolean(),
                                set(json.path("Labels")),
                                set(json.path("Studies")))),
                json.path("Address").asText());
    }

    private static Set<String> set(JsonNode values) {
        Set<String> set = new HashSet<>();
        values.forEach(value -> set.add(value.asText()));
        return set;
    }
}
