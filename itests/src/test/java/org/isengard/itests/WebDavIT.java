package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** WebDAV by hand, with cadaver, and with litmus. */
@Timeout(120)
class WebDavIT {
    @RegisterExtension
    static final SharedServer SHARED = SharedServer.with(Map.of("WebDavDeleteAllowed", true));

    private static final String LOCK = "<?xml version=\"1.0\"?><D:lockinfo xmlns:D=\"DAV:\"><D:lockscope><D:exclusive/>"
            + "</D:lockscope><D:locktype><D:write/></D:locktype><D:owner>me</D:owner></D:lockinfo>";

    private static final Pattern FAILURE = Pattern.compile("\\d+\\. (\\w+)\\.* FAIL");

    @TempDir
    static Path directory;

    static ServerProcess server;
    static SampleFile file;

    @BeforeAll
    static void store() throws Exception {
        server = SHARED.server();
        file = SampleFile.of("dav", 1);
        assertEquals(200, server.post("/instances", file.bytes()).statusCode());
        assertEquals(
                200, server.post("/instances", SampleFile.of("dav", 51).bytes()).statusCode());
    }

    private static HttpResponse<byte[]> call(String method, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.uri(path)).method(method, BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return server.send(request.build());
    }

    private static int status(String method, String path, String... headers) throws Exception {
        return call(method, path, "", headers).statusCode();
    }

    private static String list(String path) throws Exception {
        HttpResponse<byte[]> answer = call("PROPFIND", path, "", "Depth", "1");
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertEquals(207, answer.statusCode(), text);
        return text;
    }

    private static void assertLists(String path, String... hrefs) throws Exception {
        String text = list(path);
        for (String href : hrefs) {
            assertTrue(text.contains("<D:href>" + href + "</D:href>"), href + " is missing in " + text);
        }
    }

    @Test
    void theFoldersAreThoseOfOrthanc() throws Exception {
        HttpResponse<byte[]> options = call("OPTIONS", "/webdav/", "");
        assertEquals("1, 2", options.headers().firstValue("DAV").orElse(""));
        String[] views = {"by-dates", "by-patients", "by-studies", "by-uids", "uploads"};
        assertLists(
                "/webdav/", Arrays.stream(views).map(v -> "/webdav/" + v + "/").toArray(String[]::new));
        String patient = "/webdav/by-patients/dav-0%20-%20Test%5Edav/";
        assertLists("/webdav/by-patients", patient);
        // Two studies of the same day without description: the second one has its identifier in its name.
        assertLists(
                patient,
                patient + "20240102%20-/",
                patient + "20240102%20-%20%28"
                        + SampleFile.of("dav", 51).ids().study().substring(0, 8) + "%29/");
        assertLists(patient + "20240102%20-/", patient + "20240102%20-/OT%20-/");
        String instance = patient + "20240102%20-/OT%20-/" + file.id() + ".dcm";
        assertLists(patient + "20240102%20-/OT%20-/", instance);
        assertArrayEquals(file.bytes(), server.get(instance).body());
        assertLists("/webdav/by-dates/", "/webdav/by-dates/2024/");
        assertLists("/webdav/by-dates/2024/", "/webdav/by-dates/2024/2024-01/");
        assertLists("/webdav/by-dates/2024/2024-01/", "/webdav/by-dates/2024/2024-01/dav-0%20-%20Test%5Edav%20-/");
        assertLists("/webdav/by-studies/", "/webdav/by-studies/dav-0%20-%20Test%5Edav%20-/");
        String study = new Rest(server)
                .get("/studies/" + file.ids().study())
                .path("MainDicomTags")
                .path("StudyInstanceUID")
                .asText();
        assertLists("/webdav/by-uids/" + study, "/webdav/by-uids/" + study + "/study.json");
        HttpResponse<byte[]> json = server.get("/webdav/by-uids/" + study + "/study.json");
        assertEquals(
                file.ids().study(), Rest.JSON.readTree(json.body()).path("ID").asText());
        assertEquals(404, server.get("/webdav/by-uids/1.2.3").statusCode());
        assertEquals(404, server.get("/webdav/by-patients/").statusCode());
        assertEquals(404, status("PROPFIND", "/webdav/none", "Depth", "1"));
    }

