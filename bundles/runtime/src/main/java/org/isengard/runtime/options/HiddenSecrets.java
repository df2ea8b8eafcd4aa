package org.isengard.runtime.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.isengard.runtime.Json;
import org.isengard.runtime.options.OptionDefinition.Sensitivity;

/**
 * Replaces passwords and keys in values of the configuration by {@code ***}. The catalogue says which options hold one;
 * an option that it lacks, such as one of a plugin, counts as secret by its name.
 */
public final class HiddenSecrets {
    static final TextNode HIDDEN = TextNode.valueOf("***");

    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i).*(passw|passphrase|pwd|secret|token|credential|authorization|cookie|key|salt).*");
    /** The part of an address before the host, such as {@code https://user:password@host}. */
    private static final Pattern LOGIN_IN_ADDRESS = Pattern.compile("(?<=://)[^/?#\\s]*:[^/?#\\s]*(?=@)");
    /** A list stands for a peer: its address and user, then its password. */
    private static final int ITEMS_BEFORE_PASSWORD = 2;

    private final OptionCatalogue catalogue = OptionCatalogue.standard();

    /**
     * {@return the value without its secrets}
     *
     * @param name of the option, with dots, as in {@code PostgreSQL.Password}
     */
    public JsonNode in(String name, JsonNode value) {
        if (value instanceof ObjectNode section && hasFields(name)) {
            ObjectNode shown = Json.MAPPER.createObjectNode();
            section.properties()
                    .forEach(field -> shown.set(field.getKey(), in(name + "." + field.getKey(), field.getValue())));
            return shown;
        }
        Optional<OptionDefinition> known = catalogue.find(name);
        boolean named = hasNamedFields(name);
        if (known.isEmpty()) {
            return byName(name.substring(name.lastIndexOf('.') + 1), value);
        }
        boolean secret = known.get().sensitivity() == Sensitivity.SECRET;
        if (named && value instanceof ObjectNode entries) {
            return entries(name, secret, entries);
        }
        return secret ? everyLeaf(value) : withoutLogins(value);
    }

    /** {@return whether the catalogue names the fields of a section, such as {@code PostgreSQL}} */
    private boolean hasFields(String name) {
        return catalogue.all().stream()
                .map(OptionDefinition::name)
                .anyMatch(option -> option.startsWith(name + ".") && !option.startsWith(name + ".*."));
    }

    private boolean hasNamedFields(String name) {
        return catalogue.all().stream().anyMatch(option -> option.name().startsWith(name + ".*."));
    }

    /** Peers, DICOMweb servers and modalities: a name leads to a list or to fields. */
    private ObjectNode entries(String section, boolean secret, ObjectNode entries) {
        ObjectNode shown = Json.MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            JsonNode value = entry.getValue();
            if (value instanceof ArrayNode list && secret) {
                ArrayNode items = Json.MAPPER.createArrayNode();
                for (int i = 0; i < list.size(); i++) {
                    items.add(i < ITEMS_BEFORE_PASSWORD ? withoutLogins(list.get(i)) : everyLeaf(list.get(i)));
                }
                shown.set(entry.getKey(), items);
            } else if (value instanceof ObjectNode fields) {
                ObjectNode object = Json.MAPPER.createObjectNode();
                fields.properties().forEach(field -> object.set(field.getKey(), field(section, field)));
                shown.set(entry.getKey(), object);
            } else {
                shown.set(entry.getKey(), secret && !value.isArray() ? everyLeaf(value) : withoutLogins(value));
            }
        }
        return shown;
    }

    private JsonNode field(String section, Map.Entry<String, JsonNode> field) {
        Optional<OptionDefinition> known = catalogue.find(section + ".*." + field.getKey());
        if (known.isEmpty()) {
            return byName(field.getKey(), field.getValue());
        }
        return known.get().sensitivity() == Sensitivity.SECRET
                ? everyLeaf(field.getValue())
                : withoutLogins(field.getValue());
    }

    private static JsonNode byName(String name, JsonNode value) {
        if (SECRET_NAME.matcher(name).matches()) {
            return everyLeaf(value);
        }
        if (value instanceof ObjectNode object) {
            ObjectNode shown = Json.MAPPER.createObjectNode();
            object.properties().forEach(field -> shown.set(field.getKey(), byName(field.getKey(), field.getValue())));
            return shown;
        }
        if (value instanceof ArrayNode list) {
            ArrayNode shown = Json.MAPPER.createArrayNode();
            list.forEach(item -> shown.add(byName(name, item)));
            return shown;
        }
        return withoutLogins(value);
    }

    /** An empty text says that no secret is set, and so it stays. */
    private static JsonNode everyLeaf(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode shown = Json.MAPPER.createObjectNode();
            object.properties().forEach(field -> shown.set(field.getKey(), everyLeaf(field.getValue())));
            return shown;
        }
        if (value instanceof ArrayNode list) {
            ArrayNode shown = Json.MAPPER.createArrayNode();
            list.forEach(item -> shown.add(everyLeaf(item)));
            return shown;
        }
        return value.isNull() || value.isTextual() && value.textValue().isEmpty() ? value : HIDDEN;
    }

    private static JsonNode withoutLogins(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode shown = Json.MAPPER.createObjectNode();
            object.properties().forEach(field -> shown.set(field.getKey(), withoutLogins(field.getValue())));
            return shown;
        }
        if (value instanceof ArrayNode list) {
            ArrayNode shown = Json.MAPPER.createArrayNode();
            list.forEach(item -> shown.add(withoutLogins(item)));
            return shown;
        }
        return value.isTextual() && value.textValue().contains("://")
                ? TextNode.valueOf(LOGIN_IN_ADDRESS.matcher(value.textValue()).replaceAll(HIDDEN.textValue()))
                : value;
    }
}
