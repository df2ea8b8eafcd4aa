package org.isengard.scripting.lua;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.ChicoryException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * One Lua: the C API of the reference implementation, in its own words, on a machine of its own. Strings are bytes.
 *
 * <p>All that may fail in Lua must run inside {@link #protect}: outside of it an error ends the machine.
 *
 * <p>Threading: one thread at a time; only {@link #interrupt} may be called by another.
 */
final class LuaState implements AutoCloseable {
    static final int NIL = 0;
    static final int BOOLEAN = 1;
    static final int NUMBER = 3;
    static final int STRING = 4;
    static final int TABLE = 5;
    static final int FUNCTION = 6;

    static final int MULTRET = -1;
    private static final int REGISTRY = -1_001_000;
    private static final int OK = 0;
    private static final int SYNTAX_ERROR = 3;
    private static final int MEMORY_ERROR = 4;
    private static final int MASK_COUNT = 8;
    private static final int SCRATCH = 1 << 14;
    private static final int MAX_CALLABLES = 10_000;
    /** Between two looks at the clock. */
    private static final int INSTRUCTIONS = 10_000;

    private final LuaMachineHost host;
    private final Memory memory;
    private final List<LuaCallable> callables = new ArrayList<>();
    private final LuaExports c;
    private final int callSlot;
    private final int hookSlot;
    private final int scratch;
    private final Budget budget = new Budget();
    private int state;
    private LuaDied death;
    private boolean tight;
    /** The last error that went from the host into Lua: if it comes out again, its kind is still known. */
    private LuaError raised;

    private final Deque<LuaCallable> protectedActions = new ArrayDeque<>();
    private final int trampoline;

    /**
     * Starts a Lua with its standard libraries.
     *
     * @param memoryLimit in bytes, of all that scripts may hold
     */
    LuaState(long memoryLimit, LuaStreams streams) {
        host = new LuaMachineHost(memoryLimit, streams, this::dispatch, this::hook);
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
        push(lua -> protectedActions.pop().call(lua));
        trampoline = keep();
        countInstructions(INSTRUCTIONS);
    }

    // ---- Running ----

    /**
     * Runs something that may raise errors.
     *
     * @param arguments how many values on the stack it takes
     * @param results how many it leaves, or {@link #MULTRET}
     */
    void protect(LuaCallable action, int arguments, int results) {
        int before = protectedActions.size();
        budget.begin();
        try {
            enter(() -> {
                pushKept(trampoline);
                if (arguments > 0) {
                    c.rotate.apply(state, -arguments - 1, 1);
                }
                protectedActions.push(action);
                check(one(c.pcall.apply(state, arguments, results, 0, 0, 0)));
            });
        } finally {
            while (protectedActions.size() > before) {
                protectedActions.pop();
            }
            budget.end();
        }
    }

    /** Calls the function below its arguments, inside of something protected. */
    void call(int arguments, int results) {
        boolean before = budget.resume();
        try {
            check(one(c.pcall.apply(state, arguments, results, 0, 0, 0)));
        } finally {
            budget.suspend(before);
        }
    }

    /** Compiles a chunk and leaves it as a function, or raises its syntax error. */
    void load(byte[] source, String name) {
        int code = copyIn(source);
        byte[] chunk = (name + "\0").getBytes(StandardCharsets.UTF_8);
        int chunkName = copyIn(chunk);
        byte[] mode = {'t', 0};
        int modeText = copyIn(mode);
        int status;
        try {
            status = one(c.load.apply(state, code, source.length, chunkName, modeText));
        } finally {
            c.free.apply(modeText);
            c.free.apply(chunkName);
            c.free.apply(code);
        }
        check(status);
    }

    private void check(int status) {
        if (status == OK) {
            return;
        }
        String message = message();
        pop(1);
        if (raised != null && message.equals(raised.getMessage())) {
            throw raised;
        }
        throw new LuaError(kind(status), message);
    }

    private LuaError.Kind kind(int status) {
        if (budget.isSpent()) {
            return LuaError.Kind.TIME;
        }
        return switch (status) {
            case SYNTAX_ERROR -> LuaError.Kind.SYNTAX;
            case MEMORY_ERROR -> LuaError.Kind.MEMORY;
            default -> LuaError.Kind.RUNTIME;
        };
    }

    private String message() {
        byte[] text = toBytes(-1);
        if (text != null) {
            return new String(text, StandardCharsets.UTF_8);
        }
        return "(error object is a " + typeName(type(-1)) + " value)";
    }

    private void enter(Runnable action) {
        if (death != null) {
            throw new LuaDied(death.getMessage(), death);
        }
        int before = state;
        try {
            action.run();
        } catch (LuaError e) {
            throw e;
        } catch (ChicoryException | LongJump | StackOverflowError | OutOfMemoryError | LuaDied e) {
            throw die(e);
        } catch (RuntimeException | Error e) {
            // Whatever went through Lua has left it in the middle of its work.
            die(e);
            throw e;
        } finally {
            state = before;
        }
    }

    private RuntimeException die(Throwable cause) {
        // The flag was for this machine; whoever called wants to go on.
        boolean ours = budget.isSpent();
        if (ours) {
            Thread.interrupted();
        }
        String why = ours
                ? Budget.MESSAGE
                : cause instanceof StackOverflowError ? "stack overflow" : "the script engine failed: " + cause;
        death = new LuaDied(why, cause);
        return death;
    }

    boolean isDead() {
        return death != null;
    }

    /** Memory that this Lua has taken from the host, in bytes; it never gives any back. */
    long memoryBytes() {
        return (long) memory.pages() * Memory.PAGE_SIZE;
    }

    Budget budget() {
        return budget;
    }

    // ---- Calls from Lua ----

    private int dispatch(int caller) {
        int before = state;
        state = caller;
        try {
            return callables
                    .get(one(c.toInteger.apply(caller, REGISTRY - 1, 0)))
                    .call(this);
        } catch (LongJump | LuaDied | ChicoryException e) {
            throw e;
        } catch (RuntimeException e) {
            if (death != null) {
                throw death;
            }
            raise(caller, e);
            return 0;
        } finally {
            state = before;
        }
    }

    /**
     * Does something whose time is not the script's, and which must not be interrupted as a script is.
     *
     * @throws LuaError when the script's time is over already
     */
    <T> T outside(Callable<T> action) throws Exception {
        boolean before = budget.leave();
        try {
            if (budget.isSpent()) {
                Thread.interrupted();
                throw new LuaError(LuaError.Kind.TIME, Budget.MESSAGE);
            }
            return action.call();
        } finally {
            budget.back(before);
        }
    }

    private void raise(int caller, RuntimeException e) {
        state = caller;
        if (e instanceof LuaError error) {
            // It has its place already.
            raised = error;
            push(String.valueOf(e.getMessage()));
        } else {
            c.where.apply(caller, 1);
            push(String.valueOf(e.getMessage()));
            c.concat.apply(caller, 2);
        }
        c.error.apply(caller);
    }

    private void hook(int caller) {
        if (!budget.check()) {
            if (tight) {
                c.setHook.apply(caller, hookSlot, MASK_COUNT, INSTRUCTIONS);
            }
            return;
        }
        // From now on each instruction fails: no pcall of the script can go on.
        tight = true;
        c.setHook.apply(caller, hookSlot, MASK_COUNT, 1);
        int before = state;
        state = caller;
        try {
            c.where.apply(caller, 0);
            push(Budget.MESSAGE);
            c.concat.apply(caller, 2);
        } finally {
            state = before;
        }
        c.error.apply(caller);
    }

    private void countInstructions(int count) {
        c.setHook.apply(state, hookSlot, count == 0 ? 0 : MASK_COUNT, count);
    }

    // ---- Stack ----

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

    private int copyIn(byte[] bytes) {
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

    private static int one(long[] results) {
        return (int) results[0];
    }

    @Override
    public void close() {
        death = new LuaDied("the script engine was closed", null);
    }
}
