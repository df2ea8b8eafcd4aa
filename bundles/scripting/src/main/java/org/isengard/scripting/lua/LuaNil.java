package org.isengard.scripting.lua;

import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.TruffleObject;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;

/** Lua's nil. */
@ExportLibrary(InteropLibrary.class)
final class LuaNil implements TruffleObject {
    static final LuaNil INSTANCE = new LuaNil();

    private LuaNil() {}

    @ExportMessage
    boolean isNull() {
        return true;
    }
}
