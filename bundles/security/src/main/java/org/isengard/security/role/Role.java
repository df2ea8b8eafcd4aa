package org.isengard.security.role;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/**
 * What the users of a role may do, and the studies that they see.
 *
 * @param permissions by the names of Orthanc's authorization plugin
 * @param labels the users see the studies with one of these labels; {@code *} stands for all studies, with labels or without
 */
public record Role(Set<String> permissions, Set<String> labels) {
    /** In {@code authorized-labels}: every study. */
    public static final String EVERY_LABEL = "*";

    static final String ROLES = "roles";
    static final String PERMISSIONS = "permissions";
    static final String LABELS = "authorized-labels";

    private static final int MOST = 1_000;

    public Role {
        permissions = Set.copyOf(permissions);
        labels = Set.copyOf(labels);
    }

    /**
     * Reads roles: {@code {"doctors": {"permissions": ["view"], "authorized-labels": ["*"]}}}. A role without
     * {@code authorized-labels} sees no study.
     *
     * @throws IsengardException BAD_FILE_FORMAT when the document has another form or an unknown permission
     */
    public static Map<String, Role> parse(JsonNode document) {
        if (!document.isObject() || document.size() > MOST) {
            throw wrong("The roles must be an object of at most " + MOST + " roles");
        }
        Map<String, Role> roles = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : document.properties()) {
            JsonNode role = field.getValue();
            String name = field.getKey();
            if (!role.isObject()) {
                throw wrong("The role \"" + name + "\" must be an object");
            }
            for (Map.Entry<String, JsonNode> part : role.properties()) {
                if (!part.getKey().equals(PERMISSIONS) && !part.getKey().equals(LABELS)) {
                    throw wrong("The role \"" + name + "\" has an unknown field \"" + part.getKey() + "\"");
                }
            }
            Set<String> permissions = texts(role.path(PERMISSIONS), "permissions of the role \"" + name + "\"");
            for (String permission : permissions) {
                if (!Permissions.ALL_NAMES.contains(permission)) {
                    throw wrong("The role \"" + name + "\" has an unknown permission \"" + permission + "\"; known are "
                            + String.join(", ", Permissions.ALL_NAMES));
                }
            }
            roles.put(name, new Role(permissions, texts(role.path(LABELS), "labels of the role \"" + name + "\"")));
        }
        return roles;
    }

    /** Writes roles as {@link #parse} reads them. */
    static void write(Map<String, Role> roles, ObjectNode into) {
        roles.forEach((name, role) -> {
            ObjectNode written = into.putObject(name);
            new TreeSet<>(role.labels).forEach(written.putArray(LABELS)::add);
            new TreeSet<>(role.permissions).forEach(written.putArray(PERMISSIONS)::add);
        });
    }

    static Set<String> texts(JsonNode list, String what) {
        Set<String> texts = new LinkedHashSet<>();
        if (list.isMissingNode() || list.isNull()) {
            return texts;
        }
        if (!list.isArray() || list.size() > MOST) {
            throw wrong("The " + what + " must be a list of at most " + MOST + " texts");
        }
        for (JsonNode item : list) {
            if (!item.isTextual()) {
                throw wrong("The " + what + " must be a list of texts");
            }
            texts.add(item.textValue());
        }
        return texts;
    }

    private static IsengardException wrong(String message) {
        return new IsengardException(ErrorCode.BAD_FILE_FORMAT, message);
    }
}
