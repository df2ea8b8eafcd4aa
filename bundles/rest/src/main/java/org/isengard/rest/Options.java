package org.isengard.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** The configuration options by Orthanc's names, and their kinds. */
final class Options {
    enum Kind {
        BOOL,
        INT,
        STRING,
        LIST,
        OBJECT,
        ANY
    }

    private final Map<String, Kind> kinds;

    private Options(Map<String, Kind> kinds) {
        this.kinds = kinds;
    }

    static Options read() throws IOException {
        Map<String, Kind> kinds = new TreeMap<>();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(Options.class.getResourceAsStream("options.tsv"), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    String[] columns = line.split("\t");
                    kinds.put(columns[0], Kind.valueOf(columns[1].toUpperCase(Locale.ROOT)));
                }
            }
        }
        return new Options(Collections.unmodifiableMap(kinds));
    }

    /** {@return the option whose name reads so in an environment variable, such as STORAGE_DIRECTORY; null if none} */
    String byEnvironmentName(String name) {
        String bare = name.replace("_", "");
        for (String option : kinds.keySet()) {
            if (option.toUpperCase(Locale.ROOT).equals(bare)) {
                return option;
            }
        }
        return null;
    }

    /** {@return the names of options in the document that nobody knows} */
    List<String> unknown(JsonNode document) {
        List<String> unknown = new ArrayList<>();
        document.fieldNames().forEachRemaining(name -> {
            if (!kinds.containsKey(name) && !isComment(name)) {
                unknown.add(name);
            }
        });
        return unknown;
    }

    private static boolean isComment(String name) {
        return name.startsWith("_") || name.startsWith("//");
    }

    /**
     * The document as properties of one OSGi configuration: scalars by their type, lists of texts as arrays, objects as
     * JSON text.
     *
     * @throws ConfigurationException naming the option whose value has a wrong type
     */
    Dictionary<String, Object> properties(JsonNode document) throws ConfigurationException {
        Dictionary<String, Object> properties = new Hashtable<>();
        for (Map.Entry<String, JsonNode> option : document.properties()) {
            JsonNode value = option.getValue();
            if (!value.isNull() && !isComment(option.getKey())) {
                properties.put(
                        option.getKey(),
                        convert(option.getKey(), kinds.getOrDefault(option.getKey(), Kind.ANY), value));
            }
        }
        return properties;
    }

    /** The section of a plugin as properties of its own OSGi configuration; its options are the plugin's business. */
    static Dictionary<String, Object> sectionProperties(JsonNode section) throws ConfigurationException {
        Dictionary<String, Object> properties = new Hashtable<>();
        for (Map.Entry<String, JsonNode> option : section.properties()) {
            JsonNode value = option.getValue();
            if (!value.isNull() && !isComment(option.getKey())) {
                boolean texts = value.isArray()
                        && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isTextual);
                properties.put(option.getKey(), convert(option.getKey(), texts ? Kind.LIST : Kind.ANY, value));
            }
        }
        return properties;
    }

    private static Object convert(String name, Kind kind, JsonNode value) throws ConfigurationException {
        boolean fits = switch (kind) {
            case BOOL -> value.isBoolean();
            case INT -> value.isIntegralNumber() && value.canConvertToLong();
            case STRING -> value.isTextual();
            case LIST -> value.isArray() || value.isTextual();
            case OBJECT -> value.isObject() || value.isArray();
            case ANY -> true;
        };
        if (!fits) {
            throw new ConfigurationException("Option \"" + name + "\" must be " + describe(kind) + ", not " + value);
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        if (kind == Kind.LIST && value.isTextual()) {
            return new String[] {value.textValue()};
        }
        if (kind == Kind.LIST) {
            List<String> texts = new ArrayList<>();
            for (JsonNode item : value) {
                if (!item.isTextual()) {
                    throw new ConfigurationException("Option \"" + name + "\" must be a list of texts, not " + value);
                }
                texts.add(item.textValue());
            }
            return texts.toArray(String[]::new);
        }
        return value.isTextual() ? value.textValue() : value.toString();
    }

    private static String describe(Kind kind) {
        return switch (kind) {
            case BOOL -> "true or false";
            case INT -> "a whole number";
            case STRING -> "a text";
            case LIST -> "a list of texts";
            case OBJECT -> "an object";
            case ANY -> "anything";
        };
    }
}
