package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** HTTP authentication, and access from other machines. */
@Timeout(120)
class AccessIT {
    @TempDir
    Path directory;

    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    @Test
    void registeredUsersAreAskedForTheirPassword() throws Exception {
        try (ServerProcess server = new ServerProcess(directory)
                .with("RegisteredUsers", new ServerProcess.JsonText("{ \"alice\" : \"sécret:x\" }"))
                .with("RemoteAccessAllowed", true)
                .with("HttpDescribeErrors", false)
                .launch()) {
            server.awaitStatus("/system", 401);
            assertTrue(server.get("/system")
                    .headers()
                    .firstValue("WWW-Authenticate")
                    .orElse("")
                    .startsWith("Basic "));
            assertEquals(401, as(server, "alice:wrong", "/system"));
            assertEquals(401, as(server, "bob:sécret:x", "/system"));
            assertEquals(401, as(server, "alice", "/system"));
            assertEquals(401, status(server, "Bearer x", "/system"));
            assertEquals(401, status(server, "Basic !!!", "/system"));
            assertEquals(200, as(server, "alice:sécret:x", "/system"));
            assertEquals(401, server.get("/no-such-route").statusCode());
            assertEquals(401, server.post("/instances", new byte[1]).statusCode());
            // Errors are not described here.
            var error = server.send(request(server, "/instances/none", basic("alice:sécret:x")));
            assertEquals(404, error.statusCode());
            assertEquals(0, error.body().length);
            Optional<InetAddress> other = otherAddress();
            if (other.isPresent()) {
                new Socket(other.get(), server.httpPort()).close();
            }
        }
    }

    @Test
    void onlyThisMachineIsListenedToByDefault() throws Exception {
        Optional<InetAddress> other = otherAddress();
        Assumptions.assumeTrue(other.isPresent(), "this machine has only its loopback address");
        ServerProcess server = SHARED.server();
        try (Socket socket = new Socket()) {
            assertThrows(
                    ConnectException.class,
                    () -> socket.connect(new InetSocketAddress(other.get(), server.httpPort()), 5_000));
        }
    }

    @Test
    void remoteAccessWithoutUsersIsRefused() throws Exception {
        try (ServerProcess server = new ServerProcess(directory)) {
            server.with("RemoteAccessAllowed", true).launch();
            assertEquals(1, server.awaitEnd(Duration.ofSeconds(30)));
            assertEquals(1, server.errorText().lines().count(), server.errorText());
            assertTrue(server.errorText().contains("RegisteredUsers"), server.errorText());
        }
    }

    @Test
    void developersMayOverrideThatAndAreWarned() throws Exception {
        try (ServerProcess server = new ServerProcess(directory)
                .with("RemoteAccessAllowed", true)
                .with("AuthenticationEnabled", false)
                .start()) {
            assertTrue(server.outputText().contains("REMOTE ACCESS WITHOUT AUTHENTICATION"), server.outputText());
        }
    }

    @Test
    void pagesOfOtherSitesMayNotUseABrowserOfThisMachine() throws Exception {
        ServerProcess server = SHARED.server();
        Command.assume("curl");
        String url = server.uri("/tools/lookup").toString();
        assertEquals("200", curl("--data-binary", "x", url));
        assertEquals("200", curl("-H", "Origin: http://127.0.0.1:" + server.httpPort(), "--data-binary", "x", url));
        assertEquals("403", curl("-H", "Origin: http://evil.example", "--data-binary", "x", url));
        assertEquals("403", curl("-H", "Sec-Fetch-Site: cross-site", "-X", "DELETE", url));
        assertEquals(
                "403",
                curl("-H", "Host: rebound.evil.example", server.uri("/system").toString()));
        assertEquals(
                "200", curl("-H", "Host: orthanc:8042", server.uri("/system").toString()));
    }

