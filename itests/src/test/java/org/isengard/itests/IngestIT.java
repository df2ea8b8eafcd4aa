package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ways an instance comes in by HTTP, and what goes wrong on them. */
@Timeout(120)
class IngestIT {
    @TempDir
    static Path directory;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerProcess(directory.resolve("server"))
                .with("HttpCompressionEnabled", true)
                .with("OverwriteInstances", "IfChanged")
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void curlUploadsInEveryWayItKnows() throws Exception {
        Command.assume("curl");
        String url = server.uri("/instances").toString();
        Path files = directory.resolve("curl");
        SampleFile plain = SampleFile.of("curl-plain", 1);
        SampleFile expect = SampleFile.of("curl-expect", 1);
        SampleFile chunked = SampleFile.of("curl-chunked", 1);
        SampleFile gzip = SampleFile.of("curl-gzip", 1);
        String body = "@" + plain.writeTo(files, "plain");
        assertStored(plain, Command.succeed(files, "curl", "-sS", "--data-binary", body, url));
        body = "@" + expect.writeTo(files, "expect");
        assertStored(
                expect,
                Command.succeed(files, "curl", "-sS", "-H", "Expect: 100-continue", "--data-binary", body, url));
        body = chunked.writeTo(files, "chunked").toString();
        assertStored(
                chunked,
                Command.succeed(
                        files, "curl", "-sS", "-H", "Transfer-Encoding: chunked", "-X", "POST", "-T", body, url));
        Files.write(files.resolve("gzip"), gzip(gzip.bytes()));
        assertStored(
                gzip,
                Command.succeed(files, "curl", "-sS", "-H", "Content-Encoding: gzip", "--data-binary", "@gzip", url));
    }

    @Test
    void aFormMayHoldSeveralFiles() throws Exception {
        Command.assume("curl");
        SampleFile one = SampleFile.of("form", 1);
        SampleFile two = SampleFile.of("form", 2);
        Path files = directory.resolve("form");
        one.writeTo(files, "one");
        two.writeTo(files, "two");
        String status = Command.succeed(
                files,
                "curl",
                "-sS",
                "-o",
                "answer",
                "-w",
                "%{http_code}",
                "-F",
                "a=@one",
                "-F",
                "b=@two",
                server.uri("/instances").toString());
        assertEquals("200", status);
        assertKept(one);
        assertKept(two);
    }

