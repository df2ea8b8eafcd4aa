package org.isengard.runtime.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The configuration in the form that components read: every option of the catalogue with its value or its default, under
 * its name. So a component declares an option without a default.
 */
public final class OptionProperties {
    private OptionProperties() {}

    /**
     * The document as properties of the OSGi configuration of the server: numbers as {@code Long}, Booleans, texts, lists
     * of texts as arrays, objects as JSON text.
     *
     * @throws ConfigurationException naming the option whose value has a wrong type
     */
    public static Hashtable<String, Object> of(ObjectNode document) throws ConfigurationException {
        OptionCatalogue catalogue = OptionCatalogue.standard();
        Hashtable<String, Object> properties = new Hashtable<>();
        for (OptionDefinition option : catalogue.all()) {
            if (option.isTop()) {
                properties.put(option.name(), property(option.defaultValue()));
            }
        }
        for (Map.Entry<String, JsonNode> field : document.properties()) {
            JsonNode value = field.getValue();
            if (value.isNull() || isComment(field.getKey())) {
                continue;
            }
            Optional<OptionDefinition> option = catalogue.find(field.getKey());
            properties.put(
                    field.getKey(),
                    property(option.isPresent() ? option.get().type().accept(field.getKey(), value) : value));
        }
        return properties;
    }

    /** The section of a plugin as properties of its own OSGi configuration; its options are the plugin's business. */
    public static Hashtable<String, Object> ofSection(JsonNode section) {
        Hashtable<String, Object> properties = new Hashtable<>();
        for (Map.Entry<String, JsonNode> option : section.properties()) {
            if (!option.getValue().isNull() && !isComment(option.getKey())) {
                properties.put(option.getKey(), property(option.getValue()));
            }
        }
        return properties;
    }

    static boolean isComment(String name) {
        return name.startsWith("_") || name.startsWith("//");
    }

    static Object property(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        if (value.isArray() && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isTextual)) {
            List<String> texts = new ArrayList<>();
            value.forEach(item -> texts.add(item.textValue()));
            return texts.toArray(String[]::new);
        }
        return value.isTextual() ? value.textValue() : value.toString();
    }
}
