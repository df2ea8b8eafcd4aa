package org.isengard.scripting.lua;

/** An error of a script, with Lua's message. */
final class LuaError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kind of the failure. */
    enum Kind {
        SYNTAX,
        RUNTIME,
        MEMORY,
        TIME
    }

    private final Kind kind;

    LuaError(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