    @Test
    void aFileIsReadByRange() throws Exception {
        String path = "/webdav/by-patients/dav-0%20-%20Test%5Edav/20240102%20-/OT%20-/" + file.id() + ".dcm";
        HttpResponse<byte[]> part = call("GET", path, "", "Range", "bytes=128-131");
        assertEquals(206, part.statusCode());
        assertEquals("DICM", new String(part.body(), StandardCharsets.US_ASCII));
        HttpResponse<byte[]> head = call("HEAD", path, "");
        assertEquals(
                file.bytes().length,
                head.headers().firstValueAsLong("Content-Length").orElse(-1));
        String tag = head.headers().firstValue("ETag").orElseThrow();
        assertEquals(304, status("GET", path, "If-None-Match", tag));
        assertEquals(416, status("GET", path, "Range", "bytes=99999999-"));
    }

    @Test
    void wrongRequestsAreRefused() throws Exception {
        HttpResponse<byte[]> endless = call("PROPFIND", "/webdav/", "", "Depth", "infinity");
        assertEquals(403, endless.statusCode());
        assertTrue(new String(endless.body(), StandardCharsets.UTF_8).contains("propfind-finite-depth"));
        assertEquals(403, status("PROPFIND", "/webdav/"));
        assertEquals(400, status("PROPFIND", "/webdav/", "Depth", "2"));
        String entity = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><D:propfind xmlns:D=\"DAV:\"><D:prop>"
                + "<D:displayname/></D:prop>&e;</D:propfind>";
        assertEquals(400, call("PROPFIND", "/webdav/", entity, "Depth", "0").statusCode());
        assertEquals(400, call("PROPFIND", "/webdav/", "<a", "Depth", "0").statusCode());
        assertEquals(
                400,
                call("PROPFIND", "/webdav/", " ".repeat(300 << 10), "Depth", "0")
                        .statusCode());
        assertEquals(403, status("MOVE", "/webdav/by-uids", "Destination", "/webdav/x"));
        assertEquals(403, status("COPY", "/webdav/by-uids", "Destination", "/webdav/x"));
        assertEquals(403, status("PUT", "/webdav/by-uids/a"));
        assertEquals(403, status("MKCOL", "/webdav/a"));
        assertEquals(403, status("DELETE", "/webdav/by-patients"));
        assertEquals(403, status("DELETE", "/webdav/uploads"));
        assertEquals(409, status("PUT", "/webdav/uploads/none/a"));
        assertEquals(400, status("REPORT", "/webdav/"));
        assertEquals(400, status("PROPFIND", "/studies", "Depth", "1"));
        assertEquals(
                403,
                status("PROPFIND", "/webdav/", "Depth", "1", "Sec-Fetch-Site", "cross-site", "Origin", "http://x"));
    }

