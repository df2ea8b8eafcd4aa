package org.isengard.scripting.lua;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.TruffleLanguage;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.InvalidArrayIndexException;
import com.oracle.truffle.api.interop.TruffleObject;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import com.oracle.truffle.api.interop.UnsupportedMessageException;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import java.util.ArrayList;
import java.util.List;

/** A table or function of Lua in the hands of the host. Fields by text are members, positions from 1 are elements from 0. */
@ExportLibrary(InteropLibrary.class)
final class LuaReference implements TruffleObject {
    private final LuaContext context;
    private final int slot;
    private final int type;
    private final boolean global;

    /** @param global whether this is the table of global variables */
    LuaReference(LuaContext context, int slot, int type, boolean global) {
        this.context = context;
        this.slot = slot;
        this.type = type;
        this.global = global;
    }

    int slot() {
        return slot;
    }

    boolean isOf(LuaContext other) {
        return context == other;
    }

    private boolean isTable() {
        return type == LuaState.TABLE;
    }

    @ExportMessage
    boolean isScope() {
        return global;
    }

    @ExportMessage
    boolean hasLanguage() {
        return true;
    }

    @ExportMessage
    Class<? extends TruffleLanguage<?>> getLanguage() {
        return LuaLanguage.class;
    }

    @ExportMessage
    Object toDisplayString(@SuppressWarnings("unused") boolean allowSideEffects) {
        return global ? "globals" : LuaState.typeName(type);
    }

    @ExportMessage
    boolean isExecutable() {
        return type == LuaState.FUNCTION;
    }

    @ExportMessage
    Object execute(Object[] arguments) throws UnsupportedMessageException {
        if (!isExecutable()) {
            throw UnsupportedMessageException.create();
        }
        return context.call(this, arguments);
    }

    @ExportMessage
    boolean hasMembers() {
        return isTable();
    }

    @ExportMessage
    @TruffleBoundary
    Object getMembers(@SuppressWarnings("unused") boolean includeInternal) throws UnsupportedMessageException {
        requireTable();
        List<byte[]> names = new ArrayList<>();
        inside(state -> {
            state.pushNil();
            while (state.next(-2)) {
                state.pop(1);
                if (state.type(-1) == LuaState.STRING) {
                    names.add(state.toBytes(-1));
                }
            }
        });
        return new LuaNames(names);
    }

    @ExportMessage
    Object readMember(String name) throws UnknownIdentifierException, UnsupportedMessageException {
        requireTable();
        Object value = read(name);
        if (value == LuaNil.INSTANCE) {
            throw UnknownIdentifierException.create(name);
        }
        return value;
    }

    @TruffleBoundary
    private Object read(Object key) {
        Object[] value = {LuaNil.INSTANCE};
        inside(state -> {
            LuaValues.push(context, state, key);
            state.getTable(-2);
            value[0] = LuaValues.take(context, state, -1);
        });
        return value[0];
    }

    @ExportMessage
    void writeMember(String name, Object value) throws UnsupportedMessageException {
        requireTable();
        write(name, value);
    }

    @ExportMessage
    void removeMember(String name) throws UnsupportedMessageException {
        requireTable();
        write(name, LuaNil.INSTANCE);
    }

    @TruffleBoundary
    private void write(Object key, Object value) {
        inside(state -> {
            LuaValues.push(context, state, key);
            LuaValues.push(context, state, value);
            state.setTable(-3);
        });
    }

    @ExportMessage
    boolean isMemberReadable(String name) {
        return isTable() && read(name) != LuaNil.INSTANCE;
    }

    @ExportMessage
    boolean isMemberModifiable(String name) {
        return isMemberReadable(name);
    }

    @ExportMessage
    boolean isMemberRemovable(String name) {
        return isMemberReadable(name);
    }

    @ExportMessage
    boolean isMemberInsertable(String name) {
        return isTable() && !isMemberReadable(name);
    }

    @ExportMessage
    boolean hasArrayElements() {
        return isTable();
    }

    @ExportMessage
    @TruffleBoundary
    long getArraySize() throws UnsupportedMessageException {
        requireTable();
        long[] size = new long[1];
        inside(state -> size[0] = state.rawLength(-1));
        return size[0];
    }

    @ExportMessage
    boolean isArrayElementReadable(long index) {
        return isTable() && index >= 0 && read(index + 1) != LuaNil.INSTANCE;
    }

    @ExportMessage
    Object readArrayElement(long index) throws InvalidArrayIndexException, UnsupportedMessageException {
        requireTable();
        Object value = index < 0 ? LuaNil.INSTANCE : read(index + 1);
        if (value == LuaNil.INSTANCE) {
            throw InvalidArrayIndexException.create(index);
        }
        return value;
    }

    private void requireTable() throws UnsupportedMessageException {
        if (!isTable()) {
            throw UnsupportedMessageException.create();
        }
    }

    /** Works with this value on top of the stack. */
    private void inside(java.util.function.Consumer<LuaState> action) {
        context.guarded(() -> {
            context.lua()
                    .protect(
                            state -> {
                                state.ensureStack(8);
                                state.pushKept(slot);
                                action.accept(state);
                                return 0;
                            },
                            0,
                            0);
            return null;
        });
    }
}
