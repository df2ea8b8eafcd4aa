package org.isengard.runtime.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;

/**
 * The type of an option, as the catalogue writes it: {@code bool}, {@code int 1..65535}, {@code text}, {@code list},
 * {@code object}, {@code choice Never|Always}.
 *
 * @param minimum of a whole number
 * @param maximum of a whole number
 * @param choices of a choice, in the spelling that components see
 */
public record OptionType(Kind kind, long minimum, long maximum, List<String> choices) {
    /** The kinds of values. */
    public enum Kind {
        BOOL,
        INT,
        TEXT,
        LIST,
        OBJECT,
        CHOICE
    }

    /** Components read whole numbers as {@code int}. */
    private static final long LARGEST = Integer.MAX_VALUE;

    static OptionType parse(String text) {
        int blank = text.indexOf(' ');
        Kind kind = Kind.valueOf((blank < 0 ? text : text.substring(0, blank)).toUpperCase(java.util.Locale.ROOT));
        String rest = blank < 0 ? "" : text.substring(blank + 1);
        if (kind == Kind.CHOICE) {
            return new OptionType(kind, 0, 0, List.of(rest.split("\\|")));
        }
        int dots = rest.indexOf("..");
        if (kind != Kind.INT || dots < 0) {
            return new OptionType(kind, Integer.MIN_VALUE, LARGEST, List.of());
        }
        String upper = rest.substring(dots + 2);
        return new OptionType(
                kind,
                Long.parseLong(rest.substring(0, dots)),
                upper.isEmpty() ? LARGEST : Long.parseLong(upper),
                List.of());
    }

    /** {@return whether components get the value as a text} */
    boolean isText() {
        return kind == Kind.TEXT || kind == Kind.CHOICE;
    }

    /**
     * Reads a value of the configuration.
     *
     * @param name of the option, for the message
     * @return the value in the form that components see: a choice in its spelling here, a list as a list
     * @throws ConfigurationException naming the option when the value does not fit
     */
    JsonNode accept(String name, JsonNode value) throws ConfigurationException {
        boolean fits = switch (kind) {
            case BOOL -> value.isBoolean();
            case INT ->
                value.isIntegralNumber()
                        && value.canConvertToLong()
                        && value.longValue() >= minimum
                        && value.longValue() <= maximum;
            case TEXT -> value.isTextual();
            case LIST -> value.isTextual() || isListOfTexts(value);
            case OBJECT -> value.isObject() || value.isArray();
            case CHOICE -> true;
        };
        if (!fits) {
            throw new ConfigurationException("Option \"" + name + "\" must be " + this + ", not " + value);
        }
        if (kind == Kind.CHOICE) {
            return TextNode.valueOf(choice(name, value));
        }
        return kind == Kind.LIST && value.isTextual()
                ? JsonNodeFactory.instance.arrayNode().add(value)
                : value;
    }

    /** Until Orthanc 1.13 some choices were Booleans: true is Always, false is Never. */
    private String choice(String name, JsonNode value) throws ConfigurationException {
        String text = switch (value.asText()) {
            case "true" -> "Always";
            case "false" -> "Never";
            default -> value.asText();
        };
        return choices.stream()
                .filter(choice -> choice.equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(
                        () -> new ConfigurationException("Option \"" + name + "\" must be " + this + ", not " + value));
    }

    private static boolean isListOfTexts(JsonNode value) {
        if (!(value instanceof ArrayNode list)) {
            return false;
        }
        for (JsonNode item : list) {
            if (!item.isTextual()) {
                return false;
            }
        }
        return true;
    }

    /** {@return the type in words, such as "a whole number from 1 to 65535"} */
    @Override
    public String toString() {
        return switch (kind) {
            case BOOL -> "true or false";
            case INT ->
                "a whole number"
                        + (minimum == Integer.MIN_VALUE ? "" : maximum == LARGEST ? " from " + minimum + " on" : "")
                        + (maximum == LARGEST ? "" : " from " + minimum + " to " + maximum);
            case TEXT -> "a text";
            case LIST -> "a list of texts";
            case OBJECT -> "an object";
            case CHOICE -> String.join(" or ", choices);
        };
    }
}
