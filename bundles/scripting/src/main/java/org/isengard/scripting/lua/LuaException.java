package org.isengard.scripting.lua;

import com.oracle.truffle.api.exception.AbstractTruffleException;
import com.oracle.truffle.api.interop.ExceptionType;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;

/** An error of a script as the host sees it. One that says EXIT has ended this Lua: a new context is needed. */
@ExportLibrary(InteropLibrary.class)
final class LuaException extends AbstractTruffleException {
    private static final long serialVersionUID = 1L;

    private final boolean syntax;
    private final boolean fatal;

    LuaException(String message, boolean syntax, boolean fatal) {
        super(message);
        this.syntax = syntax;
        this.fatal = fatal;
    }

    @ExportMessage
    ExceptionType getExceptionType() {
        return fatal ? ExceptionType.EXIT : syntax ? ExceptionType.PARSE_ERROR : ExceptionType.RUNTIME_ERROR;
    }

    @ExportMessage
    int getExceptionExitStatus() {
        return 1;
    }

    @ExportMessage
    boolean isExceptionIncompleteSource() {
        return false;
    }
}
