package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's promises to an operator: exit status, one clear line, nothing written outside the run's directory. */
class StartAndStopIT {
    private static final Duration REFUSAL = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 2;

    @TempDir
    Path directory;

    /** The first start of a directory; the port opens when the first request can be answered. */
    @Test
    void aFirstStartAnswersItsFirstRequestAndTheNextStartsInTheSameDirectory() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).cold().launch()) {
            HttpResponse<byte[]> first = null;
            while (first == null && server.process().isAlive()) {
                try {
                    first = server.get("/system");
                } catch (IOException refused) {
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                }
            }
            assertEquals(200, first.statusCode());
            assertEquals(
                    "1.13.0", Rest.JSON.readTree(first.body()).path("Version").asText());
            Path users = server.runDirectory().resolve("etc/users.properties");
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(users)));
            String bundles = awaitShell(server, "bundle:list -t 0");
            assertTrue(bundles.contains("Apache Felix Http Jetty 12"), bundles);
            assertFalse(bundles.contains("Pax Web"), bundles);
            server.kill();
            server.start();
            assertEquals(0, server.stop());
            assertEquals("", server.errorText());
        }
    }

    @Test
    void startsAfterAFirstStartThatWasCutOff() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).cold()) {
            server.launch();
            Path pid = server.runDirectory().resolve("pid");
            while (!Files.exists(pid) && server.process().isAlive()) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            server.kill();
            server.start();
            assertEquals(0, server.stop());
        }
    }

    /** Both choose their port of the shell from 8101 on; each shell belongs to its own server. */
    @Test
    void twoServersStartTogetherFromOneDistributionAndLeaveItUntouched() throws Exception {
        Map<String, Long> before = files(Checkout.distribution());
        try (ServerProcess one = new ServerProcess(directory.resolve("one")).cold();
                ServerProcess two = new ServerProcess(directory.resolve("two")).cold()) {
            for (ServerProcess server : List.of(one, two)) {
                server.withEnvironment("ISENGARD_SSH_PORT", "").launch();
            }
            for (ServerProcess server : List.of(one, two)) {
                server.awaitReady();
                String shown = awaitShell(
                        server,
                        "system:property karaf.base",
                        server.runDirectory().toString());
                assertTrue(shown.contains(server.runDirectory().toString()), shown);
            }
            assertEquals(0, one.stop());
            assertEquals(200, two.get("/system").statusCode());
        }
        assertEquals(before, files(Checkout.distribution()));
    }

    @Test
    void aSecondServerInTheSameRunDirectoryOrOnTheSameIndexIsRefused() throws Exception {
        Path shared = directory.resolve("shared");
        try (ServerProcess first = storedIn(shared, "first").start();
                ServerProcess sameRun = new ServerProcess(directory.resolve("run"));
                ServerProcess sameIndex = storedIn(shared, "index")) {
            sameRun.withEnvironment("ISENGARD_DATA", first.runDirectory().toString())
                    .launch();
            assertRefused(sameRun, "another server is running in");
            sameIndex.launch();
            assertRefused(
                    sameIndex, "another server (process " + first.process().pid());
            assertEquals(200, first.get("/system").statusCode());
            assertTellsItsAddresses(first);
        }
    }

    private ServerProcess storedIn(Path storage, String name) {
        return new ServerProcess(directory.resolve(name))
                .with("StorageDirectory", storage.toString())
                .with("IndexDirectory", storage.toString());
    }

    private static void assertTellsItsAddresses(ServerProcess server) throws Exception {
        Path ready = server.runDirectory().resolve("ready");
        while (!Files.exists(ready)) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        assertEquals(
                List.of(
                        "dicom=ISENGARD at port " + server.dicomPort(),
                        "http=http://127.0.0.1:" + server.httpPort() + "/",
                        "pid=" + server.process().pid()),
                Files.readAllLines(ready));
        String line = "http://127.0.0.1:" + server.httpPort() + "/, DICOM ISENGARD at port " + server.dicomPort();
        while (!server.outputText().contains("is ready: " + line)) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    @Test
    void aTakenShellPortIsOneLineAndAFailure() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerProcess server = new ServerProcess(directory)) {
            server.withEnvironment("ISENGARD_SSH_PORT", Integer.toString(taken.getLocalPort()))
                    .launch();
            assertRefused(server, "ISENGARD_SSH_PORT");
        }
    }

    /** The calls in flight have a bounded time; whatever is left then ends with the connection. */
    @Test
    void endsWithStatusZeroUnderLoad() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).start()) {
            AtomicInteger answered = new AtomicInteger();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                int client = i;
                Thread thread = new Thread(() -> callUntilGone(server, client, answered));
                thread.start();
                clients.add(thread);
            }
            while (answered.get() < 100) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            // A body that stops in the middle is not waited for.
            try (Socket stalled = new Socket(InetAddress.getLoopbackAddress(), server.httpPort())) {
                stalled.getOutputStream()
                        .write("POST /instances HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\nDICM"
                                .getBytes(UTF_8));
                int before = answered.get();
                while (answered.get() < before + 50) {
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                }
                assertEquals(0, server.stop());
            }
            assertEquals("", server.errorText());
            assertFalse(server.outputText().contains("NoClassDefFoundError"), server.outputText());
            for (Thread client : clients) {
                client.join();
            }
        }
    }

    private static void callUntilGone(ServerProcess server, int client, AtomicInteger answered) {
        try {
            for (int i = 0; true; i++) {
                server.post("/instances", SampleFile.of("stop" + client, i).bytes());
                server.post("/tools/find", "{\"Level\":\"Instance\",\"Query\":{},\"Expand\":true}".getBytes(UTF_8));
                answered.incrementAndGet();
            }
        } catch (IOException gone) {
            // The server has ended.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aTakenHttpPortIsOneLineAndAFailure() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerProcess server = new ServerProcess(directory)) {
            server.with("HttpPort", taken.getLocalPort()).launch();
            assertRefused(server, Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void aTakenDicomPortIsOneLineAndAFailure() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerProcess server = new ServerProcess(directory)) {
            server.with("DicomPort", taken.getLocalPort()).launch();
            assertRefused(server, Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void aMissingConfigurationIsOneLineAndAFailure() throws Exception {
        try (ServerProcess server = new ServerProcess(directory)) {
            server.launch(List.of("absent.json"));
            assertRefused(server, "absent.json");
        }
    }

    /** The shell boots after the product. */
    private static String awaitShell(ServerProcess server, String command) throws Exception {
        return awaitShell(server, command, "Active");
    }

    private static String awaitShell(ServerProcess server, String command, String expected) throws Exception {
        String answer = "";
        for (int attempt = 0; attempt < 20 && !answer.contains(expected); attempt++) {
            answer = server.client(command);
        }
        return answer;
    }

    private static void assertRefused(ServerProcess server, String word) throws Exception {
        assertEquals(1, server.awaitEnd(REFUSAL));
        assertEquals(1, server.errorText().lines().count(), server.errorText());
        assertTrue(server.errorText().startsWith("isengard: "), server.errorText());
        assertTrue(server.errorText().contains(word), server.errorText());
    }

    /** Each file with the time it was last changed. */
    private static Map<String, Long> files(Path root) throws IOException {
        Map<String, Long> files = new TreeMap<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.put(file.toString(), attributes.lastModifiedTime().toMillis());
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }
}