    @Test
    void anArchiveMayHoldManyFilesAndOthers() throws Exception {
        ByteArrayOutputStream nested = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(nested)) {
            put(zip, "inner.dcm", SampleFile.of("zip-inner", 0).bytes());
        }
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            put(zip, "readme.txt", "no DICOM".getBytes(StandardCharsets.UTF_8));
            put(zip, "nested.zip", nested.toByteArray());
            put(zip, "empty", new byte[0]);
            zip.putNextEntry(new ZipEntry("directory/"));
            for (int i = 0; i < 40; i++) {
                put(zip, "directory/" + i, SampleFile.of("zip", i).bytes());
            }
        }
        HttpResponse<byte[]> answer = server.post("/instances", archive.toByteArray());
        assertEquals(200, answer.statusCode(), text(answer));
        assertEquals(40, text(answer).split("\"ParentSeries\"").length - 1, text(answer));
        for (int i = 0; i < 40; i++) {
            assertKept(SampleFile.of("zip", i));
        }
    }

    @Test
    void aNameInAnArchiveLeadsNowhere() throws Exception {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        SampleFile file = SampleFile.of("zip-slip", 1);
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            put(zip, "../../../../../../../../" + directory + "/escaped", file.bytes());
        }
        assertEquals(200, server.post("/instances", archive.toByteArray()).statusCode());
        assertKept(file);
        assertFalse(Files.exists(directory.resolve("escaped")));
    }

    @Test
    void anArchiveThatGrowsBeyondMeasureIsRefused() throws Exception {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            zip.setLevel(9);
            zip.putNextEntry(new ZipEntry("bomb"));
            byte[] zeros = new byte[1 << 20];
            for (int megabyte = 0; megabyte < 300; megabyte++) {
                zip.write(zeros);
            }
        }
        int status = server.post("/instances", archive.toByteArray()).statusCode();
        // What does not even start as DICOM is passed over unread, like any other file.
        assertTrue(status == 400 || status == 200 || status == 413, "" + status);
        assertEquals(200, server.get("/system").statusCode());
    }

    @Test
    void aBrokenArchiveIsRefused() throws Exception {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            put(zip, "one", SampleFile.of("zip-broken", 1).bytes());
        }
        byte[] cut = Arrays.copyOf(archive.toByteArray(), 200);
        assertEquals(400, server.post("/instances", cut).statusCode());
    }

    @Test
    void whatIsThereAlreadyIsSaid() throws Exception {
        SampleFile file = SampleFile.of("again", 1);
        assertTrue(text(server.post("/instances", file.bytes())).contains("\"Success\""));
        assertTrue(text(server.post("/instances", file.bytes())).contains("\"AlreadyStored\""));
    }

    @Test
    void ifChangedReplacesTheFileWhoseBytesAreOthers() throws Exception {
        SampleFile first = SampleFile.of("if-changed", 1);
        byte[] second = first.bytes().clone();
        second[second.length - 1]++;
        assertTrue(text(server.post("/instances", first.bytes())).contains("\"Success\""));
        assertTrue(text(server.post("/instances", first.bytes())).contains("\"AlreadyStored\""));
        assertTrue(text(server.post("/instances", second)).contains("\"Success\""));
        assertArrayEquals(
                second, server.get("/instances/" + first.id() + "/file").body());
        assertTrue(text(server.get("/system")).contains("\"OverwriteInstancesMode\":\"IfChanged\""));
    }

    @Test
    void theOverwriteOptionReplacesTheFile() throws Exception {
        SampleFile first = SampleFile.of("overwrite", 1);
        byte[] second = first.bytes().clone();
        second[second.length - 1]++;
        try (ServerProcess other = new ServerProcess(directory.resolve("overwriting"))
                .with("OverwriteInstances", true)
                .start()) {
            other.post("/instances", first.bytes());
            assertTrue(text(other.post("/instances", second)).contains("\"Success\""));
            assertArrayEquals(
                    second, other.get("/instances/" + first.id() + "/file").body());
        }
    }

    @Test
    void whatIsNoDicomIsRefused() throws Exception {
        SampleFile file = SampleFile.of("cut", 1);
        for (byte[] body :
                new byte[][] {{}, "no DICOM".getBytes(StandardCharsets.UTF_8), Arrays.copyOf(file.bytes(), 200)}) {
            assertEquals(400, server.post("/instances", body).statusCode(), "length " + body.length);
        }
        assertEquals(404, server.get("/instances/" + file.id()).statusCode());
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws Exception {
        SampleFile file = SampleFile.of("broken", 1);
        try (Socket socket = new Socket("127.0.0.1", server.httpPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /instances HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(file.bytes());
            out.flush();
            socket.shutdownOutput();
            // Whatever is answered, the instance is not there.
            socket.getInputStream().readAllBytes();
        }
        assertEquals(404, server.get("/instances/" + file.id()).statusCode());
    }

    @Test
    void aConnectionServesManyRequestsAlsoAfterErrors() throws Exception {
        SampleFile file = SampleFile.of("alive", 1);
        try (Socket socket = new Socket("127.0.0.1", server.httpPort())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            assertEquals(200, request(out, in, "GET /system", new byte[0]));
            assertEquals(404, request(out, in, "GET /instances/none", new byte[0]));
            assertEquals(400, request(out, in, "POST /instances", new byte[] {1, 2, 3}));
            assertEquals(200, request(out, in, "POST /instances", file.bytes()));
            assertEquals(405, request(out, in, "PUT /instances", new byte[0]));
            assertEquals(200, request(out, in, "GET /instances/" + file.id(), new byte[0]));
        }
    }

    @Test
    void everyAnswerHasTheHeadersThatProtectBrowsers() throws Exception {
        for (String path : new String[] {"/system", "/instances/none", "/no-such-route", "/"}) {
            HttpResponse<byte[]> answer = server.get(path);
            assertEquals(
                    "nosniff",
                    answer.headers().firstValue("X-Content-Type-Options").orElse(""),
                    path);
            assertTrue(answer.headers().firstValue("Content-Security-Policy").isPresent(), path);
            assertTrue(
                    answer.headers().firstValue("Access-Control-Allow-Origin").isEmpty(), path);
        }
    }

    @Test
    void theMethodsOfAPathAreTold() throws Exception {
        HttpResponse<byte[]> answer = server.send(HttpRequest.newBuilder(server.uri("/instances"))
                .PUT(BodyPublishers.noBody())
                .build());
        assertEquals(405, answer.statusCode());
        assertEquals("GET,POST", answer.headers().firstValue("Allow").orElse(""));
        HttpResponse<byte[]> head = server.send(HttpRequest.newBuilder(server.uri("/system"))
                .method("HEAD", BodyPublishers.noBody())
                .build());
        assertEquals(200, head.statusCode());
        assertEquals(0, head.body().length);
    }

    @Test
    void answersAreCompressedForThoseWhoTakeIt() throws Exception {
        HttpResponse<byte[]> plain = server.get("/tools/dicom-conformance");
        HttpResponse<byte[]> packed = server.send(HttpRequest.newBuilder(server.uri("/tools/dicom-conformance"))
                .header("Accept-Encoding", "gzip, deflate")
                .build());
        assertEquals("gzip", packed.headers().firstValue("Content-Encoding").orElse(""));
        assertTrue(packed.body().length < plain.body().length);
        assertArrayEquals(plain.body(), new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes());
    }

    private static int request(OutputStream out, InputStream in, String line, byte[] body) throws IOException {
        out.write((line + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            assertTrue(c >= 0, "closed after " + line + ": " + head);
            head.append((char) c);
        }
        int length = -1;
        boolean chunked = false;
        for (String header : head.toString().split("\r\n")) {
            if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).trim());
            }
            chunked |= header.toLowerCase(java.util.Locale.ROOT).equals("transfer-encoding: chunked");
        }
        if (chunked) {
            StringBuilder end = new StringBuilder();
            while (end.indexOf("0\r\n\r\n") < 0) {
                end.append((char) in.read());
            }
        } else {
            assertTrue(length >= 0, head.toString());
            in.readNBytes(length);
        }
        return Integer.parseInt(head.substring(9, 12));
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    private static void assertStored(SampleFile file, String answer) throws Exception {
        assertTrue(answer.contains(file.id()), answer);
        assertTrue(answer.contains("\"Success\""), answer);
        assertKept(file);
    }

    private static void assertKept(SampleFile file) throws Exception {
        assertArrayEquals(
                file.bytes(), server.get("/instances/" + file.id() + "/file").body());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
