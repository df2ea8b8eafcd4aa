package org.isengard.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isengard.runtime.Json;
import org.isengard.runtime.options.ConfigurationException;
import org.isengard.runtime.options.OptionCatalogue;
import org.isengard.runtime.options.OptionDefinition;
import org.isengard.runtime.options.OptionType;

/**
 * Reads the configuration: a JSON file with comments or a directory of such files, merged in order of their names, then
 * {@code ORTHANC_JSON} and {@code ORTHANC__SECTION__OPTION} of the environment, as in Orthanc's Docker images. A variable
 * whose name ends with {@code _FILE} names a file with the value, such as a secret of a container.
 */
final class ConfigurationFile {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}:]+)(?::-([^}]*))?\\}");

    private static final String PREFIX = "ORTHANC__";
    private static final String DOCUMENT = "ORTHANC_JSON";
    private static final String FILE = "_FILE";

    private final Map<String, String> environment;
    private final Map<String, String> origins = new TreeMap<>();

    /**
     * The configuration and where it comes from.
     *
     * @param origins name of an option or section -> the file, or the variable of the environment, that gave its value last
     */
    record Merged(ObjectNode document, Map<String, String> origins) {}

    ConfigurationFile(Map<String, String> environment) {
        this.environment = environment;
    }

    Merged read(Path path) throws ConfigurationException {
        ObjectNode merged = Json.MAPPER.createObjectNode();
        try {
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.list(path)) {
                    for (Path file : files.filter(f -> f.toString().endsWith(".json"))
                            .sorted()
                            .toList()) {
                        merge(merged, file);
                    }
                }
            } else if (Files.isRegularFile(path)) {
                merge(merged, path);
            } else {
                throw new ConfigurationException("There is no configuration file " + path);
            }
        } catch (IOException e) {
            throw new ConfigurationException("Cannot read the configuration " + path + ": " + e.getMessage());
        }
        Map<String, String> variables = variables();
        if (variables.containsKey(DOCUMENT)) {
            merge(merged, variables.get(DOCUMENT), DOCUMENT);
        }
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            if (variable.getKey().startsWith(PREFIX)) {
                set(merged, variable.getKey(), variable.getValue());
            }
        }
        return new Merged((ObjectNode) expand(merged), Collections.unmodifiableMap(origins));
    }

    /** The variables that concern the configuration; {@code NAME_FILE} stands for the content of the file that it names. */
    private Map<String, String> variables() throws ConfigurationException {
        Map<String, String> variables = new TreeMap<>();
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (!name.startsWith(PREFIX) && !name.equals(DOCUMENT) && !name.equals(DOCUMENT + FILE)) {
                continue;
            }
            if (!name.endsWith(FILE) || isOption(name)) {
                variables.put(name, variable.getValue());
                continue;
            }
            try {
                // The last line ends where an editor ended it.
                variables.put(
                        name.substring(0, name.length() - FILE.length()),
                        Files.readString(Path.of(variable.getValue())).stripTrailing());
            } catch (IOException | InvalidPathException e) {
                throw new ConfigurationException("Cannot read the file that " + name + " names: " + e.getMessage());
            }
        }
        return variables;
    }

    /** {@return whether the variable names an option whose own name ends so, such as CertificateKeyFile} */
    private static boolean isOption(String variable) {
        String last = variable.substring(variable.lastIndexOf("__") + 2).replace("_", "");
        return OptionCatalogue.standard().all().stream()
                .map(option -> option.name().substring(option.name().lastIndexOf('.') + 1))
                .anyMatch(name -> name.equalsIgnoreCase(last));
    }

    private void merge(ObjectNode into, Path file) throws IOException, ConfigurationException {
        merge(into, Files.readString(file), file.getFileName().toString());
    }

    private void merge(ObjectNode into, String text, String origin) throws ConfigurationException {
        ObjectNode from = parse(text, origin);
        from.fieldNames().forEachRemaining(name -> origins.put(name, origin));
        merge(into, from);
    }

    private static ObjectNode parse(String text, String name) throws ConfigurationException {
        try {
            if (Json.MAPPER.readTree(text) instanceof ObjectNode object) {
                return object;
            }
            throw new ConfigurationException("The configuration " + name + " is not a JSON object");
        } catch (JsonProcessingException e) {
            throw new ConfigurationException("The configuration " + name + " is not valid JSON, line "
                    + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()) + ": " + e.getOriginalMessage());
        }
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        for (Map.Entry<String, JsonNode> field : from.properties()) {
            if (into.get(field.getKey()) instanceof ObjectNode before
                    && field.getValue() instanceof ObjectNode object) {
                merge(before, object);
            } else {
                into.set(field.getKey(), field.getValue());
            }
        }
    }

    private void set(ObjectNode document, String variable, String text) {
        String[] path = variable.substring(PREFIX.length()).split("__");
        OptionCatalogue catalogue = OptionCatalogue.standard();
        Optional<OptionDefinition> option = catalogue.byEnvironmentName(path[0]);
        String top = option.isPresent() ? option.get().name() : camel(path[0]);
        ObjectNode node = document;
        String name = top;
        for (int i = 1; i < path.length; i++) {
            node = node.get(name) instanceof ObjectNode child ? child : node.putObject(name);
            name = fieldName(node, top, path[i]);
        }
        if (path.length > 1) {
            option = catalogue.find(top, name);
        }
        boolean isText = option.isPresent()
                && (option.get().type().kind() == OptionType.Kind.TEXT
                        || option.get().type().kind() == OptionType.Kind.CHOICE);
        node.set(name, isText ? text(text) : value(text));
        origins.put(top, variable);
    }

    /** A field of a section: as the files write it, as the catalogue does, or made of the words of the variable. */
    private static String fieldName(ObjectNode section, String top, String upper) {
        String bare = upper.replace("_", "");
        for (Map.Entry<String, JsonNode> field : section.properties()) {
            if (field.getKey().equalsIgnoreCase(bare) || field.getKey().equalsIgnoreCase(upper)) {
                return field.getKey();
            }
        }
        for (OptionDefinition option : OptionCatalogue.standard().all()) {
            String field = option.name().substring(option.name().lastIndexOf('.') + 1);
            if (option.name().startsWith(top + ".") && field.equalsIgnoreCase(bare)) {
                return field;
            }
        }
        return camel(upper);
    }

    private static String camel(String upper) {
        StringBuilder camel = new StringBuilder();
        for (String word : upper.split("_")) {
            if (!word.isEmpty()) {
                camel.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
            }
        }
        return camel.toString();
    }

    /** A text that is written as JSON loses its quotation marks; every other one is taken as it stands. */
    private static JsonNode text(String text) {
        JsonNode value = value(text);
        return value.isTextual() ? value : TextNode.valueOf(text);
    }

    private static JsonNode value(String text) {
        try {
            JsonNode node = Json.MAPPER.readTree(text);
            return node == null || node.isMissingNode() ? TextNode.valueOf(text) : node;
        } catch (JsonProcessingException e) {
            // A value that is not JSON is a text, as in Orthanc's Docker images.
            return TextNode.valueOf(text);
        }
    }

    private JsonNode expand(JsonNode node) throws ConfigurationException {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
                object.set(field.getKey(), expand(field.getValue()));
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, expand(array.get(i)));
            }
        } else if (node.isTextual() && node.textValue().contains("${")) {
            Matcher m = VARIABLE.matcher(node.textValue());
            return TextNode.valueOf(m.replaceAll(r -> Matcher.quoteReplacement(
                    environment.getOrDefault(r.group(1), r.group(2) == null ? "" : r.group(2)))));
        }
        return node;
    }
}
