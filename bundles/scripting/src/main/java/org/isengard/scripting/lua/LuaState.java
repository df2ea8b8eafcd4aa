package org.isengard.scripting.lua;

import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.ChicoryException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;

/**
 * One Lua: runs what may fail, bounds its time, and takes the calls of scripts to the host.
 *
 * <p>All that may fail in Lua must run inside {@link #protect}: outside of it an error ends the machine.
 *
 * <p>Threading: one thread at a time; only {@link #interrupt} may be called by another.
 */
final class LuaState extends LuaStack implements AutoCloseable {
    static final int MULTRET = -1;
    private static final int OK = 0;
    private static final int SYNTAX_ERROR = 3;
    private static final int MEMORY_ERROR = 4;
    private static final int MASK_COUNT = 8;
    /** Between two looks at the clock. */
    private static final int INSTRUCTIONS = 10_000;

    private final Budget budget = new Budget();
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
        super(memoryLimit, streams);
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
            // An exception that passes through Lua leaves the machine in the middle of its work.
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

    @Override
    int dispatch(int caller) {
        int before = state;
        state = caller;
        try {
            return callable(caller).call(this);
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
            push(e.getMessage() == null ? e.toString() : e.getMessage());
            c.concat.apply(caller, 2);
        }
        c.error.apply(caller);
    }

    @Override
    void hook(int caller) {
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

    @Override
    public void close() {
        death = new LuaDied("the script engine was closed", null);
    }
}
