package org.isengard.scripting.lua;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LuaLanguageTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Context context = Context.newBuilder("lua")
            .allowHostAccess(HostAccess.newBuilder().allowBufferAccess(true).build())
            .option("engine.WarnInterpreterOnly", "false")
            .option("lua.TimeMillis", "300")
            .option("lua.MemoryBytes", String.valueOf(64 << 20))
            .out(out)
            .build();

    @AfterEach
    void close() {
        context.close(true);
    }

    private String printed(String source) {
        out.reset();
        context.eval("lua", source);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void printIsAsOrthancPrints() {
        assertEquals("42\n", printed("print(42)"));
        assertEquals("a, 1, nil, true, 1.5\n\n", printed("print('a', 1, nil, true, 1.5) print()"));
        assertEquals("table\n\t[1], number, 1\n\t[2], string, b\n", printed("PrintRecursive({1, 'b'})"));
        assertEquals(
                "table\n\t[1], table\n\t[1]\t[1], table\n\t[1]\t[1]\t[x], boolean, true\n",
                printed("PrintRecursive({{{x = true}}})"));
        assertEquals("string, s\nnil, nil\n", printed("PrintRecursive('s') PrintRecursive(nil)"));
    }

    @Test
    void jsonIsAsOrthancWritesIt() {
        assertEquals("[1,2,3]\n", printed("print(DumpJson({1,2,3}))"));
        assertEquals(
                "{\"a\":1,\"b\":2,\"c\":\"x\",\"d\":true,\"e\":1.5,\"f\":[],\"g\":1.5,\"h\":7,\"i\":-3}\n",
                printed("print(DumpJson({a=1,b='2',c='x',d=true,e=1.5,f={},g='1.5',h='007',i='-3'}))"));
        assertEquals(
                "{\"a\":\"1\",\"d\":true,\"e\":\"1.5\",\"h\":\"007\"}\n",
                printed("print(DumpJson({a=1,d=true,e=1.5,h='007'}, true))"));
        assertEquals("{\"1\":1,\"2\":2,\"x\":3}\n", printed("print(DumpJson({[1]=1,[2]=2,x=3}))"));
        assertEquals("{\"1\":1,\"3\":2}\n", printed("print(DumpJson({[1]=1,[3]=2}))"));
        assertEquals(
                "5, 5, 5, null, null, {\"f\":null}\n",
                printed(
                        "print(DumpJson(5), DumpJson(5.0), DumpJson('5'), DumpJson(0/0), DumpJson(nil), DumpJson({f=print}))"));
    }

    @Test
    void jsonIsReadAsOrthancReadsIt() {
        assertEquals("2\n", printed("print(ParseJson('{\"x\":[1,2]}').x[2])"));
        assertEquals(
                "1.5, x, true, nil, 12345678901234\n",
                printed("local t = ParseJson('{\"b\":1.5,\"c\":\"x\",\"d\":true,\"e\":null,\"i\":12345678901234}')"
                        + " print(t.b, t.c, t.d, t.e, t.i)"));
        assertEquals(
                "nil, nil, nil, nil, nil\n",
                printed("print(ParseJson('nope'), ParseJson('[1'), ParseJson(''), ParseJson('1 2'), ParseJson())"));
    }

    @Test
    void valuesGoBothWays() {
        context.getBindings("lua").putMember("host", (ProxyExecutable) arguments -> ProxyHashMap.from(
                Map.of("sum", arguments[0].asLong() + 1, "list", ProxyArray.fromList(List.of("a", "b")))));
        assertEquals("8, a, b\n", printed("local t = host(7) print(t.sum, t.list[1], t.list[2])"));
        Value table = context.eval("lua", "return {x = {1, 2}, f = function(a) return a * 2 end, s = 'ü'}");
        assertEquals(2, table.getMember("x").getArrayElement(1).asInt());
        assertEquals(42, table.getMember("f").execute(21).asInt());
        assertEquals("ü", table.getMember("s").asString());
        assertFalse(table.hasMember("nothing"));
        assertTrue(table.getMemberKeys().contains("s"));
    }

    @Test
    void stringsAreBytes() {
        Value bytes = context.eval("lua", "return '\\200\\0\\255'");
        byte[] read = new byte[3];
        bytes.readBuffer(0, read, 0, 3);
        assertArrayEquals(new byte[] {(byte) 200, 0, (byte) 255}, read);
        Value length = context.eval("lua", "return function(s) return #s, s:byte(1) end")
                .execute(ByteBuffer.wrap(new byte[] {(byte) 0xFC, 1}));
        assertEquals(2, length.asInt());
        byte[] latin = "return #'\u00fc'".getBytes(StandardCharsets.ISO_8859_1);
        Source source = Source.newBuilder("lua", ByteSequence.create(latin), "x")
                .mimeType(LuaLanguage.BYTES)
                .buildLiteral();
        assertEquals(1, context.eval(source).asInt());
    }

    @Test
    void errorsHaveLinesAndMessages() {
        Source source = Source.newBuilder("lua", "local x\nx.y = 1", "[string \"line\"]")
                .buildLiteral();
        PolyglotException error = assertThrows(PolyglotException.class, () -> context.eval(source));
        assertTrue(error.getMessage().contains("attempt to index a nil value (local 'x')"), error.getMessage());
        assertTrue(assertThrows(PolyglotException.class, () -> context.eval("lua", "syntax error here"))
                .isSyntaxError());
    }

    @Test
    void aLoopIsStopped() {
        PolyglotException error = assertThrows(PolyglotException.class, () -> context.eval("lua", "while true do end"));
        assertFalse(error.isExit());
        assertEquals("1\n", printed("print(1)"));
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void aMatchWithoutEndEndsThisLuaOnly() {
        PolyglotException error = assertThrows(
                PolyglotException.class,
                () -> context.eval("lua", "return ('a'):rep(300):find(('.-'):rep(30) .. 'b')"));
        assertTrue(error.isExit(), error.getMessage());
        assertFalse(Thread.currentThread().isInterrupted());
        assertThrows(PolyglotException.class, () -> context.eval("lua", "return 1"));
    }

    @Test
    void whatTheLibraryDoesIsTheScriptsTime() {
        assertThrows(
                PolyglotException.class,
                () -> context.eval("lua", "local t = {} t.t = t PrintRecursive(t)"),
                "a circle");
        assertThrows(
                PolyglotException.class, () -> context.eval("lua", "local t = {} t.t = t DumpJson(t)"), "a circle");
        PolyglotException error = assertThrows(
                PolyglotException.class,
                () -> context.eval("lua", "local t = {} for i = 1, 40 do t = {t, t} end DumpJson(t)"));
        assertTrue(error.getMessage().contains("longer than it may"), error.getMessage());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void anyTextIsJsonOrNil() {
        Random random = new Random(42);
        Value round = context.eval(
                "lua", "return function(s) local v = ParseJson(s) return v == nil and 'nil' or DumpJson(v, true) end");
        String model = "{\"a\":[1,-2.5e3,\"x\\u00e9\\n\",true,null,{\"b\":{}}],\"c\":\"12\"}";
        assertEquals(
                "{\"a\":[\"1\",\"-2500.0\",\"x\\u00E9\\n\",true,null,{\"b\":[]}],\"c\":\"12\"}",
                round.execute(model.replace("null,", "")).asString().replace("true,", "true,null,"));
        for (int i = 0; i < 3000; i++) {
            byte[] text = model.getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(6); change >= 0; change--) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(text.length) : text.length;
            assertTrue(round.execute(ByteBuffer.wrap(text, 0, length).slice()).isString());
        }
        assertEquals("nil", round.execute("[".repeat(100_000)).asString());
        assertEquals("1\n", printed("print(1)"));
    }

    @Test
    void deepCallsFailInLua() throws InterruptedException {
        String[] answers = new String[1];
        // Two hundred calls between C and Lua need more than the usual megabyte.
        Thread thread = new Thread(
                null,
                () -> {
                    try (Context patient = Context.newBuilder("lua")
                            .option("engine.WarnInterpreterOnly", "false")
                            .build()) {
                        answers[0] = patient.eval("lua", """
                                local function f() return f() + 1 end
                                local function g(n)
                                  return (string.gsub('a', 'a', function() return g(n + 1) end))
                                end
                                local _, a = pcall(f)
                                local _, b = pcall(g, 1)
                                return a .. b
                                """).asString();
                    }
                },
                "deep",
                16 << 20);
        thread.start();
        thread.join();
        assertTrue(answers[0].matches("(?s).*stack overflow.*C stack overflow.*"), answers[0]);
    }
}
