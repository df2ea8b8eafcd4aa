package org.isengard.rest.administration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.runtime.options.HiddenSecrets;
import org.isengard.runtime.options.OptionCatalogue;
import org.isengard.runtime.options.OptionDefinition;
import org.isengard.runtime.options.OptionType;

/**
 * Every option of the catalogue with its value, and what the configuration holds beside. A section whose fields the
 * catalogue names, such as {@code PostgreSQL}, has an entry for each field; one whose fields have names of their own,
 * such as {@code DicomModalities}, has one entry.
 */
final class OptionList {
    private static final String ENVIRONMENT = "ORTHANC_";

    private final OptionCatalogue catalogue = OptionCatalogue.standard();
    private final HiddenSecrets secrets = new HiddenSecrets();
    private final List<OptionInForce> options = new ArrayList<>();
    private final ObjectNode document;
    private final Map<String, String> origins;

    private OptionList(ObjectNode document, Map<String, String> origins) {
        this.document = document;
        this.origins = origins;
    }

    /**
     * {@return the options in the order of the catalogue, then those that it lacks}
     *
     * @param origins name of an option or section -> file, or variable of the environment
     */
    static List<OptionInForce> of(ObjectNode document, Map<String, String> origins) {
        OptionList list = new OptionList(document, origins);
        list.build();
        return List.copyOf(list.options);
    }

    private void build() {
        Set<String> tops = new LinkedHashSet<>();
        catalogue.all().stream()
                .filter(OptionDefinition::isTop)
                .map(OptionDefinition::name)
                .forEach(tops::add);
        document.fieldNames().forEachRemaining(tops::add);
        for (String top : tops) {
            if (isComment(top)) {
                continue;
            }
            List<String> fields = fields(top);
            JsonNode value = document.path(top);
            if (fields.isEmpty() || !(value.isObject() || isAbsent(value))) {
                add(top, top, value);
                continue;
            }
            value.fieldNames().forEachRemaining(field -> {
                if (!fields.contains(field) && !isComment(field)) {
                    fields.add(field);
                }
            });
            fields.forEach(field -> add(top, top + "." + field, value.path(field)));
        }
    }

    /** {@return the names of the fields of a section, [] where each configuration has names of its own} */
    private List<String> fields(String section) {
        List<String> fields = new ArrayList<>();
        for (OptionDefinition option : catalogue.all()) {
            if (option.name().startsWith(section + ".") && !option.name().contains(".*.")) {
                fields.add(option.name().substring(section.length() + 1));
            }
        }
        return fields;
    }

    private void add(String top, String name, JsonNode configured) {
        Optional<OptionDefinition> known = catalogue.find(name);
        boolean absent = isAbsent(configured);
        if (absent && known.isEmpty()) {
            return;
        }
        String source = absent ? "" : origins.getOrDefault(top, "");
        String origin = absent ? "default" : isVariable(source) ? "environment" : "file";
        JsonNode value = absent ? known.get().defaultValue() : configured;
        options.add(new OptionInForce(
                name,
                secrets.in(name, value),
                known.isPresent() ? secrets.in(name, known.get().defaultValue()) : null,
                origin,
                source,
                known.isEmpty() || !isSame(known.get(), value),
                known.map(option -> option.state().name().toLowerCase(Locale.ROOT))
                        .orElse(name.equals(top) && value.isObject() ? "plugin" : "unknown"),
                known.map(OptionDefinition::live).orElse(false),
                known.map(option -> option.type().toString()).orElse(""),
                known.map(OptionDefinition::meaning).orElse(""),
                known.map(OptionDefinition::reason).orElse("")));
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static boolean isSame(OptionDefinition option, JsonNode value) {
        boolean spelledOtherwise = option.type().kind() == OptionType.Kind.CHOICE
                && value.asText().equalsIgnoreCase(option.defaultValue().asText());
        return spelledOtherwise || value.equals(option.defaultValue());
    }

    private static boolean isComment(String name) {
        return name.startsWith("_") || name.startsWith("//");
    }

    /** A name of a variable has no dot; a name of a file ends with one and its kind. */
    private static boolean isVariable(String source) {
        return source.startsWith(ENVIRONMENT) && source.indexOf('.') < 0;
    }
}
