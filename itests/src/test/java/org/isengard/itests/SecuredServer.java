package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server whose users and modalities have roles: two studies of one patient, of which the first has the label A, and a study of
 * another patient. The user doctor and the AE title WARD see the first study alone; the user reader sees all and changes nothing.
 */
abstract class SecuredServer {
    private static final Map<String, String> PASSWORDS =
            Map.of("admin", "secret:1", "doctor", "sécret", "reader", "r", "sender", "s", "nobody", "n");

    @TempDir
    static Path directory;

    static ServerProcess server;
    static SampleFile seen;
    static SampleFile hidden;
    static SampleFile stranger;

    @BeforeAll
    static void start() throws Exception {
        String hash = hash("secret:1");
        server = new ServerProcess(directory)
                .with(
                        "RegisteredUsers",
                        new ServerProcess.JsonText(
                                "{\"admin\": \"" + hash
                                        + "\", \"doctor\": \"sécret\", \"reader\": \"r\", \"sender\": \"s\", \"nobody\": \"n\"}"))
                .with("OverwriteInstances", true)
                .with("ExecuteLuaEnabled", true)
                .with("DicomAlwaysAllowFind", true)
                .with("DicomAlwaysAllowGet", true)
                .with("Authorization", new ServerProcess.JsonText("""
                        {
                          "Roles": {
                            "admins": {"permissions": ["all"], "authorized-labels": ["*"]},
                            "doctors": {"permissions": ["view", "download", "anonymize", "edit-labels", "delete"],
                                        "authorized-labels": ["A"]},
                            "readers": {"permissions": ["view"], "authorized-labels": ["*"]},
                            "senders": {"permissions": ["upload"]},
                            "public": {"permissions": ["view"], "authorized-labels": ["public"]}
                          },
                          "UserRoles": {"admin": "admins", "doctor": ["doctors"], "reader": ["readers"],
                                        "sender": ["senders"]},
                          "AnonymousRoles": ["public"],
                          "ModalityRoles": {"WARD": ["doctors"], "ARCHIVE": ["admins"]},
                          "UncheckedResources": ["/tools/now"],
                          "EnableAuditLogs": true
                        }
                        """))
                .launch();
        server.awaitStatus("/studies", 200);
        seen = SampleFile.of("rights", 1);
        hidden = SampleFile.of("rights", 51);
        stranger = SampleFile.of("rights", 101);
        for (SampleFile file : List.of(seen, hidden, stranger)) {
            assertEquals(200, call("admin", "POST", "/instances", file.bytes()).statusCode());
        }
        assertEquals(
                200,
                call("admin", "PUT", "/studies/" + seen.ids().study() + "/labels/A", new byte[0])
                        .statusCode());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String hash(String password) throws Exception {
        Process tool = new ProcessBuilder(
                        Checkout.distribution().resolve("bin/isengard").toString(), "password")
                .redirectErrorStream(true)
                .start();
        tool.getOutputStream().write((password + "\n").getBytes(StandardCharsets.UTF_8));
        tool.getOutputStream().close();
        String hash = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertTrue(hash.startsWith("$argon2id$v=19$"), hash);
        return hash;
    }

    static HttpResponse<byte[]> call(String user, String method, String path, byte[] body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (user != null) {
            request.header(
                    "Authorization",
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(
                                            (user + ":" + PASSWORDS.get(user)).getBytes(StandardCharsets.UTF_8)));
        }
        return server.send(request.build());
    }

    static int status(String user, String method, String path, String body) throws Exception {
        return call(user, method, path, body == null ? null : body.getBytes(StandardCharsets.UTF_8))
                .statusCode();
    }

    static JsonNode get(String user, String path) throws Exception {
        HttpResponse<byte[]> answer = call(user, "GET", path, null);
        assertEquals(200, answer.statusCode(), () -> path + new String(answer.body(), StandardCharsets.UTF_8));
        return Rest.JSON.readTree(answer.body());
    }

    static JsonNode post(String user, String path, String body) throws Exception {
        HttpResponse<byte[]> answer = call(user, "POST", path, body.getBytes(StandardCharsets.UTF_8));
        assertEquals(200, answer.statusCode(), () -> path + new String(answer.body(), StandardCharsets.UTF_8));
        return Rest.JSON.readTree(answer.body());
    }

    static void awaitJob(String user, String job) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        CountDownLatch never = new CountDownLatch(1);
        String state = "";
        while (!state.equals("Success") && System.nanoTime() < end) {
            never.await(50, TimeUnit.MILLISECONDS);
            state = get(user, "/jobs/" + job).path("State").asText();
        }
        assertEquals("Success", state);
    }

    /** {@return how many files an archive holds} */
    static int files(byte[] zip) throws Exception {
        int count = 0;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                count++;
            }
        }
        return count;
    }

    static List<String> scu(String program, String aet, String... more) {
        List<String> words = new ArrayList<>(List.of(program, "-aet", aet, "-aec", "ISENGARD"));
        words.addAll(List.of("127.0.0.1", Integer.toString(server.dicomPort())));
        words.addAll(List.of(more));
        return words;
    }

    static Command query(String aet) throws Exception {
        return Command.run(
                directory,
                scu("findscu", aet, "-v", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID="));
    }

    static int found(String aet) throws Exception {
        return query(aet).output().split("Find Response: [0-9]+ \\(Pending\\)", -1).length - 1;
    }

    static int received(String aet, SampleFile file) throws Exception {
        Path place = java.nio.file.Files.createTempDirectory(directory, "got");
        Command.run(
                directory,
                scu(
                        "getscu",
                        aet,
                        "-S",
                        "-od",
                        place.toString(),
                        "-k",
                        "QueryRetrieveLevel=STUDY",
                        "-k",
                        "StudyInstanceUID=" + uid(file)));
        try (var files = java.nio.file.Files.list(place)) {
            return (int) files.count();
        }
    }

    static String uid(SampleFile file) throws Exception {
        return get("admin", "/studies/" + file.ids().study())
                .path("MainDicomTags")
                .path("StudyInstanceUID")
                .asText();
    }
}
