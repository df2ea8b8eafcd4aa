package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The explorer in Debian's Chromium, driven by npm's playwright-core as a person does it. Skipped where either is missing. With
 * {@code -Disengard.screenshots=DIRECTORY} it also writes the pictures of the guide.
 */
@Timeout(300)
class ExplorerIT {
    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    private static final List<String> PACKAGES = List.of("playwright-core@1.65.1", "axe-core@4.14.1");
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    @TempDir
    Path directory;

    /** Kept between runs. */
    private static Path modules() throws IOException, InterruptedException {
        Command.assume("npm", "node");
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), CHROMIUM + " is missing (apt-get install chromium)");
        Path home = Files.createDirectories(Checkout.root().resolve("itests/target/playwright"));
        if (!Files.isDirectory(home.resolve("node_modules/axe-core"))) {
            Command install = Command.run(
                    home,
                    "npm",
                    "install",
                    "--no-save",
                    "--no-audit",
                    "--no-fund",
                    "--ignore-scripts",
                    "--prefix",
                    home.toString(),
                    PACKAGES.get(0),
                    PACKAGES.get(1));
            Assumptions.assumeTrue(install.status() == 0, "npm cannot get " + PACKAGES + ": " + install.output());
        }
        return home;
    }

    private static SampleFile file(String patient, String name, String description) {
        Attributes dataset = SampleFile.dataset(patient, 1);
        dataset.setString(Tag.SpecificCharacterSet, VR.CS, "ISO_IR 192");
        dataset.setString(Tag.PatientID, VR.LO, patient);
        dataset.setString(Tag.PatientName, VR.PN, name);
        dataset.setString(Tag.StudyDescription, VR.LO, description);
        return SampleFile.of(dataset, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    }

    @Test
    void aPersonFindsReadsChangesUploadsAndDeletes() throws Exception {
        Path home = modules();
        ServerProcess server = SHARED.server();
        List<SampleFile> files = List.of(
                file("explorer-1", "Plain^Person", "Chest"),
                file("explorer-2", "<img src=x onerror=window.hacked=1>", "<script>window.hacked=1</script>"),
                file("explorer-3", "\"Quoted'^${7*7}{{7*7}}", "a\u202Eb"));
        for (SampleFile file : files) {
            assertEquals(200, server.post("/instances", file.bytes()).statusCode());
        }
        Path upload = file("explorer-upload", "Upload^Person", "Hand").writeTo(directory, "upload.dcm");
        try (InputStream script = getClass().getResourceAsStream("/explorer.js")) {
            Files.write(home.resolve("explorer.js"), script.readAllBytes());
        }
        String output = Command.succeed(
                home,
                "node",
                "explorer.js",
                server.uri("").toString(),
                upload.toString(),
                System.getProperty("isengard.screenshots", "-"));
        for (String step : List.of(
                "root",
                "hostile",
                "filter",
                "keyboard",
                "label",
                "tags",
                "upload",
                "anonymize",
                "delete",
                "pages",
                "dark",
                "phone")) {
            assertTrue(output.contains(step + "\n"), step + " is not in " + output);
        }
        assertTrue(output.contains("complaints 0\n"), output);
    }

    private static HttpResponse<byte[]> get(ServerProcess server, String path, String... headers) throws Exception {
        return server.send(
                HttpRequest.newBuilder(server.uri(path)).headers(headers).build());
    }

    @Test
    void filesAreCompressedTaggedAndKept() throws Exception {
        ServerProcess server = SHARED.server();
        HttpResponse<byte[]> page = server.get("/app/explorer.html");
        assertEquals(200, page.statusCode());
        assertEquals("no-cache", page.headers().firstValue("Cache-Control").orElseThrow());
        String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertTrue(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), policy);
        assertTrue(policy.contains("frame-ancestors 'self'"), policy);
        String html = new String(page.body(), StandardCharsets.UTF_8);
        String script = html.replaceAll("(?s).*src=\"\\./(assets/[^\"]+)\".*", "/app/$1");
        HttpResponse<byte[]> packed = get(server, script, "Accept-Encoding", "gzip");
        assertEquals("gzip", packed.headers().firstValue("Content-Encoding").orElseThrow());
        assertTrue(packed.headers().firstValue("Cache-Control").orElseThrow().contains("immutable"));
        HttpResponse<byte[]> plain = server.get(script);
        assertTrue(plain.body().length > packed.body().length);
        String tag = packed.headers().firstValue("ETag").orElseThrow();
        assertFalse(tag.equals(plain.headers().firstValue("ETag").orElseThrow()));
        assertEquals(
                304,
                get(server, script, "Accept-Encoding", "gzip", "If-None-Match", tag)
                        .statusCode());
        assertTrue(server.get("/app/%2e%2e/web/explorer.html").statusCode() >= 400);
        assertEquals(404, server.get("/app/files.tsv").statusCode());
        assertEquals(200, server.get("/app/images/favicon.ico").statusCode());
    }

    @Test
    void optionsSwitchThePageOffOrLeadElsewhere() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("off"))
                .with("OrthancExplorerEnabled", false)
                .with("RegisteredUsers", new ServerProcess.JsonText("{ \"alice\" : \"secret\" }"))) {
            server.launch();
            server.awaitStatus("/system", 401);
            assertEquals(401, server.get("/app/explorer.html").statusCode());
            String alice = "Basic "
                    + java.util.Base64.getEncoder().encodeToString("alice:secret".getBytes(StandardCharsets.UTF_8));
            assertEquals(
                    404,
                    get(server, "/app/explorer.html", "Authorization", alice).statusCode());
            assertEquals(404, get(server, "/", "Authorization", alice).statusCode());
        }
        try (ServerProcess server = new ServerProcess(directory.resolve("elsewhere"))
                .with("OrthancExplorerUrl", "dicom-web/studies")
                .start()) {
            HttpResponse<byte[]> root = server.get("/");
            assertEquals(307, root.statusCode());
            assertEquals(
                    "dicom-web/studies", root.headers().firstValue("Location").orElseThrow());
            assertEquals(200, server.get("/app/explorer.html").statusCode());
        }
    }
}
