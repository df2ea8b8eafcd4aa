package org.isengard.scripting.lua;

import com.oracle.truffle.api.interop.ArityException;
import com.oracle.truffle.api.interop.InteropException;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.StopIterationException;

/** Values between Lua and the languages of the engine: what is Lua's stays, what is another's is copied. */
final class LuaValues {
    private static final InteropLibrary INTEROP = InteropLibrary.getUncached();
    private static final int MAX_DEPTH = 100;

    private LuaValues() {}

    /** {@return the value at an index of the stack} */
    static Object take(LuaContext context, LuaState lua, int index) {
        int type = lua.type(index);
        return switch (type) {
            case -1, LuaState.NIL -> LuaNil.INSTANCE;
            case LuaState.BOOLEAN -> lua.toBoolean(index);
            case LuaState.NUMBER -> lua.isInteger(index) ? (Object) lua.toInteger(index) : (Object) lua.toNumber(index);
            case LuaState.STRING -> new LuaString(lua.toBytes(index));
            default -> {
                lua.pushValue(index);
                yield context.keep(type);
            }
        };
    }

    static void push(LuaContext context, LuaState lua, Object value) {
        push(context, lua, value, 0);
    }

    private static void push(LuaContext context, LuaState lua, Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new LuaError(LuaError.Kind.RUNTIME, "the value is nested too deeply");
        }
        lua.ensureStack(8);
        if (value instanceof LuaString string) {
            lua.push(string.bytes());
        } else if (value instanceof LuaReference reference && reference.isOf(context)) {
            lua.pushKept(reference.slot());
        } else if (value instanceof String text) {
            lua.push(text);
        } else {
            try {
                pushForeign(context, lua, value, depth);
            } catch (InteropException e) {
                throw new LuaError(LuaError.Kind.RUNTIME, "a value of the host cannot be used: " + e.getMessage());
            }
        }
    }

    private static void pushForeign(LuaContext context, LuaState lua, Object value, int depth) throws InteropException {
        if (INTEROP.isNull(value)) {
            lua.pushNil();
        } else if (INTEROP.isBoolean(value)) {
            lua.push(INTEROP.asBoolean(value));
        } else if (INTEROP.fitsInLong(value)) {
            lua.push(INTEROP.asLong(value));
        } else if (INTEROP.fitsInDouble(value)) {
            lua.push(INTEROP.asDouble(value));
        } else if (INTEROP.isString(value)) {
            lua.push(INTEROP.asString(value));
        } else if (INTEROP.hasBufferElements(value)) {
            byte[] bytes = new byte[Math.toIntExact(INTEROP.getBufferSize(value))];
            INTEROP.readBuffer(value, 0, bytes, 0, bytes.length);
            lua.push(bytes);
        } else if (INTEROP.isExecutable(value)) {
            lua.push((LuaCallable) caller -> callForeign(context, caller, value));
        } else if (INTEROP.hasArrayElements(value)) {
            long size = INTEROP.getArraySize(value);
            lua.newTable(Math.toIntExact(size), 0);
            for (long i = 0; i < size; i++) {
                push(context, lua, INTEROP.readArrayElement(value, i), depth + 1);
                lua.rawSetAt(-2, i + 1);
            }
        } else if (INTEROP.hasHashEntries(value)) {
            lua.newTable(0, Math.toIntExact(INTEROP.getHashSize(value)));
            Object entries = INTEROP.getHashEntriesIterator(value);
            while (INTEROP.hasIteratorNextElement(entries)) {
                Object entry = next(entries);
                push(context, lua, INTEROP.readArrayElement(entry, 0), depth + 1);
                push(context, lua, INTEROP.readArrayElement(entry, 1), depth + 1);
                lua.rawSet(-3);
            }
        } else {
            throw new LuaError(LuaError.Kind.RUNTIME, "a value of the host has no meaning in Lua");
        }
    }

    private static Object next(Object entries) throws InteropException {
        try {
            return INTEROP.getIteratorNextElement(entries);
        } catch (StopIterationException e) {
            throw new LuaError(LuaError.Kind.RUNTIME, "a value of the host changed meanwhile");
        }
    }

    private static int callForeign(LuaContext context, LuaState lua, Object function) {
        Object[] arguments = new Object[lua.top()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = take(context, lua, i + 1);
        }
        try {
            push(context, lua, lua.outside(() -> INTEROP.execute(function, arguments)));
            return 1;
        } catch (ArityException e) {
            throw new LuaError(LuaError.Kind.RUNTIME, "wrong number of arguments");
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new LuaError(LuaError.Kind.RUNTIME, "a function of the host cannot be called: " + e.getMessage());
        }
    }
}
