package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that send: the power fails while they run, or the other side is down for a while. */
@Timeout(180)
class NetworkJobsIT {
    private static final int INSTANCES = 150;

    @TempDir
    Path directory;

    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static String submit(Rest rest, String path, List<SampleFile> files, String more) throws Exception {
        StringBuilder ids = new StringBuilder();
        files.stream()
                .map(file -> file.ids().patient())
                .distinct()
                .forEach(id ->
                        ids.append(ids.isEmpty() ? "\"" : ", \"").append(id).append('"'));
        return rest.post(path, "{\"Asynchronous\": true, \"Resources\": [" + ids + "]" + more + "}")
                .path("ID")
                .asText();
    }

    private static List<SampleFile> upload(Rest rest, int count) throws Exception {
        List<SampleFile> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SampleFile file = SampleFile.of("jobs", i);
            rest.post("/instances", file.bytes());
            files.add(file);
        }
        return files;
    }

    @Test
    void transfersGoOnAfterAKill() throws Exception {
        int port = ServerProcess.freePorts(1)[0];
        Set<Integer> posted = ConcurrentHashMap.newKeySet();
        HttpServer peer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        peer.createContext("/instances", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            pause(10);
            posted.add(Arrays.hashCode(body));
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes());
            exchange.close();
        });
        peer.start();
        try (StoreSink sink = new StoreSink(port, 10);
                ServerProcess server = new ServerProcess(directory.resolve("server")).start()) {
            Rest rest = new Rest(server);
            List<SampleFile> files = upload(rest, INSTANCES);
            rest.put("/modalities/sink", "[\"SINK\", \"127.0.0.1\", " + port + "]");
            rest.put("/peers/peer", "[\"http://127.0.0.1:" + peer.getAddress().getPort() + "/\"]");
            String store = submit(rest, "/modalities/sink/store", files, "");
            String transfer = submit(rest, "/peers/peer/store", files, "");
            while (sink.received.size() < 5 || posted.size() < 5) {
                Thread.sleep(5);
            }
            server.kill();
            assertTrue(sink.received.size() < INSTANCES, "the kill came too late");

            server.start();
            for (String job : List.of(store, transfer)) {
                JsonNode end = rest.awaitJob(job);
                assertEquals("Success", end.path("State").asText(), end.toString());
            }
            assertEquals(INSTANCES, sink.received.size());
            assertEquals(INSTANCES, posted.size());
        } finally {
            peer.stop(0);
        }
    }

    @Test
    void aStoreIsTriedAgainUntilTheOtherSideIsBack() throws Exception {
        int port = ServerProcess.freePorts(1)[0];
        Rest rest = new Rest(SHARED.server());
        List<SampleFile> files = upload(rest, 3);
        rest.put("/modalities/sink", "[\"SINK\", \"127.0.0.1\", " + port + "]");
        String job = submit(rest, "/modalities/sink/store", files, ", \"Retries\": 20, \"RetryDelay\": 1");
        JsonNode waiting = rest.await("/jobs/" + job, "State", "Retry");
        assertEquals(9, waiting.path("ErrorCode").asInt(), waiting.toString());
        assertEquals(200, SHARED.server().get("/system").statusCode());
        try (StoreSink sink = new StoreSink(port, 0)) {
            JsonNode end = rest.awaitJob(job);
            assertEquals("Success", end.path("State").asText(), end.toString());
            assertEquals(3, sink.received.size());
        }
    }

    @Test
    void anAssociationIsUsedAgainWhileItIsOpen() throws Exception {
        int port = ServerProcess.freePorts(1)[0];
        try (StoreSink sink = new StoreSink(port, 0);
                ServerProcess server = new ServerProcess(directory.resolve("server"))
                        .with("DicomAssociationCloseDelay", 60)
                        .start()) {
            Rest rest = new Rest(server);
            rest.put("/modalities/sink", "[\"SINK\", \"127.0.0.1\", " + port + "]");
            for (int i = 0; i < 5; i++) {
                rest.post(
                        "/modalities/sink/store-straight",
                        SampleFile.of("again", i).bytes());
            }
            assertEquals(5, sink.received.size());
            assertEquals(1, sink.server().associations().size());
            // Another one is not opened beside it.
            rest.post(
                    "/modalities/sink/store-straight", SampleFile.of("again", 5).bytes());
            assertEquals(1, sink.server().connections());
        }
    }
}
