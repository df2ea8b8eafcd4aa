package org.isengard.scripting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The actions that one callback asked for, to run afterwards, and their progress. Its name is never used twice.
 *
 * <p>Threading: used by the thread of its lane alone, once it was handed over.
 */
final class PendingAction {
    final String name;
    final String resource;
    final JsonNode operations;

    /** The operation that is done next. */
    int next;

    /** The resource for an operation that names none. */
    String made = "";

    /** The instance that the next operation was about to store; "" for none. */
    String storing = "";

    /** Whether the next operation may have been begun before the server or feature was started anew. */
    boolean resumed;

    PendingAction(String name, String resource, JsonNode operations) {
        this.name = name;
        this.resource = resource;
        this.operations = operations;
    }

    boolean isDone() {
        return next >= operations.size();
    }

    /** {@return what tells this step from all others} */
    String step() {
        return name + "/" + next;
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("resource", resource).put("next", next).put("made", made).put("storing", storing);
        json.set("operations", operations);
        return json;
    }

    /** @throws IllegalArgumentException when it is none */
    static PendingAction of(String name, JsonNode json) {
        PendingAction action = new PendingAction(name, json.required("resource").asText(), json.required("operations"));
        action.next = json.required("next").asInt(-1);
        if (!action.operations.isArray() || action.next < 0 || action.isDone()) {
            throw new IllegalArgumentException("There is no operation " + json.required("next"));
        }
        action.made = json.required("made").asText();
        action.storing = json.required("storing").asText();
        action.resumed = true;
        return action;
    }
}