    private String curl(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}"));
        command.addAll(List.of(words));
        return Command.run(directory, command).output().strip();
    }

    /** A client that guesses passwords leaves a trace, waits longer and longer, and writes no line of its own into the log. */
    @Test
    void failedLoginsAreLoggedAndSlowedDownAndFilesArePrivate() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("guessed"))
                .with("RegisteredUsers", new ServerProcess.JsonText("{ \"alice\" : \"secret\" }"))
                .launch()) {
            server.awaitStatus("/system", 401);
            for (int i = 0; i < 5; i++) {
                assertEquals(401, as(server, "mallory\n2026-01-01 INFO forged:" + i, "/system"));
            }
            assertEquals(429, as(server, "mallory\n2026-01-01 INFO forged:5", "/system"));
            assertEquals(200, as(server, "alice:secret", "/system"));
            String log = Files.readString(server.runDirectory().resolve("log/isengard.log"));
            assertTrue(log.contains("The user mallory\\n2026-01-01 INFO forged could not log in from 127.0.0.1"), log);
            assertTrue(log.lines().noneMatch(line -> line.startsWith("2026-01-01 INFO forged")), log);
            // The files of the server are for its user alone: the store of ConfigAdmin holds passwords.
            assertEquals(
                    "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(server.runDirectory())));
            try (Stream<Path> files = Files.walk(directory.resolve("guessed/storage"))) {
                for (Path file : files.toList()) {
                    String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                    assertTrue(permissions.endsWith("------"), file + " is " + permissions);
                }
            }
        }
    }

    /** Nothing is stored, changed or deleted, by whatever door; reading goes on. */
    @Test
    void aReadOnlyServerChangesNothing() throws Exception {
        SampleFile file = SampleFile.of("read-only", 1);
        Path place = directory.resolve("read-only");
        Files.createDirectories(place);
        try (ServerProcess server = new ServerProcess(place).start()) {
            assertEquals(200, server.post("/instances", file.bytes()).statusCode());
        }
        try (ServerProcess server =
                new ServerProcess(place).with("ReadOnly", true).start()) {
            String study = "/studies/" + file.ids().study();
            assertTrue(new Rest(server).get("/system").path("ReadOnly").asBoolean());
            assertEquals(
                    403,
                    server.post("/instances", SampleFile.of("read-only", 51).bytes())
                            .statusCode());
            assertEquals(403, server.post("/instances", file.bytes()).statusCode());
            assertEquals(403, server.delete(study).statusCode());
            assertEquals(403, server.delete("/changes").statusCode());
            assertEquals(
                    403, server.put(study + "/metadata/1024", "x".getBytes()).statusCode());
            assertEquals(
                    403, server.put(study + "/attachments/1024", "x".getBytes()).statusCode());
            assertEquals(403, server.put(study + "/labels/x", new byte[0]).statusCode());
            assertEquals(
                    403,
                    server.put("/patients/" + file.ids().patient() + "/protected", "1".getBytes())
                            .statusCode());
            assertTrue(server.post(study + "/anonymize", "{}".getBytes()).statusCode() >= 400);
            assertTrue(server.post("/tools/create-dicom", "{\"Tags\": {\"PatientName\": \"x\"}}".getBytes())
                            .statusCode()
                    >= 400);
            server.post("/tools/bulk-delete", ("{\"Resources\": [\"" + file.id() + "\"]}").getBytes());
            assertEquals(1, new Rest(server).get("/instances").size());
            assertEquals(200, server.get("/instances/" + file.id() + "/file").statusCode());
            assertEquals(200, server.get(study + "/archive").statusCode());
            if (Checkout.program("storescu").isPresent()) {
                Path dicom = place.resolve("new.dcm");
                Files.write(dicom, SampleFile.of("read-only", 51).bytes());
                Command store = Command.run(
                        place,
                        "storescu",
                        "-aec",
                        "ISENGARD",
                        "127.0.0.1",
                        Integer.toString(server.dicomPort()),
                        dicom.toString());
                assertTrue(store.status() != 0, store.output());
                assertEquals(1, new Rest(server).get("/instances").size());
            }
        }
    }

    private static int as(ServerProcess server, String credentials, String path) throws Exception {
        return status(server, basic(credentials), path);
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private static int status(ServerProcess server, String authorization, String path) throws Exception {
        return server.send(request(server, path, authorization)).statusCode();
    }

    private static HttpRequest request(ServerProcess server, String path, String authorization) {
        return HttpRequest.newBuilder(server.uri(path))
                .header("Authorization", authorization)
                .build();
    }

    private static Optional<InetAddress> otherAddress() throws IOException {
        return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(card -> Collections.list(card.getInetAddresses()).stream())
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .findFirst();
    }
}
