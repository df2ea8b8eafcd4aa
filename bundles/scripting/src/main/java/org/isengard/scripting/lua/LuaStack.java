package org.isengard.scripting.lua;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of one Lua: the C API of the reference implementation for its stack, in its own words, on a machine of its own.
 * Strings are bytes.
 *
 * <p>Threading: one thread at a time.
 */
abstract class LuaStack {
    static final int NIL = 0;
    static final int BOOLEAN = 1;
    static final int NUMBER = 3;
    static final int STRING = 4;
    static final int TABLE = 5;
    static final int FUNCTION = 6;

    private static final int REGISTRY = -1_001_000;
    private static final int SCRATCH = 1 << 14;
    private static final int MAX_CALLABLES = 10_000;

    final LuaExports c;
    final Memory memory;
    final int hookSlot;
    /** The coroutine whose stack it is. */
    int state;

    private final List<LuaCallable> callables = new ArrayList<>();
    private final int callSlot;
    private final int scratch;

    LuaStack(long memoryLimit, LuaStreams streams) {
        LuaMachineHost host = new LuaMachineHost(memoryLimit, streams, this::dispatch, this::hook);
        Instance instance = host.instance();
        memory = instance.memory();
        c = new LuaExports(instance);
        callSlot = host.callSlot();
        hookSlot = host.hookSlot();
        scratch = one(c.malloc.apply(SCRATCH));
        state = one(instance.export("luaL_newstate").apply());
        if (state == 0 || scratch == 0) {
            throw new LuaError(LuaError.Kind.MEMORY, "not enough memory");
        }
        instance.export("luaL_openlibs").apply(state);
    }

    /** Lua calls a function of the host; {@return how many results it left}. @param caller the coroutine that calls */
    abstract int dispatch(int caller);

    /** Lua has run for some instructions. */
    abstract void hook(int caller);

    /** {@return the function of the host that is being called} */
    LuaCallable callable(int caller) {
        return callables.get(one(c.toInteger.apply(caller, REGISTRY - 1, 0)));
    }

    int top() {
        return one(c.getTop.apply(state));
    }

    void setTop(int index) {
        c.setTop.apply(state, index);
    }

    void pop(int count) {
        c.setTop.apply(state, -count - 1);
    }

    void pushValue(int index) {
        c.pushValue.apply(state, index);
    }

    int type(int index) {
        return one(c.type.apply(state, index));
    }

    static String typeName(int type) {
        return switch (type) {
            case -1 -> "no value";
            case NIL -> "nil";
            case BOOLEAN -> "boolean";
            case NUMBER -> "number";
            case STRING -> "string";
            case TABLE -> "table";
            case FUNCTION -> "function";
            case 8 -> "thread";
            default -> "userdata";
        };
    }

    /** {@return whether the value is a number or a string that reads as one} */
    boolean isNumeric(int index) {
        return one(c.isNumber.apply(state, index)) != 0;
    }

    boolean isInteger(int index) {
        return one(c.isInteger.apply(state, index)) != 0;
    }

    boolean toBoolean(int index) {
        return one(c.toBoolean.apply(state, index)) != 0;
    }

    long toInteger(int index) {
        return c.toInteger.apply(state, index, 0)[0];
    }

    double toNumber(int index) {
        return Double.longBitsToDouble(c.toNumber.apply(state, index, 0)[0]);
    }

    /** {@return the bytes of a string (or number, which becomes a string), null for anything else} */
    byte[] toBytes(int index) {
        int text = one(c.toLString.apply(state, index, scratch));
        return text == 0 ? null : memory.readBytes(text, memory.readInt(scratch));
    }

    String toText(int index) {
        byte[] bytes = toBytes(index);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /** {@return any value as Lua's tostring shows it} */
    byte[] display(int index) {
        int text = one(c.toStringMeta.apply(state, index, scratch));
        byte[] bytes = memory.readBytes(text, memory.readInt(scratch));
        pop(1);
        return bytes;
    }

    void pushNil() {
        c.pushNil.apply(state);
    }

    void push(boolean value) {
        c.pushBoolean.apply(state, value ? 1 : 0);
    }

    void push(long value) {
        c.pushInteger.apply(state, value);
    }

    void push(double value) {
        c.pushNumber.apply(state, Double.doubleToRawLongBits(value));
    }

    void push(String text) {
        push(text.getBytes(StandardCharsets.UTF_8));
    }

    void push(byte[] bytes) {
        if (bytes.length <= SCRATCH) {
            memory.write(scratch, bytes);
            c.pushLString.apply(state, scratch, bytes.length);
            return;
        }
        int copy = copyIn(bytes);
        try {
            c.pushLString.apply(state, copy, bytes.length);
        } finally {
            c.free.apply(copy);
        }
    }

    int copyIn(byte[] bytes) {
        int copy = one(c.malloc.apply(Math.max(1, bytes.length)));
        if (copy == 0) {
            throw new LuaError(LuaError.Kind.MEMORY, "not enough memory");
        }
        memory.write(copy, bytes);
        return copy;
    }

    void push(LuaCallable callable) {
        if (callables.size() > MAX_CALLABLES) {
            throw new LuaError(LuaError.Kind.MEMORY, "too many functions of the host");
        }
        callables.add(callable);
        pushClosureOf(callables.size() - 1);
    }

    private void pushClosureOf(int index) {
        c.pushInteger.apply(state, index);
        c.pushClosure.apply(state, callSlot, 1);
    }

    void ensureStack(int slots) {
        if (one(c.checkStack.apply(state, slots)) == 0) {
            throw new LuaError(LuaError.Kind.RUNTIME, "stack overflow");
        }
    }

    // ---- Tables and globals ----

    void newTable(int items, int fields) {
        c.createTable.apply(state, items, fields);
    }

    /** Sets field = top of the stack, without metamethods. */
    void rawSet(int table) {
        c.rawSet.apply(state, table);
    }

    void rawGet(int table) {
        c.rawGet.apply(state, table);
    }

    void rawSetAt(int table, long position) {
        c.rawSetI.apply(state, table, position);
    }

    void rawGetAt(int table, long position) {
        c.rawGetI.apply(state, table, position);
    }

    void getTable(int table) {
        c.getTable.apply(state, table);
    }

    void setTable(int table) {
        c.setTable.apply(state, table);
    }

    long rawLength(int index) {
        return one(c.rawLen.apply(state, index)) & 0xFFFFFFFFL;
    }

    boolean next(int table) {
        return one(c.next.apply(state, table)) != 0;
    }

    void pushGlobals() {
        c.rawGetI.apply(state, REGISTRY, 2);
    }

    void getGlobal(String name) {
        memory.writeCString(scratch, name);
        c.getGlobal.apply(state, scratch);
    }

    void setGlobal(String name) {
        memory.writeCString(scratch, name);
        c.setGlobal.apply(state, scratch);
    }

    /** Keeps the value on top of the stack, which is popped. */
    int keep() {
        return one(c.ref.apply(state, REGISTRY));
    }

    void pushKept(int reference) {
        c.rawGetI.apply(state, REGISTRY, reference);
    }

    void release(int reference) {
        c.unref.apply(state, REGISTRY, reference);
    }

    static int one(long[] results) {
        return (int) results[0];
    }
}
