package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server with its index on PostgreSQL. */
@Timeout(240)
class PostgresIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final Queue<SampleFile> acknowledged = new ConcurrentLinkedQueue<>();

    @Test
    void whatWasAcknowledgedIsThereWhenServerAndDatabaseWereKilled() throws Exception {
        try (PostgresProcess database = new PostgresProcess();
                ServerProcess server =
                        new ServerProcess(directory.resolve("one")).with("PostgreSQL", database.section(""))) {
            server.start();
            assertFalse(Files.exists(directory.resolve("one/storage/isengard.db")), "the embedded index is not made");
            Semaphore progress = new Semaphore(0);
            List<Thread> clients = new ArrayList<>();
            for (int client = 0; client < 3; client++) {
                String prefix = "postgres-" + client;
                clients.add(new Thread(() -> upload(server, prefix, progress), prefix));
            }
            clients.forEach(Thread::start);
            assertTrue(progress.tryAcquire(60, 60, TimeUnit.SECONDS));
            // The database goes and comes back: clients wait, none hears of it.
            database.stop();
            database.start();
            progress.drainPermits();
            assertTrue(progress.tryAcquire(60, 60, TimeUnit.SECONDS), "no instance after the database came back");
            server.kill();
            for (Thread client : clients) {
                client.join();
            }
            server.start();
            for (SampleFile file : acknowledged) {
                assertEquals(
                        file.md5(),
                        new String(
                                server.get("/instances/" + file.id() + "/attachments/dicom/md5")
                                        .body(),
                                StandardCharsets.UTF_8));
            }
            JsonNode statistics = json(server.get("/statistics").body());
            int found = find(server, "{\"Level\": \"Instance\", \"Query\": {\"PatientID\": \"*\"}}")
                    .size();
            assertEquals(statistics.path("CountInstances").asInt(), found);
            assertTrue(found >= acknowledged.size());
            String check = server.shell("isengard:check --md5");
            assertTrue(check.contains("0 missing or damaged files"), check);

            String patient = find(server, "{\"Level\": \"Patient\", \"Query\": {\"PatientID\": \"*\"}}")
                    .path(0)
                    .asText();
            assertEquals(200, server.delete("/patients/" + patient).statusCode());
            assertEquals(404, server.get("/patients/" + patient).statusCode());
            assertEquals(0, server.stop());
        }
    }

    private void upload(ServerProcess server, String prefix, Semaphore progress) {
        try {
            for (int i = 0; server.process().isAlive(); i++) {
                SampleFile file = SampleFile.of(prefix, i);
                int status = server.post("/instances", file.bytes()).statusCode();
                assertEquals(200, status, prefix);
                acknowledged.add(file);
                progress.release();
            }
        } catch (IOException gone) {
            // The server was killed: what is not acknowledged may be lost.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Scripts hear of what their own server did: a gap in the numbers of the log is what the other server did. */
    @Test
    void twoServersShareOneIndexAndOneStorageAndEachTellsItsScriptsWhatItDid() throws Exception {
        try (PostgresProcess database = new PostgresProcess();
                ServerProcess one = scripted(sharing(database, "one"), "one");
                ServerProcess two = scripted(sharing(database, "two"), "two")) {
            one.start();
            two.start();
            Map<ServerProcess, Set<String>> stored = Map.of(one, new TreeSet<>(), two, new TreeSet<>());
            for (int i = 0; i < 10; i++) {
                ServerProcess writer = i % 2 == 0 ? one : two;
                ServerProcess reader = i % 2 == 0 ? two : one;
                SampleFile file = SampleFile.of("shared", i);
                assertEquals(200, writer.post("/instances", file.bytes()).statusCode());
                JsonNode series =
                        json(reader.get("/series/" + file.ids().series()).body());
                assertEquals(i + 1, series.path("Instances").size());
                JsonNode read = json(reader.get("/instances/" + file.id()).body());
                assertEquals(file.id(), read.path("ID").asText());
                JsonNode statistics = json(reader.get("/statistics").body());
                assertEquals(i + 1, statistics.path("CountInstances").asInt());
                stored.get(writer).add(file.id());
                awaitTold(writer, file.id());
            }
            for (ServerProcess server : List.of(one, two)) {
                assertEquals(stored.get(server), Set.copyOf(told(server)));
                assertEquals(5, told(server).size());
            }
            String first = "/instances/" + SampleFile.of("shared", 0).id();
            assertEquals(200, two.delete(first).statusCode());
            assertEquals(404, one.get(first).statusCode());
            // Neither is one told of what the other did while it was away.
            assertEquals(0, one.stop());
            assertEquals(
                    200,
                    two.post("/instances", SampleFile.of("shared", 10).bytes()).statusCode());
            one.start();
            SampleFile last = SampleFile.of("shared", 11);
            assertEquals(200, one.post("/instances", last.bytes()).statusCode());
            stored.get(one).add(last.id());
            awaitTold(one, last.id());
            assertEquals(stored.get(one), Set.copyOf(told(one)));
        }
    }

    private ServerProcess scripted(ServerProcess server, String name) throws IOException {
        Path home = Files.createDirectories(directory.resolve(name));
        Files.writeString(home.resolve("script.lua"), "function OnStoredInstance(id) print('told ' .. id) end");
        return server.with("LuaScripts", new ServerProcess.JsonText("[\"script.lua\"]"));
    }

    private static List<String> told(ServerProcess server) throws IOException {
        return Pattern.compile("told ([0-9a-f-]{44})")
                .matcher(server.outputText())
                .results()
                .map(line -> line.group(1))
                .toList();
    }

    private static void awaitTold(ServerProcess server, String id) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!told(server).contains(id)) {
            assertTrue(System.nanoTime() < end, id + " is not told");
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private ServerProcess sharing(PostgresProcess database, String name) {
        return new ServerProcess(directory.resolve(name))
                .with("StorageDirectory", directory.resolve("storage").toString())
                .with("PostgreSQL", database.section(", \"Lock\": false, \"IndexConnectionsCount\": 8"));
    }

    @Test
    void aDatabaseThatCannotBeReachedEndsTheStartWithOneLine() throws Exception {
        int nobody = ServerProcess.freePorts(1)[0];
        try (ServerProcess server = new ServerProcess(directory)
                .with(
                        "PostgreSQL",
                        new ServerProcess.JsonText("{\"EnableIndex\": true, \"Host\": \"127.0.0.1\", \"Port\": "
                                + nobody + ", \"MaximumConnectionRetries\": 1, \"ConnectionRetryInterval\": 1}"))) {
            server.launch();
            assertNotEquals(0, server.awaitEnd(Duration.ofSeconds(60)));
            String said = server.errorText();
            assertTrue(said.contains("127.0.0.1:" + nobody + "/orthanc"), said);
            assertEquals(1, said.lines().count(), said);
        }
    }

    private static JsonNode find(ServerProcess server, String query) throws Exception {
        return json(server.post("/tools/find", query.getBytes(StandardCharsets.UTF_8))
                .body());
    }

    private static JsonNode json(byte[] body) throws IOException {
        return JSON.readTree(body);
    }
}
