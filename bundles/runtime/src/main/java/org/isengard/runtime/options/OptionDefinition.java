package org.isengard.runtime.options;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One option, as the catalogue has it.
 *
 * @param name with dots between sections; {@code *} stands for any name
 * @param defaultValue in force where the configuration does not name the option
 * @param since the version of Orthanc that has it first, {@code plugin} or {@code own}
 * @param live whether a new value takes effect when the configuration is read again
 * @param reason why the option has no effect or is refused, "" for one that works
 */
public record OptionDefinition(
        String name,
        OptionType type,
        JsonNode defaultValue,
        String since,
        boolean live,
        State state,
        Sensitivity sensitivity,
        String meaning,
        String reason) {
    /** The effect of a value that is not the default. */
    public enum State {
        WORKS,
        /** The value is taken and changes nothing: the start gives a warning. */
        NONE,
        /** The value promises what the server does not keep: the server does not start. */
        REFUSED
    }

    /** Whether an option is to be treated with care. */
    public enum Sensitivity {
        NONE,
        /** The value, or a part of it, is a password or a token. */
        SECRET,
        /** The option guards data or access. */
        PROTECTS
    }

    /** {@return whether it is an option of the document itself, not of a section} */
    public boolean isTop() {
        return name.indexOf('.') < 0;
    }
}
