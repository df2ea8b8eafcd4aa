package org.isengard.scripting;

import org.graalvm.polyglot.PolyglotException;

/** A script failed. */
final class ScriptError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean fatal;

    private ScriptError(String message, boolean fatal, Throwable cause) {
        super(message, cause);
        this.fatal = fatal;
    }

    static ScriptError of(PolyglotException e) {
        return new ScriptError(String.valueOf(e.getMessage()), e.isExit() || e.isInternalError(), e);
    }

    /** {@return whether the Lua it ran in has ended, with its globals} */
    boolean isFatal() {
        return fatal;
    }
}
