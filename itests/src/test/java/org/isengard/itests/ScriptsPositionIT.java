package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scripts are told what comes after what they were told, also when the index is another one than it was. */
@Timeout(180)
class ScriptsPositionIT {
    private static final Pattern TOLD = Pattern.compile("told ([0-9a-f-]{44})");

    @TempDir
    Path directory;

    private final List<String> wanted = new ArrayList<>();

    @Test
    void anExchangedIndexIsFollowedFromItsEnd() throws Exception {
        Path position = directory.resolve("first/storage/scripts/position");
        try (ServerProcess first = server("first", true).start()) {
            upload(first, "first", 0, 3);
            assertEquals(wanted, told(first));
            assertEquals(0, first.stop());
        }
        wanted.clear();
        Path storage = directory.resolve("second/storage");
        try (ServerProcess second = server("second", false).start()) {
            for (int i = 0; i < 12; i++) {
                assertEquals(
                        200,
                        second.post("/instances", SampleFile.of("old", i).bytes())
                                .statusCode());
            }
            assertEquals(0, second.stop());
        }
        Files.createDirectories(storage.resolve("scripts"));
        Files.copy(position, storage.resolve("scripts/position"));
        try (ServerProcess second = server("second", true).start()) {
            upload(second, "new", 0, 2);
            assertEquals(wanted, told(second));
            assertEquals(0, second.stop());
            // The index begins again: its numbers are below the position.
            try (Stream<Path> files = Files.list(storage)) {
                for (Path file : files.filter(f -> f.getFileName().toString().startsWith("isengard.db"))
                        .toList()) {
                    Files.delete(file);
                }
            }
            second.start();
            upload(second, "anew", 0, 2);
            assertEquals(wanted, told(second));
        }
    }

    @Test
    void whatWasAcknowledgedBeforeAKillIsToldAfterwards() throws Exception {
        try (ServerProcess server = server("server", true)) {
            Files.writeString(directory.resolve("server/script.lua"), """
                    function OnStoredInstance(id)
                      print('told ' .. id)
                      HttpGet('http://127.0.0.1:%d/')
                    end
                    """.formatted(ServerProcess.freePorts(1)[0]));
            server.start();
            for (int i = 0; i < 30; i++) {
                SampleFile file = SampleFile.of("kill", i);
                wanted.add(file.id());
                assertEquals(200, server.post("/instances", file.bytes()).statusCode());
            }
            server.kill();
            server.start();
            await(server, wanted.get(29));
            List<String> told = told(server);
            assertEquals(wanted, told.stream().distinct().toList());
            // The one under way may be told twice.
            assertTrue(told.size() <= wanted.size() + 1, "" + told.size());
        }
    }

    private ServerProcess server(String name, boolean scripted) throws Exception {
        Path home = Files.createDirectories(directory.resolve(name));
        Files.writeString(home.resolve("script.lua"), "function OnStoredInstance(id) print('told ' .. id) end");
        return new ServerProcess(home)
                .with("LuaScripts", new ServerProcess.JsonText(scripted ? "[\"script.lua\"]" : "[]"));
    }

    private void upload(ServerProcess server, String prefix, int from, int count) throws Exception {
        for (int i = from; i < from + count; i++) {
            SampleFile file = SampleFile.of(prefix, i);
            assertEquals(200, server.post("/instances", file.bytes()).statusCode());
            wanted.add(file.id());
        }
        await(server, wanted.get(wanted.size() - 1));
    }

    private static void await(ServerProcess server, String id) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!told(server).contains(id)) {
            assertTrue(System.nanoTime() < end, id + " is not told");
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static List<String> told(ServerProcess server) throws Exception {
        return TOLD.matcher(server.outputText())
                .results()
                .map(line -> line.group(1))
                .toList();
    }
}
