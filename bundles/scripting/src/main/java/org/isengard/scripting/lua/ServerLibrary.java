package org.isengard.scripting.lua;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Functions for all scripts beside Lua's own library: print as Orthanc prints, JSON, and functions of Lua 5.3. */
final class ServerLibrary {
    private static final int MAX_DEPTH = 100;
    private static final byte[] COMMA = {',', ' '};

    private final OutputStream out;

    ServerLibrary(OutputStream out) {
        this.out = out;
    }

    void addTo(LuaState lua) {
        lua.protect(
                state -> {
                    define(state, "print", this::print);
                    define(state, "PrintRecursive", this::printRecursive);
                    define(state, "ParseJson", LuaJson::parse);
                    define(state, "DumpJson", LuaJson::dump);
                    state.load(prelude(), "=prelude");
                    state.call(0, 0);
                    return 0;
                },
                0,
                0);
    }

    private static void define(LuaState lua, String name, LuaCallable function) {
        lua.push(function);
        lua.setGlobal(name);
    }

    private static byte[] prelude() {
        try (InputStream in = ServerLibrary.class.getResourceAsStream("prelude.lua")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new LuaError(LuaError.Kind.RUNTIME, "cannot print: " + e.getMessage());
        }
    }

    /** Values as tostring shows them, with a comma and a space between. */
    private int print(LuaState lua) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int count = lua.top();
        for (int i = 1; i <= count; i++) {
            if (i > 1) {
                line.writeBytes(COMMA);
            }
            line.writeBytes(lua.display(i));
        }
        line.write('\n');
        write(line.toByteArray());
        return 0;
    }

    private int printRecursive(LuaState lua) {
        if (lua.top() == 0) {
            lua.pushNil();
        }
        lua.setTop(1);
        printValue(lua, new byte[0], 0);
        return 0;
    }

    /** The value on top of the stack, which is popped. */
    private void printValue(LuaState lua, byte[] prefix, int depth) {
        if (depth > MAX_DEPTH) {
            throw new LuaError(LuaError.Kind.RUNTIME, "the table is nested too deeply");
        }
        lua.ensureStack(8);
        int type = lua.type(-1);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes(prefix);
        line.writeBytes(LuaState.typeName(type).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        if (type != LuaState.TABLE) {
            line.writeBytes(COMMA);
            line.writeBytes(lua.display(-1));
        }
        line.write('\n');
        write(line.toByteArray());
        if (type == LuaState.TABLE) {
            lua.pushNil();
            while (lua.next(-2)) {
                byte[] key = lua.display(-2);
                ByteArrayOutputStream start = new ByteArrayOutputStream();
                int tail = prefix.length == 0 ? 0 : prefix.length - 2;
                start.write(prefix, 0, tail);
                start.write('\t');
                start.write('[');
                start.writeBytes(key);
                start.write(']');
                start.writeBytes(COMMA);
                printValue(lua, start.toByteArray(), depth + 1);
            }
        }
        lua.pop(1);
    }
}
