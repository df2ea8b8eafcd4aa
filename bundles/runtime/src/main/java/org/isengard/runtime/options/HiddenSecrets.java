package org.isengard.runtime.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
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
        if (value.isObject() && hasFields(name)) {
            return each(name, value, (field, item) -> in(name + "." + field, item), item -> item);
        }
        Optional<OptionDefinition> known = catalogue.find(name);
        if (known.isEmpty()) {
            return byName(name.substring(name.lastIndexOf('.') + 1), value);
        }
        boolean secret = isSecret(known.get());
        if (value.isObject() && hasNamedEntries(name)) {
            return each(name, value, (entry, item) -> entry(name, secret, item), item -> item);
        }
        return secret ? everyLeaf(value) : withoutLogins(value);
    }

    private static boolean isSecret(OptionDefinition option) {
        return option.sensitivity() == Sensitivity.SECRET;
    }

    /** {@return whether the catalogue names the fields of a section, such as {@code PostgreSQL}} */
    private boolean hasFields(String name) {
        return catalogue.all().stream()
                .map(OptionDefinition::name)
                .anyMatch(option -> option.startsWith(name + ".") && !option.startsWith(name + ".*."));
    }

    /** {@return whether each configuration has names of its own in a section, such as {@code OrthancPeers}} */
    private boolean hasNamedEntries(String name) {
        return catalogue.all().stream().anyMatch(option -> option.name().startsWith(name + ".*."));
    }

    /** Peers, DICOMweb servers and modalities: a name leads to a list or to fields. */
    private JsonNode entry(String section, boolean secret, JsonNode value) {
        if (value.isObject()) {
            return each(section, value, (field, item) -> field(section, field, item), item -> item);
        }
        if (!value.isArray()) {
            return secret ? everyLeaf(value) : withoutLogins(value);
        }
        ArrayNode items = Json.MAPPER.createArrayNode();
        for (JsonNode item : value) {
            boolean shown = !secret || items.size() < ITEMS_BEFORE_PASSWORD;
            items.add(shown ? withoutLogins(item) : everyLeaf(item));
        }
        return items;
    }

    private JsonNode field(String section, String name, JsonNode value) {
        return catalogue
                .find(section + ".*." + name)
                .map(known -> isSecret(known) ? everyLeaf(value) : withoutLogins(value))
                .orElseGet(() -> byName(name, value));
    }

    private static JsonNode byName(String name, JsonNode value) {
        return SECRET_NAME.matcher(name).matches()
                ? everyLeaf(value)
                : each(name, value, HiddenSecrets::byName, HiddenSecrets::withoutLogins);
    }

    /** An empty text says that no secret is set, and so it stays. */
    private static JsonNode everyLeaf(JsonNode value) {
        return each(
                "",
                value,
                (field, item) -> everyLeaf(item),
                leaf -> leaf.isNull() || leaf.isTextual() && leaf.textValue().isEmpty() ? leaf : HIDDEN);
    }

    private static JsonNode withoutLogins(JsonNode value) {
        return each(
                "",
                value,
                (field, item) -> withoutLogins(item),
                leaf -> leaf.isTextual() && leaf.textValue().contains("://")
                        ? TextNode.valueOf(
                                LOGIN_IN_ADDRESS.matcher(leaf.textValue()).replaceAll(HIDDEN.textValue()))
                        : leaf);
    }

    /**
     * {@return the value with its parts treated}
     *
     * @param part takes a part and the name of its field; the items of a list go by the name of the list
     * @param leaf takes a value without parts
     */
    private static JsonNode each(
            String name, JsonNode value, BiFunction<String, JsonNode, JsonNode> part, UnaryOperator<JsonNode> leaf) {
        if (value instanceof ObjectNode object) {
            ObjectNode shown = Json.MAPPER.createObjectNode();
            object.properties()
                    .forEach(field -> shown.set(field.getKey(), part.apply(field.getKey(), field.getValue())));
            return shown;
        }
        if (value instanceof ArrayNode list) {
            ArrayNode shown = Json.MAPPER.createArrayNode();
            list.forEach(item -> shown.add(part.apply(name, item)));
            return shown;
        }
        return leaf.apply(value);
    }
}
