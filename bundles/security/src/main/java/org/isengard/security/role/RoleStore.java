package org.isengard.security.role;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.security.Identity;
import org.isengard.api.security.Visibility;
import org.isengard.runtime.files.DurableJsonFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roles in force: those of {@code PUT /auth/settings/roles}, which a file keeps, or those of the configuration.
 *
 * <p>Threading: any thread; readers see the last document as a whole.
 */
public final class RoleStore {
    private static final String FILE = "roles";
    private static final String AVAILABLE = "available-labels";
    private static final Logger LOG = LoggerFactory.getLogger(RoleStore.class);

    /** What is in force; immutable. */
    private record State(Map<String, Role> roles, Set<String> availableLabels) {}

    private final DurableJsonFiles files;
    private volatile State state;

    /**
     * Takes the roles of the file, else the configured ones.
     *
     * @param files null to keep nothing
     * @throws IsengardException when the file is damaged: older roles could give users more rights than they have
     */
    public RoleStore(Map<String, Role> configured, DurableJsonFiles files) throws IOException {
        this.files = files;
        JsonNode saved = files == null ? null : files.readAll().get(FILE);
        if (saved == null && files != null && files.hasSetAside(FILE)) {
            throw new IsengardException(
                    ErrorCode.INCOMPATIBLE_CONFIGURATIONS,
                    "The file security/roles.json cannot be read and is now roles.json.bad: repair it, or delete it for"
                            + " the roles of the configuration");
        }
        if (saved == null) {
            state = new State(configured, Set.of());
        } else {
            state = read(saved);
            LOG.info("The roles are those of PUT /auth/settings/roles, not those of the configuration");
        }
    }

    private static State read(JsonNode document) {
        return new State(
                Role.parse(document.path(Role.ROLES)), Role.texts(document.path(AVAILABLE), "field " + AVAILABLE));
    }

    /** Replaces all roles; they are durable and in force when this method returns. */
    public synchronized void replace(JsonNode document) throws IOException {
        State next = read(document);
        if (files != null) {
            files.write(FILE, write(next));
        }
        state = next;
    }

    /** {@return the document that {@link #replace} takes} */
    public ObjectNode document() {
        return write(state);
    }

    private static ObjectNode write(State state) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        state.availableLabels.forEach(document.putArray(AVAILABLE)::add);
        Role.write(state.roles, document.putObject(Role.ROLES));
        return document;
    }

    /** {@return what a user with these roles may do; unknown roles give nothing} */
    public Identity identity(String user, Set<String> names) {
        State current = state;
        Set<String> permissions = new HashSet<>();
        Set<String> labels = new HashSet<>();
        for (String name : names) {
            Role role = current.roles.get(name);
            if (role != null) {
                permissions.addAll(role.permissions());
                labels.addAll(role.labels());
            }
        }
        return new Identity(
                user,
                permissions,
                labels.contains(Role.EVERY_LABEL) ? Visibility.EVERYTHING : Visibility.ofLabels(labels));
    }
}
