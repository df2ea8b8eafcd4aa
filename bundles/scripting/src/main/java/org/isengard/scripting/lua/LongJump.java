package org.isengard.scripting.lua;

/** Lua's longjmp on its way to the invoke_ function that catches it. */
final class LongJump extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final LongJump INSTANCE = new LongJump();

    private LongJump() {
        super("longjmp", null, false, false);
    }
}
