package org.isengard.scripting.lua;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.TruffleLanguage;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One Lua and the values of it that the host holds. */
final class LuaContext {
    private final LuaState lua;
    private final ReferenceQueue<LuaReference> forgotten = new ReferenceQueue<>();
    private final Set<Slot> slots = new HashSet<>();

    /** Where Lua keeps a value for the host; frees it when the host has forgotten the value. */
    private static final class Slot extends PhantomReference<LuaReference> {
        private final int slot;

        Slot(LuaReference value, ReferenceQueue<LuaReference> queue) {
            super(value, queue);
            slot = value.slot();
        }
    }

    @TruffleBoundary
    LuaContext(TruffleLanguage.Env env) {
        lua = new LuaState(env.getOptions().get(LuaLanguage.MemoryBytes), new LuaStreams(env.out(), env.err()));
        lua.budget().limit(TimeUnit.MILLISECONDS.toNanos(env.getOptions().get(LuaLanguage.TimeMillis)));
        new ServerLibrary(env.out()).addTo(lua);
        LuaWatch.add(lua.budget());
    }

    void close() {
        LuaWatch.remove(lua.budget());
        lua.close();
    }

    LuaState lua() {
        return lua;
    }

    Object globals() {
        return guarded(() -> {
            Object[] globals = new Object[1];
            lua.protect(
                    state -> {
                        state.pushGlobals();
                        globals[0] = keep(LuaState.TABLE, true);
                        return 0;
                    },
                    0,
                    0);
            return globals[0];
        });
    }

    /** Compiles and runs a chunk; its first result is the value. */
    @TruffleBoundary
    Object run(byte[] code, String name) {
        return guarded(() -> {
            Object[] result = {LuaNil.INSTANCE};
            lua.protect(
                    state -> {
                        state.load(code, name);
                        state.call(0, 1);
                        result[0] = LuaValues.take(this, state, -1);
                        return 0;
                    },
                    0,
                    0);
            return result[0];
        });
    }

    /** Calls a function of Lua; its first result is the value. */
    @TruffleBoundary
    Object call(LuaReference function, Object[] arguments) {
        return guarded(() -> {
            Object[] result = {LuaNil.INSTANCE};
            lua.protect(
                    state -> {
                        state.ensureStack(arguments.length + 4);
                        state.pushKept(function.slot());
                        for (Object argument : arguments) {
                            LuaValues.push(this, state, argument);
                        }
                        state.call(arguments.length, 1);
                        result[0] = LuaValues.take(this, state, -1);
                        return 0;
                    },
                    0,
                    0);
            return result[0];
        });
    }

    /** Does something with the stack of Lua; errors of Lua become errors of the language. */
    @TruffleBoundary
    <T> T guarded(Supplier<T> action) {
        try {
            free();
            return action.get();
        } catch (LuaError e) {
            throw new LuaException(e.getMessage(), e.kind() == LuaError.Kind.SYNTAX, false);
        } catch (LuaDied e) {
            throw new LuaException(e.getMessage(), false, true);
        }
    }

    /** Keeps the value on top of the stack for the host. */
    LuaReference keep(int type) {
        return keep(type, false);
    }

    private LuaReference keep(int type, boolean global) {
        LuaReference value = new LuaReference(this, lua.keep(), type, global);
        slots.add(new Slot(value, forgotten));
        return value;
    }

    private void free() {
        for (Reference<?> slot = forgotten.poll(); slot != null; slot = forgotten.poll()) {
            slots.remove(slot);
            if (!lua.isDead()) {
                lua.release(((Slot) slot).slot);
            }
        }
    }
}
