package org.isengard.scripting.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.graalvm.polyglot.Context;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The language as scripts see it, beside the Lua 5.3 of the system: several hundred snippets, written by hand and made
 * of values and operations. What differs is known, named here, and told in the guide.
 */
class Lua53Test {
    /** Runs each snippet and writes its results, or its error, in one line. */
    private static final String DRIVER = """
            local function show(v)
              local s = tostring(v):gsub("0x%x+", "ADDRESS"):gsub("builtin: %x+", "function: ADDRESS")
              return (type(v) .. " " .. s):gsub("[%c\\128-\\255]", function(c) return "\\\\" .. c:byte() end)
            end
            local function run(number, code)
              local f, message = load(code, "=s")
              local r = table.pack(pcall(f or error, not f and message or nil))
              local t = {}
              for i = 1, r.n do t[i] = show(r[i]) end
              io.write(number, " ", table.concat(t, " | "), "\\n")
            end
            """;

    /** Operations on strings do not know here what their operands are called; the guide says so. */
    private static final Pattern NAMED = Pattern.compile(
            "(attempt to perform \\w+(?: operation)? on an? \\w+ value|number) \\((?:local|constant) '\\w+'\\)");

    /** Snippets whose outcome is another in Lua 5.4, by the reason the guide gives. */
    private static final List<String> KNOWN = read("differences.txt");

    @TempDir
    Path directory;

    @Test
    void scriptsSeeLua53() throws IOException, InterruptedException {
        Path lua = Path.of("/usr/bin/lua5.3");
        Assumptions.assumeTrue(Files.isExecutable(lua), "lua5.3 is missing: the language is not compared");
        List<String> snippets = new ArrayList<>(read("snippets.txt"));
        operations(snippets);
        formats(snippets);
        patterns(snippets);
        StringBuilder script = new StringBuilder(DRIVER);
        for (int i = 0; i < snippets.size(); i++) {
            script.append("run(")
                    .append(i)
                    .append(", [==[")
                    .append(snippets.get(i))
                    .append("]==])\n");
        }
        Path file = directory.resolve("snippets.lua");
        Files.writeString(file, script);
        List<String> expected = withoutNames(reference(lua, file));
        List<String> actual = withoutNames(ours(script.toString()));
        assertTrue(snippets.size() > 400, "snippets: " + snippets.size());
        assertEquals(snippets.size(), expected.size());
        assertEquals(snippets.size(), actual.size());
        Set<String> different = new TreeSet<>();
        StringBuilder told = new StringBuilder();
        for (int i = 0; i < snippets.size(); i++) {
            if (!expected.get(i).equals(actual.get(i))) {
                different.add(snippets.get(i));
                if (!KNOWN.contains(snippets.get(i))) {
                    told.append(snippets.get(i) + "\n  5.3:  " + expected.get(i) + "\n  here: " + actual.get(i) + "\n");
                }
            }
        }
        System.out.println("Lua 5.3: " + snippets.size() + " snippets, " + different.size() + " known differences");
        assertEquals("", told.toString());
        assertEquals(new TreeSet<>(KNOWN), different, "a known difference is none any more");
    }

    private static List<String> withoutNames(List<String> lines) {
        return lines.stream().map(line -> NAMED.matcher(line).replaceAll("$1")).toList();
    }

    private List<String> reference(Path lua, Path file) throws IOException, InterruptedException {
        Path out = directory.resolve("lua5.3.out");
        Process process = new ProcessBuilder(lua.toString(), file.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "lua5.3 does not end");
        return Files.readAllLines(out, StandardCharsets.ISO_8859_1);
    }

    private static List<String> ours(String script) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Thread thread = new Thread(
                null,
                () -> {
                    try (Context context = Context.newBuilder("lua")
                            .option("engine.WarnInterpreterOnly", "false")
                            .out(out)
                            .build()) {
                        context.eval("lua", script);
                    }
                },
                "lua",
                32 << 20);
        thread.start();
        thread.join();
        return out.toString(StandardCharsets.ISO_8859_1).lines().toList();
    }

    /** Every operator with operands of all kinds. */
    private static void operations(List<String> snippets) {
        String[] values = {"0", "-7", "3", "2.5", "1e308", "math.maxinteger", "'10'", "'abc'", "nil", "true", "{}"};
        String[] operators = {"+", "-", "*", "/", "//", "%", "^", "..", "&", "<<", "<", "<=", "=="};
        for (String operator : operators) {
            for (int i = 0; i < values.length; i++) {
                String other = values[(i * 7 + operator.length() * 3 + operator.charAt(0)) % values.length];
                snippets.add("local a, b = " + values[i] + ", " + other + " return a " + operator + " b");
                snippets.add("local a, b = " + other + ", " + values[i] + " return a " + operator + " b");
            }
        }
    }

    private static void formats(List<String> snippets) {
        String[] formats = {"%d", "%5i", "%-8.3f|", "%+.2e", "%g", "%x", "%#X", "%s", "%.3s", "%q", "%c", "% d", "%a"};
        String[] values = {"65", "-3", "3.0", "2.75", "'42'", "'text'", "true", "nil"};
        for (String format : formats) {
            for (String value : values) {
                snippets.add("return string.format('" + format + "', " + value + ")");
            }
        }
    }

    private static void patterns(List<String> snippets) {
        String[] patterns = {
            "%a+",
            "(%d+)%D*(%d*)",
            "^%s*(.-)%s*$",
            "[%w_]+",
            "[^,]*",
            ".-,",
            "%b()",
            "%f[%w]%w+",
            "(a*(.)%w(%s*))",
            "x*$"
        };
        String[] subjects = {"hello world", "  12, 34 ", "f(a(b))c,d_e", "", "aaa b,c"};
        for (String pattern : patterns) {
            for (String subject : subjects) {
                snippets.add("return ('" + subject + "'):find('" + pattern + "')");
                snippets.add("return ('" + subject + "'):gsub('" + pattern + "', '<%0>')");
                snippets.add("local t = {} for a, b in ('" + subject + "'):gmatch('" + pattern
                        + "') do t[#t + 1] = tostring(a) .. tostring(b) end return table.concat(t, ';')");
            }
        }
    }

    /** The lines of a resource; a line that ends in [[ or \z goes on. */
    private static List<String> read(String name) {
        try (InputStream in = Lua53Test.class.getResourceAsStream(name)) {
            List<String> lines = new ArrayList<>();
            String start = "";
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.endsWith("[[") || line.endsWith("\\z") || start.endsWith("[[\n") && line.endsWith("\\z")) {
                    start += line + "\n";
                } else if (!line.startsWith("#") && !line.isBlank()) {
                    lines.add(start + line);
                    start = "";
                }
            }
            return lines;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
