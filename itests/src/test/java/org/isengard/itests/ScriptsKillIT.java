package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The power fails while scripts route instances: all of them arrive, and what was sent and recorded is not sent again. */
@Timeout(240)
class ScriptsKillIT {
    private static final int INSTANCES = 60;
    private static final int KILLS = 2;
    /** One callback and one step of each of the four lanes may be under way when the process is killed. */
    private static final int UNDER_WAY = 5;

    @TempDir
    Path directory;

    @Test
    void whatIsRoutedArrivesAfterAKill() throws Exception {
        int port = ServerProcess.freePorts(1)[0];
        Path home = Files.createDirectories(directory.resolve("server"));
        Files.writeString(home.resolve("script.lua"), """
                function OnStoredInstance(id, tags, metadata, origin)
                  if origin.RequestOrigin ~= 'Lua' then
                    Delete(SendToModality(ModifyInstance(id, { StationName = 'routed' }, {}, false), 'sink'))
                  end
                end
                """);
        Set<String> originals = new HashSet<>();
        try (StoreSink sink = new StoreSink(port, 40);
                ServerProcess server = new ServerProcess(home)
                        .with("LuaScripts", new ServerProcess.JsonText("[\"script.lua\"]"))
                        .with("JobsHistorySize", 1000)
                        .with(
                                "DicomModalities",
                                new ServerProcess.JsonText("{\"sink\": [\"SINK\", \"127.0.0.1\", " + port + "]}"))
                        .start()) {
            for (int kill = 1; kill <= KILLS; kill++) {
                int before = sink.all.size();
                for (int i = 0; i < INSTANCES / KILLS; i++) {
                    SampleFile file = SampleFile.of("route-" + kill, i);
                    assertEquals(200, server.post("/instances", file.bytes()).statusCode());
                    originals.add(file.id());
                }
                while (sink.all.size() < before + 5) {
                    TimeUnit.MILLISECONDS.sleep(5);
                }
                server.kill();
                System.out.println("killed with " + sink.received.size() + " of " + originals.size() + " sent");
                server.start();
            }
            Rest rest = new Rest(server);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
            // All that was made was sent and deleted again.
            while (sink.received.size() < INSTANCES || rest.get("/instances").size() > INSTANCES) {
                assertTrue(
                        System.nanoTime() < end,
                        "sent " + sink.received.size() + ", there are "
                                + rest.get("/instances").size() + ": " + complaints(server));
                TimeUnit.MILLISECONDS.sleep(100);
            }
            System.out.println(
                    "routed " + INSTANCES + ": sent " + sink.all.size() + ", different " + sink.received.size());
            // At least once: what a kill met in the middle may be made or sent again, and no more than that.
            assertTrue(sink.all.size() <= INSTANCES + KILLS * UNDER_WAY, sink.all.size() + " were sent");
            Set<String> kept = new HashSet<>();
            rest.get("/instances").forEach(id -> kept.add(id.asText()));
            assertEquals(originals, kept);
        }
    }

    private static String complaints(ServerProcess server) throws Exception {
        return server.outputText()
                .lines()
                .filter(line -> line.contains("ERROR") || line.contains("WARN"))
                .collect(Collectors.joining("\n"));
    }
}