    @Test
    void anUploadIsStoredAfterItsLockHasEnded() throws Exception {
        SampleFile upload = SampleFile.of("dav-upload", 1);
        assertEquals(201, status("MKCOL", "/webdav/uploads/new"));
        assertEquals(405, status("MKCOL", "/webdav/uploads/new"));
        HttpResponse<byte[]> lock = call("LOCK", "/webdav/uploads/new/a.dcm", LOCK, "Timeout", "Second-60");
        assertEquals(201, lock.statusCode());
        String token = lock.headers().firstValue("Lock-Token").orElseThrow();
        assertEquals(423, status("PUT", "/webdav/uploads/new/a.dcm"));
        HttpRequest put = HttpRequest.newBuilder(server.uri("/webdav/uploads/new/a.dcm"))
                .header("If", "(" + token + ")")
                .PUT(BodyPublishers.ofByteArray(upload.bytes()))
                .build();
        assertEquals(204, server.send(put).statusCode());
        String times = "<D:propertyupdate xmlns:D=\"DAV:\"><D:set><D:prop><Win32CreationTime"
                + " xmlns=\"urn:schemas-microsoft-com:\">x</Win32CreationTime></D:prop></D:set></D:propertyupdate>";
        HttpResponse<byte[]> patch = call("PROPPATCH", "/webdav/uploads/new/a.dcm", times, "If", "(" + token + ")");
        assertTrue(new String(patch.body(), StandardCharsets.UTF_8).contains("200 OK"));
        assertTrue(list("/webdav/uploads/new").contains("a.dcm"));
        assertArrayEquals(
                upload.bytes(), server.get("/webdav/uploads/new/a.dcm").body());
        assertEquals(404, server.get("/instances/" + upload.id()).statusCode());
        assertEquals(204, status("UNLOCK", "/webdav/uploads/new/a.dcm", "Lock-Token", token));
        server.awaitStatus("/instances/" + upload.id(), 200);
        server.awaitStatus("/webdav/uploads/new/a.dcm", 404);
        assertEquals(
                "WebDav",
                new String(
                        server.get("/instances/" + upload.id() + "/metadata/Origin")
                                .body(),
                        StandardCharsets.UTF_8));
        assertEquals(204, status("DELETE", "/webdav/uploads/new"));
        assertEquals(204, status("DELETE", "/webdav/by-patients/dav-upload-0%20-%20Test%5Edav-upload"));
        assertEquals(404, server.get("/instances/" + upload.id()).statusCode());
    }

    @Test
    void cadaverReadsAndWrites() throws Exception {
        Command.assume("cadaver");
        SampleFile upload = SampleFile.of("cadaver", 1);
        Path local = upload.writeTo(directory, "upload.dcm");
        Path script = Files.write(
                directory.resolve("script"),
                List.of(
                        "ls",
                        "cd by-patients",
                        "ls",
                        "cd \"dav-0 - Test^dav\"",
                        "cd \"20240102 -\"",
                        "cd \"OT -\"",
                        "get " + file.id() + ".dcm got.dcm",
                        "cd /webdav/uploads",
                        "put " + local.getFileName(),
                        "quit"));
        Command cadaver = Command.run(
                directory, "bash", "-c", "HOME=. cadaver " + server.uri("/webdav/") + " < " + script.getFileName());
        assertTrue(Files.exists(directory.resolve("got.dcm")), cadaver.output());
        assertArrayEquals(file.bytes(), Files.readAllBytes(directory.resolve("got.dcm")));
        assertTrue(cadaver.output().contains("by-uids"), cadaver.output());
        server.awaitStatus("/instances/" + upload.id(), 200);
    }

    /** The server moves and copies nothing and keeps no properties of clients: the tests of those fail, and are named. */
    @Test
    void litmusPassesWhatAServerWithoutMovesCan() throws Exception {
        Command.assume("litmus");
        Map<String, Set<String>> without = Map.of(
                "basic",
                Set.of(),
                "http",
                Set.of(),
                "props",
                Set.of("propset", "propmanyns", "propget"),
                "locks",
                Set.of("copy", "owner_modify"));
        Map<String, Set<String>> failed = new TreeMap<>();
        StringBuilder outputs = new StringBuilder();
        for (String suite : List.of("basic", "http", "props", "locks")) {
            Command litmus = Command.run(
                    directory, "bash", "-c", "TESTS=" + suite + " litmus -k " + server.uri("/webdav/uploads/"));
            assertTrue(litmus.output().contains("summary for"), litmus.output());
            outputs.append(litmus.output());
            Set<String> wrong = new TreeSet<>();
            Matcher one = FAILURE.matcher(litmus.output());
            while (one.find()) {
                if (!without.get(suite).contains(one.group(1))) {
                    wrong.add(one.group(1));
                }
            }
            failed.put(suite, wrong);
        }
        assertEquals(
                Map.of("basic", Set.of(), "http", Set.of(), "props", Set.of(), "locks", Set.of()),
                failed,
                outputs::toString);
    }
}
