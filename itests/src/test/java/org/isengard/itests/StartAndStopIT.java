package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's promises to an operator: exit status, one clear line, nothing written outside the run's directory. */
class StartAndStopIT {
    private static final Duration REFUSAL = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void answersAndEndsWithStatusZeroOnTheTermSignal() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).cold().start()) {
            String system = new String(server.get("/system").body(), UTF_8);
            assertTrue(
                    system.contains("\"Version\" : \"1.13.0\"") || system.contains("\"Version\":\"1.13.0\""), system);
            assertEquals(0, server.stop());
            assertEquals("", server.errorText());
        }
    }

    @Test
    void aRequestAsSoonAsThePortOpensIsAnswered() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).cold().launch()) {
            int status = 0;
            while (status == 0 && server.process().isAlive()) {
                try {
                    status = server.get("/system").statusCode();
                } catch (IOException refused) {
                    Thread.onSpinWait();
                }
            }
            assertEquals(200, status);
        }
    }

    @Test
    void startsAgainInTheSameDirectory() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).cold()) {
            server.start().kill();
            server.start();
            assertEquals(0, server.stop());
        }
    }

    @Test
    void startsAfterAFirstStartThatWasCutOff() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).cold()) {
            server.launch();
            Path pid = server.runDirectory().resolve("pid");
            while (!Files.exists(pid) && server.process().isAlive()) {
                Thread.onSpinWait();
            }
            server.kill();
            server.start();
            assertEquals(0, server.stop());
        }
    }

    @Test
    void twoServersRunSideBySideFromOneDistributionAndLeaveItUntouched() throws Exception {
        Map<String, Long> before = files(Checkout.distribution());
        try (ServerProcess one = new ServerProcess(directory.resolve("one")).cold();
                ServerProcess two = new ServerProcess(directory.resolve("two")).cold()) {
            one.launch();
            two.launch();
            one.awaitReady();
            two.awaitReady();
            assertEquals(0, one.stop());
            assertEquals(200, two.get("/system").statusCode());
            assertEquals(0, two.stop());
        }
        assertEquals(before, files(Checkout.distribution()));
    }

    @Test
    void aSecondServerInTheSameRunDirectoryIsRefused() throws Exception {
        try (ServerProcess first = new ServerProcess(directory).cold().start();
                ServerProcess second = new ServerProcess(directory.resolve("second")).cold()) {
            second.withEnvironment("ISENGARD_DATA", first.runDirectory().toString())
                    .launch();
            assertRefused(second, "another server is running in");
            assertEquals(200, first.get("/system").statusCode());
        }
    }

    @Test
    void aSecondServerOnTheSameIndexIsOneLineThatNamesTheFirst() throws Exception {
        try (ServerProcess first = new ServerProcess(directory.resolve("first"))
                        .with("StorageDirectory", directory.resolve("shared").toString())
                        .with("IndexDirectory", directory.resolve("shared").toString())
                        .start();
                ServerProcess second = new ServerProcess(directory.resolve("second"))
                        .with("StorageDirectory", directory.resolve("shared").toString())
                        .with("IndexDirectory", directory.resolve("shared").toString())) {
            second.launch();
            assertRefused(second, "another server (process " + first.process().pid());
            assertEquals(200, first.get("/system").statusCode());
        }
    }

    /** Both choose their port of the shell from 8101 on; each shell belongs to its own server. */
    @Test
    void serversThatStartTogetherHaveShellsOfTheirOwn() throws Exception {
        List<ServerProcess> servers = new ArrayList<>();
        try {
            for (String name : List.of("one", "two", "three")) {
                servers.add(new ServerProcess(directory.resolve(name))
                        .withEnvironment("ISENGARD_SSH_PORT", "")
                        .launch());
            }
            for (ServerProcess server : servers) {
                server.awaitReady();
                String shown = server.client("system:property karaf.base");
                assertTrue(shown.contains(server.runDirectory().toString()), shown);
            }
        } finally {
            servers.forEach(ServerProcess::close);
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

    @Test
    void oneLineTellsTheAddressesOnceTheServerIsReady() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).start()) {
            Path ready = server.runDirectory().resolve("ready");
            while (!Files.exists(ready)) {
                Thread.onSpinWait();
            }
            assertEquals(
                    List.of(
                            "dicom=ISENGARD at port " + server.dicomPort(),
                            "http=http://127.0.0.1:" + server.httpPort() + "/",
                            "pid=" + server.process().pid()),
                    Files.readAllLines(ready));
            String line = "http://127.0.0.1:" + server.httpPort() + "/, DICOM ISENGARD at port " + server.dicomPort();
            while (!server.outputText().contains("is ready: " + line)) {
                Thread.onSpinWait();
            }
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
                Thread.onSpinWait();
            }
            assertEquals(0, server.stop());
            assertEquals("", server.errorText());
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
                ServerProcess server = new ServerProcess(directory).cold()) {
            server.with("HttpPort", taken.getLocalPort()).launch();
            assertRefused(server, Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void aTakenDicomPortIsOneLineAndAFailure() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerProcess server = new ServerProcess(directory).cold()) {
            server.with("DicomPort", taken.getLocalPort()).launch();
            assertRefused(server, Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void anOptionOfTheWrongTypeIsOneLineAndAFailure() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).cold()) {
            server.with("DicomAet", 12).launch();
            assertRefused(server, "DicomAet");
        }
    }

    @Test
    void aMissingConfigurationIsOneLineAndAFailure() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).cold()) {
            server.launch(List.of("absent.json"));
            assertRefused(server, "absent.json");
        }
    }

    @Test
    void theShellAnswersToTheGeneratedPasswordThatOnlyTheOwnerReads() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).cold().start()) {
            Path users = server.runDirectory().resolve("etc/users.properties");
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(users)));
            String bundles = awaitShell(server, "bundle:list -t 0");
            assertTrue(bundles.contains("Apache Felix Http Jetty 12"), bundles);
            assertFalse(bundles.contains("Pax Web"), bundles);
        }
    }

    /** The shell boots after the product. */
    private static String awaitShell(ServerProcess server, String command) throws Exception {
        String answer = "";
        for (int attempt = 0; attempt < 20 && !answer.contains("Active"); attempt++) {
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
