package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The OHIF viewer comes as an archive that is dropped into a running server, works in Chromium, and goes with its archive. */
@Timeout(300)
class OhifIT {
    @TempDir
    Path directory;

    private static Path archive;

    @BeforeAll
    static void theViewerIsBuilt() throws Exception {
        archive = Checkout.root()
                .resolve("features/ohif/target/isengard-ohif-" + System.getProperty("isengard.version") + ".kar");
        Path bundle = Checkout.root()
                .resolve("bundles/ohif/target/isengard-ohif-" + System.getProperty("isengard.version") + ".jar");
        try (ZipFile jar = new ZipFile(bundle.toFile())) {
            Assumptions.assumeTrue(
                    jar.getEntry("META-INF/OHIF-LICENSE") != null, "npm could not fetch the viewer when it was built");
        }
    }

    @Test
    void aPersonOpensStudiesInTheViewer() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server")).with("StableAge", 600)) {
            server.start();
            for (byte[] file : DemoStudies.few()) {
                assertEquals(200, server.post("/instances", file).statusCode());
            }
            Rest rest = new Rest(server);
            String water = rest.post(
                            "/tools/find",
                            "{\"Level\": \"Study\", \"Query\": {\"StudyDescription\": \"Weekly constancy test\"}}")
                    .path(0)
                    .asText();
            rest.post(
                    "/studies/" + water + "/modify",
                    "{\"Replace\": {\"StudyDescription\": \"JPEG 2000\"}, \"Transcode\": \"1.2.840.10008.1.2.4.90\"}");
            new Bundles(server);
            Path deploy = Files.createDirectories(server.runDirectory().resolve("deploy"));
            BrowserProgram.run("ohif", server.uri("/"), archive.toString(), deploy.toString());
        }
    }

    @Test
    void filesHaveTheirTypesAndLifeTimesAndNeedAPassword() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server"))
                .with("RegisteredUsers", new ServerProcess.JsonText("{\"alice\": \"secret\"}"))
                .with("DicomWeb", new ServerProcess.JsonText("{\"Root\": \"/web/\"}"))) {
            server.launch();
            server.awaitStatus("/system", 401);
            new Bundles(server);
            Samples.deploy(server, archive, "ohif.kar");
            long end = System.nanoTime() + 60_000_000_000L;
            while (get(server, "/ohif/").statusCode() != 200) {
                assertTrue(System.nanoTime() < end, "not within a minute");
                Thread.sleep(50);
            }
            assertEquals(401, server.get("/ohif/").statusCode());
            assertEquals(401, server.get("/ohif/app-config.js").statusCode());

            HttpResponse<byte[]> page = get(server, "/ohif/viewer?StudyInstanceUIDs=1.2.3");
            String html = text(page);
            assertEquals("no-cache", header(page, "Cache-Control"));
            String policy = header(page, "Content-Security-Policy");
            assertTrue(policy.contains("default-src 'self'") && policy.contains("connect-src 'self'"), policy);
            assertFalse(policy.contains("http"), policy);
            assertFalse(html.contains("http"), html);
            HttpResponse<byte[]> settings = get(server, "/ohif/app-config.js");
            assertEquals("no-cache", header(settings, "Cache-Control"));
            assertTrue(text(settings).contains("qidoRoot: address('web')"), text(settings));

            String script = html.replaceAll("(?s).*src=\"\\./(app\\.bundle\\.[^\"]+)\".*", "/ohif/$1");
            HttpResponse<byte[]> packed = get(server, script, "Accept-Encoding", "gzip");
            assertEquals("gzip", header(packed, "Content-Encoding"));
            assertTrue(header(packed, "Cache-Control").contains("immutable"));
            assertEquals(
                    304,
                    get(server, script, "Accept-Encoding", "gzip", "If-None-Match", header(packed, "ETag"))
                            .statusCode());
            String codec = text(get(server, script)).replaceAll("(?s).*?\"([0-9a-f]{20}\\.wasm)\".*", "/ohif/$1");
            assertEquals("application/wasm", header(get(server, codec), "Content-Type"));
            assertEquals("no-cache", header(get(server, "/ohif/app.bundle.css"), "Cache-Control"));
            assertEquals(404, get(server, "/ohif/absent.js").statusCode());
            assertEquals(404, get(server, "/ohif/files.tsv").statusCode());
        }
    }

    private static HttpResponse<byte[]> get(ServerProcess server, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path))
                .header(
                        "Authorization",
                        "Basic "
                                + java.util.Base64.getEncoder()
                                        .encodeToString("alice:secret".getBytes(StandardCharsets.UTF_8)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return server.send(request.build());
    }

    private static String header(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
