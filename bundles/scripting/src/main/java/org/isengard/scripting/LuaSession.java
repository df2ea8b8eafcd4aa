package org.isengard.scripting;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.isengard.runtime.Json;
import org.isengard.scripting.lua.Budget;

/**
 * One Lua with the functions of the server and the scripts that were run in it.
 *
 * <p>Threading: used by one thread at a time.
 */
final class LuaSession implements AutoCloseable {
    private static final String LUA = "lua";
    private static final HostAccess ACCESS =
            HostAccess.newBuilder().allowBufferAccess(true).build();

    /** The budget of a Lua. */
    record Limits(long timeMillis, long memoryBytes) {
        /** {@return the time that a call takes at most on a busy machine} */
        long longestMillis() {
            return Budget.WALL_FACTOR * timeMillis;
        }
    }

    private final Context context;
    private final ScriptOutput output;
    private final Value call;
    private final Value has;
    private final Value takeOperations;
    private final Value mark;
    private final Value defined;
    private final Value live;
    private List<String> watched = List.of();

    LuaSession(Limits limits, ScriptOutput output, Map<String, ProxyExecutable> functions) {
        this.output = output;
        // The languages that are there are found by the loader of this bundle and of the fragments attached to it.
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(LuaSession.class.getClassLoader());
        try {
            context = Context.newBuilder(LUA)
                    .allowHostAccess(ACCESS)
                    .option("engine.WarnInterpreterOnly", "false")
                    .option("lua.TimeMillis", Long.toString(limits.timeMillis))
                    .option("lua.MemoryBytes", Long.toString(limits.memoryBytes))
                    .out(output)
                    .err(output)
                    .build();
            Value globals = context.getBindings(LUA);
            functions.forEach(globals::putMember);
            Value host = context.eval(source(resource("host.lua"), "=host"));
            call = host.getMember("call");
            has = host.getMember("has");
            takeOperations = host.getMember("takeOperations");
            mark = host.getMember("mark");
            defined = host.getMember("defined");
            live = host.getMember("live");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = LuaSession.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Source source(byte[] code, String name) {
        return Source.newBuilder(LUA, ByteSequence.create(code), name)
                .mimeType("application/x-lua")
                .cached(false)
                .buildLiteral();
    }

    /**
     * Runs a chunk.
     *
     * @return what it printed
     * @throws ScriptError with Lua's message
     */
    byte[] run(byte[] code, String name) {
        output.begin();
        try {
            context.eval(source(code, name));
        } catch (PolyglotException e) {
            throw ScriptError.of(e);
        } finally {
            output.end();
        }
        return output.last();
    }

    /** {@return whether there is a global function of that name} */
    boolean has(String name) {
        return has.execute(name).asBoolean();
    }

    /** Remembers which functions of these names there are: what is another one later, came from a client. */
    void mark(List<String> names) {
        watched = names;
        mark.execute(names.toArray());
    }

    /** {@return which of the marked names are functions} */
    Set<String> defined() {
        return words(defined.execute(watched.toArray()).asString());
    }

    /** {@return which of them came after the mark} */
    Set<String> live() {
        return words(live.execute(watched.toArray()).asString());
    }

    private static Set<String> words(String text) {
        return text.isEmpty() ? Set.of() : Set.of(text.split(" "));
    }

    /**
     * Calls a global function.
     *
     * @param kinds for each argument whether it is a text ({@code s}) or JSON ({@code j})
     * @param answer what becomes of its first result
     */
    <T> T call(String name, String kinds, Function<Value, T> answer, Object... arguments) {
        Object[] all = new Object[arguments.length + 2];
        all[0] = name;
        all[1] = kinds;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        try {
            return answer.apply(call.execute(all));
        } catch (PolyglotException e) {
            throw ScriptError.of(e);
        }
    }

    /** {@return what SendToModality, Delete and the like have asked for since the last time} */
    JsonNode takeOperations() {
        try {
            String json = takeOperations.execute().asString();
            return json.isEmpty() ? Json.MAPPER.createArrayNode() : Json.MAPPER.readTree(json);
        } catch (PolyglotException e) {
            throw ScriptError.of(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        context.close(true);
    }
}
