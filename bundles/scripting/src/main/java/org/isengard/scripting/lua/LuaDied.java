package org.isengard.scripting.lua;

/** The machine was left in the middle of its work and can never be used again. */
final class LuaDied extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LuaDied(String message, Throwable cause) {
        super(message, cause);
    }
}
