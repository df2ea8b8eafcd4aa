package org.isengard.runtime.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares a configuration with the catalogue: what is wrong is refused with one line, what has no effect is a warning.
 *
 * @param warnings one line each
 * @param sections names of objects that are no options: they are for plugins of that name
 */
public record OptionCheck(List<String> warnings, List<String> sections) {
    /**
     * Checks a document.
     *
     * @throws ConfigurationException when a value has a wrong type, or promises what the server does not keep
     */
    public static OptionCheck of(ObjectNode document) throws ConfigurationException {
        List<String> warnings = new ArrayList<>();
        List<String> sections = new ArrayList<>();
        OptionCatalogue catalogue = OptionCatalogue.standard();
        for (Map.Entry<String, JsonNode> field : document.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (value.isNull() || OptionProperties.isComment(name)) {
                continue;
            }
            Optional<OptionDefinition> option = catalogue.find(name);
            if (option.isPresent()) {
                check(option.get(), name, value, warnings);
                if (value.isObject() && catalogue.knowsSection(name)) {
                    checkSection(name, (ObjectNode) value, warnings);
                }
            } else if (value.isObject()) {
                sections.add(name);
            } else {
                warnings.add(unknown(name, catalogue.nearest(name)));
            }
        }
        return new OptionCheck(List.copyOf(warnings), List.copyOf(sections));
    }

    /** A section holds options, or objects by name that hold them. */
    private static void checkSection(String section, ObjectNode fields, List<String> warnings)
            throws ConfigurationException {
        OptionCatalogue catalogue = OptionCatalogue.standard();
        boolean named =
                catalogue.all().stream().anyMatch(option -> option.name().startsWith(section + ".*."));
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            if (named) {
                if (field.getValue() instanceof ObjectNode object) {
                    checkFields(section, section + "." + field.getKey() + ".", object, warnings);
                }
            } else {
                checkField(section, section + ".", field.getKey(), field.getValue(), warnings);
            }
        }
    }

    private static void checkFields(String section, String path, ObjectNode fields, List<String> warnings)
            throws ConfigurationException {
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            checkField(section, path, field.getKey(), field.getValue(), warnings);
        }
    }

    private static void checkField(String section, String path, String name, JsonNode value, List<String> warnings)
            throws ConfigurationException {
        if (value.isNull() || OptionProperties.isComment(name)) {
            return;
        }
        OptionCatalogue catalogue = OptionCatalogue.standard();
        Optional<OptionDefinition> option = catalogue.find(section, name);
        if (option.isEmpty()) {
            warnings.add(unknown(path + name, catalogue.nearest(section, name)));
            return;
        }
        OptionDefinition known = option.get();
        if (known.state() == OptionDefinition.State.WORKS) {
            // The reader of the section knows older forms, such as numbers as texts, and has its own messages.
            return;
        }
        check(known, path + name, value, warnings);
    }

    private static void check(OptionDefinition option, String name, JsonNode value, List<String> warnings)
            throws ConfigurationException {
        JsonNode accepted = option.type().accept(name, value);
        if (option.state() == OptionDefinition.State.WORKS || accepted.equals(option.defaultValue())) {
            return;
        }
        if (option.state() == OptionDefinition.State.REFUSED) {
            throw new ConfigurationException("Option \"" + name + "\" cannot be " + value + ": " + option.reason());
        }
        warnings.add("The option \"" + name + "\" has no effect: " + option.reason());
    }

    private static String unknown(String name, Optional<String> nearest) {
        return "The option \"" + name + "\" in the configuration is not known and has no effect"
                + nearest.map(known -> "; is \"" + known + "\" meant?").orElse("");
    }
}
