package org.isengard.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isengard.runtime.Json;

/**
 * Reads the configuration: a JSON file with comments or a directory of such files, merged in order of their names, then
 * {@code ORTHANC_JSON} and {@code ORTHANC__SECTION__OPTION} of the environment, as in Orthanc's Docker images.
 */
final class ConfigurationFile {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}:]+)(?::-([^}]*))?\\}");

    private final Options options;
    private final Map<String, String> environment;

    ConfigurationFile(Options options, Map<String, String> environment) {
        this.options = options;
        this.environment = environment;
    }

    ObjectNode read(Path path) throws ConfigurationException {
        ObjectNode merged = Json.MAPPER.createObjectNode();
        try {
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.list(path)) {
                    for (Path file : files.filter(f -> f.toString().endsWith(".json"))
                            .sorted()
                            .toList()) {
                        merge(
                                merged,
                                parse(Files.readString(file), file.getFileName().toString()));
                    }
                }
            } else if (Files.isRegularFile(path)) {
                merge(merged, parse(Files.readString(path), path.getFileName().toString()));
            } else {
                throw new ConfigurationException("There is no configuration file " + path);
            }
        } catch (IOException e) {
            throw new ConfigurationException("Cannot read the configuration " + path + ": " + e.getMessage());
        }
        if (environment.containsKey("ORTHANC_JSON")) {
            merge(merged, parse(environment.get("ORTHANC_JSON"), "ORTHANC_JSON"));
        }
        environment.entrySet().stream()
                .filter(e -> e.getKey().startsWith("ORTHANC__"))
                .sorted(Map.Entry.comparingByKey())
                .forEach(e ->
                        set(merged, e.getKey().substring("ORTHANC__".length()).split("__"), e.getValue()));
        return (ObjectNode) expand(merged);
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

    private void set(ObjectNode document, String[] path, String text) {
        ObjectNode node = document;
        for (int i = 0; i < path.length - 1; i++) {
            String name = name(path[i], i == 0);
            node = node.get(name) instanceof ObjectNode child ? child : node.putObject(name);
        }
        node.set(name(path[path.length - 1], path.length == 1), value(text));
    }

    private String name(String upper, boolean top) {
        String known = top ? options.byEnvironmentName(upper) : null;
        if (known != null) {
            return known;
        }
        StringBuilder camel = new StringBuilder();
        for (String word : upper.split("_")) {
            if (!word.isEmpty()) {
                camel.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
            }
        }
        return camel.toString();
    }

    private static JsonNode value(String text) {
        try {
            JsonNode node = Json.MAPPER.readTree(text);
            return node == null || node.isMissingNode() ? TextNode.valueOf(text) : node;
        } catch (JsonProcessingException e) {
            // What is not JSON is meant as a text, as in Orthanc's Docker images.
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
