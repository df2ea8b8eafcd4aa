package org.isengard.rest.administration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.isengard.runtime.Json;

/**
 * An option as an administrator sees it: without passwords.
 *
 * @param name as in the configuration file, with a dot between a section and its field
 * @param value in force, with {@code ***} in the place of secrets
 * @param defaultValue in force where nothing sets the option; null for an option that the server does not know
 * @param origin {@code default}, {@code file} or {@code environment}
 * @param source name of the file or of the variable that gave the value, "" for a default
 * @param changed whether the value is another one than the default
 * @param state {@code works}, {@code none} (no effect), {@code refused}, {@code plugin} (a section for a plugin) or
 *     {@code unknown}
 * @param live whether a new value takes effect without a restart
 * @param type as the guide names it, "" for an option that the server does not know
 * @param meaning what the option does, "" for an option that the server does not know
 * @param reason why the option has no effect or is refused, else ""
 */
record OptionInForce(
        String name,
        JsonNode value,
        JsonNode defaultValue,
        String origin,
        String source,
        boolean changed,
        String state,
        boolean live,
        String type,
        String meaning,
        String reason) {

    ObjectNode json() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("Name", name);
        json.set("Value", value);
        json.set("Default", defaultValue);
        return json.put("Origin", origin)
                .put("Source", source)
                .put("Changed", changed)
                .put("State", state)
                .put("Live", live)
                .put("Type", type)
                .put("Meaning", meaning)
                .put("Reason", reason);
    }
}
