package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The test swaps all features, scripting among them: scripts hear of each instance once, and filter each instance. */
@Timeout(420)
class ScriptsSwapIT {
    private static final Pattern TOLD = Pattern.compile("told ([0-9a-f-]{44}) (\\S+)");
    private static final int PER_ASSOCIATION = 4;
    /** An event of a script passes these; HotSwapIT stops and starts all others, too. */
    private static final List<String> ON_THE_WAY = List.of("index", "ingest", "scripting");

    private static final String SCRIPT = """
            function OnStoredInstance(id, tags) print('told ' .. id .. ' ' .. tags.PatientID) end
            function ReceivedInstanceFilter(dicom) return not dicom.PatientID:find('^refused') end
            """;

    @TempDir
    Path directory;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    @Test
    void eachInstanceIsToldOnceAndNoneSlipsIn() throws Exception {
        Path home = Files.createDirectories(directory.resolve("server"));
        Files.writeString(home.resolve("script.lua"), SCRIPT);
        try (ServerProcess server = new ServerProcess(home)
                        .with("LuaScripts", new ServerProcess.JsonText("[\"script.lua\"]"))
                        .start();
                Load load = new Load()) {
            Clients clients = new Clients(server, directory);
            Bundles bundles = new Bundles(server);
            List<String> features = List.copyOf(bundles.features().keySet());
            load.client("wanted", round -> {
                SampleFile file = SampleFile.of("wanted", round);
                assertEquals("Success", upload(server, file));
                acknowledged.add(file.id());
            });
            load.client("refused", round -> {
                SampleFile file = SampleFile.of("refused", round);
                try {
                    assertEquals("FilteredOut", upload(server, file));
                } catch (HttpTimeoutException hangs) {
                    throw hangs;
                } catch (IOException cutOff) {
                    // The server stored nothing; HotSwapIT tests that connections stay open.
                    assertTrue(cutOff.getMessage().contains("received no bytes"), "" + cutOff);
                }
            });
            if (Checkout.program("storescu").isPresent()) {
                for (String prefix : List.of("dicom", "refused-dicom")) {
                    load.client(prefix, round -> {
                        List<SampleFile> files = Clients.files(prefix, round * PER_ASSOCIATION, PER_ASSOCIATION);
                        Command store = clients.storescu(files);
                        assertEquals(0, store.status(), store.output());
                        if (prefix.equals("dicom")) {
                            files.forEach(file -> acknowledged.add(file.id()));
                        }
                    });
                }
            }
            load.await(2);
            for (String feature : features) {
                load.phase("update of " + feature);
                bundles.update(feature, directory);
                load.await(2);
                if (ON_THE_WAY.contains(feature)) {
                    load.phase("stop and start of " + feature);
                    bundles.stopAndStart(feature);
                    load.await(2);
                }
            }
            Files.writeString(home.resolve("script.lua"), SCRIPT + "\n-- loaded again");
            load.phase("scripts loaded again");
            server.shell("isengard:scripts --reload");
            load.await(2);
            load.stop();
            System.out.println("swap of " + features + " under scripts: calls " + load.done());
            assertEquals(List.of(), load.failures());

            Set<String> stored = new HashSet<>();
            new Rest(server).get("/instances").forEach(id -> stored.add(id.asText()));
            assertEquals(acknowledged, stored);
            Map<String, Integer> told = told(server);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!told.keySet().equals(stored) && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(100);
                told = told(server);
            }
            assertEquals(stored, told.keySet());
            told.values().removeIf(count -> count == 1);
            assertEquals(Map.of(), told, "told more than once");
        }
    }

    /** What the script printed, by instance. */
    private static Map<String, Integer> told(ServerProcess server) throws Exception {
        Map<String, Integer> told = new TreeMap<>();
        Matcher line = TOLD.matcher(server.outputText());
        while (line.find()) {
            assertTrue(!line.group(2).startsWith("refused"), line.group());
            told.merge(line.group(1), 1, Integer::sum);
        }
        return told;
    }

    private static String upload(ServerProcess server, SampleFile file) throws Exception {
        HttpResponse<byte[]> answer = server.post("/instances", file.bytes());
        assertEquals(200, answer.statusCode(), new String(answer.body(), UTF_8));
        JsonNode json = Rest.JSON.readTree(answer.body());
        return json.path("Status").asText();
    }
}
