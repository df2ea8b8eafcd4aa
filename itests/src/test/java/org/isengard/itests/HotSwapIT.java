package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The test replaces, stops and starts one feature after the other while clients work: no call of a client fails. */
@Timeout(420)
class HotSwapIT {
    @TempDir
    Path directory;

    @Test
    void noClientNoticesTheSwapOfAFeature() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server"))
                        .with("DicomAlwaysAllowFind", true)
                        .with("DicomAlwaysAllowFindWorklist", true)
                        .with("Worklists", new ServerProcess.JsonText("{\"Enable\": true}"))
                        .start();
                Load load = new Load()) {
            Clients clients = new Clients(server, directory);
            clients.sow();
            Bundles bundles = new Bundles(server);
            List<String> features = List.copyOf(bundles.features().keySet());
            assertTrue(
                    features.containsAll(List.of(
                            "dicomweb", "explorer", "index", "ingest", "networking", "rest", "storage", "webdav")),
                    "" + features);
            clients.start(load);
            clients.queryWorklist(load);
            load.await(2);
            for (String feature : features) {
                load.phase("update of " + feature);
                bundles.update(feature, directory);
                load.await(2);
                load.phase("stop and start of " + feature);
                bundles.stopAndStart(feature);
                load.await(2);
            }
            load.phase("end");
            load.stop();
            System.out.println("hot swap of " + features + ": calls " + load.done() + ", failures "
                    + load.failures().size());
            assertEquals(List.of(), load.failures());
            assertEquals(features, List.copyOf(bundles.features().keySet()));
            clients.assertAllStored();
        }
    }

    @Test
    void anUploadInFlightFinishesBeforeItsFeatureLeaves() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server")).start()) {
            for (String feature : List.of("ingest", "index", "rest")) {
                SampleFile file = SampleFile.of("flight-" + feature, 1);
                String answer = uploadAround(server, file, feature);
                assertTrue(answer.startsWith("HTTP/1.1 200"), feature + ": " + answer);
                assertTrue(answer.contains(file.id()), feature + ": " + answer);
                assertEquals(
                        200, server.get("/instances/" + file.id() + "/file").statusCode(), feature);
            }
        }
    }

    @Test
    void aDownloadInFlightFinishesBeforeItsFeatureLeaves() throws Exception {
        byte[] large = LargeFile.bytes(24 << 20);
        try (ServerProcess server = new ServerProcess(directory.resolve("server")).start()) {
            String id = LargeFile.id(server.post("/instances", large).body());
            for (String feature : List.of("storage", "rest")) {
                assertEquals(SampleFile.md5(large), SampleFile.md5(downloadAround(server, id, feature)), feature);
            }
        }
    }

    @Test
    void aFeatureThatStaysAwayIsToldAfterABoundedWait() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server"))
                .withEnvironment("ISENGARD_JAVA_OPTS", "-Disengard.swap.seconds=2")
                .start()) {
            Clients clients = new Clients(server, directory);
            clients.sow();
            Bundles bundles = new Bundles(server);
            bundles.stop("ingest");
            assertAway(server.post("/instances", clients.sown(0).bytes()));
            assertEquals(200, server.get("/instances").statusCode());
            if (Checkout.program("storescu").isPresent()) {
                Command store = clients.storescu(Clients.files("away", 0, 1));
                assertTrue(store.status() != 0, store.output());
                assertTrue(store.output().contains("Refused: OutOfResources"), store.output());
            }
            bundles.stop("index");
            assertAway(server.get("/studies"));
            // This call is answered at once: the wait counts from the moment when the feature stopped.
            assertAway(server.get("/studies"));
            assertEquals(200, server.get("/system").statusCode());
            assertEquals(404, server.get("/no-such-thing").statusCode());
            bundles.start("index");
            bundles.start("ingest");
            assertEquals(200, server.get("/studies").statusCode());
            assertEquals(200, server.post("/instances", clients.sown(0).bytes()).statusCode());
        }
    }

    @Test
    void aRequestWithoutAPasswordIsRefusedWhileRestIsSwapped() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server"))
                .with("RegisteredUsers", new ServerProcess.JsonText("{ \"alice\" : \"secret\" }"))
                .withEnvironment("ISENGARD_JAVA_OPTS", "-Disengard.swap.seconds=2")) {
            server.launch();
            server.awaitStatus("/system", 401);
            Bundles bundles = new Bundles(server);
            bundles.all();
            bundles.stop("rest");
            assertAway(server.get("/instances"));
            bundles.start("rest");
            server.awaitStatus("/instances", 401);
        }
    }

    private static void assertAway(HttpResponse<byte[]> answer) {
        assertEquals(503, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
        assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    }

    /** Sends the first half of a file, has the feature replaced, and sends the other half. */
    private String uploadAround(ServerProcess server, SampleFile file, String feature) throws Exception {
        ExecutorService operator = Executors.newSingleThreadExecutor();
        try (Socket socket = new Socket("127.0.0.1", server.httpPort())) {
            OutputStream out = socket.getOutputStream();
            int half = file.bytes().length / 2;
            out.write(("POST /instances HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                            + file.bytes().length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(file.bytes(), 0, half);
            out.flush();
            Future<?> swap = swap(server, feature, operator);
            out.write(file.bytes(), half, file.bytes().length - half);
            out.flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            swap.get(60, TimeUnit.SECONDS);
            return answer;
        } finally {
            operator.shutdownNow();
        }
    }

    /** Reads a little of a file, has the feature replaced, and reads the rest. */
    private byte[] downloadAround(ServerProcess server, String id, String feature) throws Exception {
        ExecutorService operator = Executors.newSingleThreadExecutor();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(1 << 14);
            socket.connect(new java.net.InetSocketAddress("127.0.0.1", server.httpPort()));
            socket.getOutputStream()
                    .write(("GET /instances/" + id + "/file HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                assertTrue(c >= 0, head.toString());
                head.append((char) c);
            }
            assertTrue(head.toString().startsWith("HTTP/1.1 200"), head.toString());
            byte[] first = in.readNBytes(1000);
            Future<?> swap = swap(server, feature, operator);
            byte[] rest = in.readAllBytes();
            swap.get(60, TimeUnit.SECONDS);
            byte[] all = java.util.Arrays.copyOf(first, first.length + rest.length);
            System.arraycopy(rest, 0, all, first.length, rest.length);
            return all;
        } finally {
            operator.shutdownNow();
        }
    }

    /** Starts the replacement and gives it time to meet the call in flight. */
    private Future<?> swap(ServerProcess server, String feature, ExecutorService operator) throws Exception {
        Bundles bundles = new Bundles(server);
        Future<?> swap = operator.submit(() -> {
            bundles.update(feature, directory);
            return null;
        });
        new CountDownLatch(1).await(3, TimeUnit.SECONDS);
        return swap;
    }
}
