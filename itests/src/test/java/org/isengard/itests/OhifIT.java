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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The OHIF viewer comes as an archive that is dropped into a running server, works in Chromium, and goes with its archive. */
@Timeout(300)
class OhifIT {
    @TempDir
    static Path directory;

    private static Path archive;
    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        String version = System.getProperty("isengard.version");
        archive = Checkout.root().resolve("features/ohif/target/isengard-ohif-" + version + ".kar");
        Path bundle = Checkout.root().resolve("bundles/ohif/target/isengard-ohif-" + version + ".jar");
        try (ZipFile jar = new ZipFile(bundle.toFile())) {
            Assumptions.assumeTrue(
                    jar.getEntry("META-INF/OHIF-LICENSE") != null, "npm could not fetch the viewer when it was built");
        }
        server = new ServerProcess(directory).with("StableAge", 600).start();
        new Bundles(server);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void aPersonOpensStudiesInTheViewer() throws Exception {
        for (byte[] file : DemoStudies.few()) {
            assertEquals(200, server.post("/instances", file).statusCode());
        }
        Rest rest = new Rest(server);
        String query = "{\"Level\": \"Study\", \"Query\": {\"StudyDescription\": \"Weekly constancy test\"}}";
        String water = rest.post("/tools/find", query).path(0).asText();
        rest.post(
                "/studies/" + water + "/modify",
                "{\"Replace\": {\"StudyDescription\": \"JPEG 2000\"}, \"Transcode\": \"1.2.840.10008.1.2.4.90\"}");
        Path deploy = Files.createDirectories(server.runDirectory().resolve("deploy"));
        BrowserProgram.run("ohif", server.uri("/"), archive.toString(), deploy.toString());
    }

    @Test
    void filesHaveTheirTypesAndLifeTimes() throws Exception {
        Path dropped = Samples.deploy(server, archive, "files.kar");
        server.awaitStatus("/ohif/", 200);
        HttpResponse<byte[]> page = get("/ohif/viewer?StudyInstanceUIDs=1.2.3");
        String html = text(page);
        assertEquals("no-cache", header(page, "Cache-Control"));
        String policy = header(page, "Content-Security-Policy");
        assertTrue(policy.contains("default-src 'self'") && policy.contains("connect-src 'self'"), policy);
        assertFalse(policy.contains("http"), policy);
        assertFalse(html.contains("http"), html);
        HttpResponse<byte[]> settings = get("/ohif/app-config.js");
        assertEquals("no-cache", header(settings, "Cache-Control"));
        assertTrue(text(settings).contains("qidoRoot: address('dicom-web')"), text(settings));

        String script = html.replaceAll("(?s).*src=\"\\./(app\\.bundle\\.[^\"]+)\".*", "/ohif/$1");
        HttpResponse<byte[]> packed = get(script, "Accept-Encoding", "gzip");
        assertEquals("gzip", header(packed, "Content-Encoding"));
        assertTrue(header(packed, "Cache-Control").contains("immutable"));
        HttpResponse<byte[]> known = get(script, "Accept-Encoding", "gzip", "If-None-Match", header(packed, "ETag"));
        assertEquals(304, known.statusCode());
        String codec = text(get(script)).replaceAll("(?s).*?\"([0-9a-f]{20}\\.wasm)\".*", "/ohif/$1");
        assertEquals("application/wasm", header(get(codec), "Content-Type"));
        assertEquals("no-cache", header(get("/ohif/app.bundle.css"), "Cache-Control"));
        assertEquals(404, get("/ohif/absent.js").statusCode());
        assertEquals(404, get("/ohif/files.tsv").statusCode());
        Files.delete(dropped);
        server.awaitStatus("/ohif/", 404);
    }

    private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path));
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
