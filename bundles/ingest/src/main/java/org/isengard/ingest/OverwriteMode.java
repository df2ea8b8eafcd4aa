package org.isengard.ingest;

import java.util.Optional;

/** Treatment of an instance that is there already (Orthanc's option {@code OverwriteInstances}). */
enum OverwriteMode {
    /** The instance stays as it is. */
    NEVER,
    /** The new file replaces the old one. */
    ALWAYS,
    /** The new file replaces the old one where its bytes are others. */
    IF_CHANGED;

    /** @param option one of the three values of the configuration */
    static OverwriteMode of(String option) {
        return switch (option) {
            case "Always" -> ALWAYS;
            case "IfChanged" -> IF_CHANGED;
            default -> NEVER;
        };
    }

    /** {@return this mode, unless a caller asks for the one or the other} */
    OverwriteMode or(Optional<Boolean> asked) {
        return asked.map(always -> always ? ALWAYS : NEVER).orElse(this);
    }
}
