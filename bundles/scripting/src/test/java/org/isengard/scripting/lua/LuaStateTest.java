package org.isengard.scripting.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LuaStateTest {
    private final LuaState lua =
            new LuaState(64L << 20, new LuaStreams(OutputStream.nullOutputStream(), OutputStream.nullOutputStream()));

    private List<String> run(String source) {
        List<String> results = new ArrayList<>();
        lua.protect(
                state -> {
                    state.load(source.getBytes(StandardCharsets.UTF_8), "=test");
                    state.call(0, LuaState.MULTRET);
                    for (int i = 1; i <= state.top(); i++) {
                        results.add(new String(state.display(i), StandardCharsets.UTF_8));
                    }
                    return 0;
                },
                0,
                0);
        return results;
    }

    @Test
    void aChunkRuns() {
        assertEquals(List.of("42", "x3", "Lua 5.4"), run("return 6*7, 'x' .. 3, _VERSION"));
    }

    @Test
    void anErrorHasItsPlace() {
        LuaError error = assertThrows(LuaError.class, () -> run("local x\nx.y = 1"));
        assertEquals("test:2: attempt to index a nil value (local 'x')", error.getMessage());
        assertEquals(List.of("1"), run("return 1"));
    }

    @Test
    void aLoopIsStoppedAndLuaLivesOn() {
        lua.budget().limit(50_000_000L);
        LuaError error =
                assertThrows(LuaError.class, () -> run("while true do pcall(function() while true do end end) end"));
        assertEquals(LuaError.Kind.TIME, error.kind());
        assertEquals(List.of("1"), run("return 1"));
    }

    @Test
    void tooMuchMemoryIsLuasError() {
        LuaError error = assertThrows(
                LuaError.class, () -> run("local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end"));
        assertEquals("not enough memory", error.getMessage());
        assertEquals(List.of("1"), run("return 1"));
        assertTrue(lua.memoryBytes() <= 64L << 20);
    }

    @Test
    void theHostIsCalledAndMayFail() {
        lua.protect(
                state -> {
                    state.push((LuaCallable) inner -> {
                        if (inner.top() == 0) {
                            throw new IllegalArgumentException("an argument is missing");
                        }
                        inner.push(inner.toInteger(1) + 1);
                        return 1;
                    });
                    state.setGlobal("plus");
                    return 0;
                },
                0,
                0);
        assertEquals(
                List.of("8", "false", "test:1: an argument is missing"),
                run("return plus(7), pcall(function() local x = plus() return x end)"));
    }
}
