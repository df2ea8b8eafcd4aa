package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The explorer in Chromium, and the files that it consists of. */
@Timeout(300)
class ExplorerIT {
    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    @TempDir
    Path directory;

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
        ServerProcess server = SHARED.server();
        List<SampleFile> files = List.of(
                file("explorer-1", "Plain^Person", "Chest"),
                file("explorer-2", "<img src=x onerror=window.hacked=1>", "<script>window.hacked=1</script>"),
                file("explorer-3", "\"Quoted'^${7*7}{{7*7}}", "a\u202Eb"));
        for (SampleFile file : files) {
            assertEquals(200, server.post("/instances", file.bytes()).statusCode());
        }
        Path upload = file("explorer-upload", "Upload^Person", "Hand").writeTo(directory, "upload.dcm");
        BrowserProgram.run("explorer", server.uri("/"), upload.toString());
    }

    @Test
    void aPersonSendsMergesSharesAndAdministers() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("users"))) {
            String self = "\"http://127.0.0.1:" + server.httpPort();
            server.with("StableAge", 600)
                    .with("LogExportedResources", true)
                    .with("DicomScpTimeout", 0)
                    .withEnvironment("ORTHANC__NAME", "Watched server")
                    .with("RegisteredUsers", new ServerProcess.JsonText("{\"alice\": \"secret\", \"bob\": \"secret\"}"))
                    .with("Authorization", new ServerProcess.JsonText("""
                            {
                              "Roles": {
                                "admins": {"permissions": ["all"], "authorized-labels": ["*"]},
                                "readers": {"permissions": ["view"], "authorized-labels": ["*"]}
                              },
                              "UserRoles": {"alice": ["admins"], "bob": ["readers"]},
                              "EnableAuditLogs": true
                            }
                            """))
                    .with("Worklists", new ServerProcess.JsonText("{\"Enable\": true}"))
                    .with(
                            "DicomModalities",
                            new ServerProcess.JsonText(
                                    "{\"self\": {\"AET\": \"ISENGARD\", \"Host\": \"127.0.0.1\", \"Port\": "
                                            + server.dicomPort() + "}}"))
                    .with(
                            "OrthancPeers",
                            new ServerProcess.JsonText("{\"self\": [" + self + "/\", \"alice\", \"secret\"]}"))
                    .with(
                            "DicomWeb",
                            new ServerProcess.JsonText("{\"Servers\": {\"self\": {\"Url\": " + self
                                    + "/dicom-web/\", \"Username\": \"alice\", \"Password\": \"secret\"}}}"))
                    .launch();
            server.awaitStatus("/system", 401);
            server.awaitDicom();
            Path deploy = Files.createDirectories(server.runDirectory().resolve("deploy"));
            Path signal = directory.resolve("signal");
            AssociationOptions call = AssociationOptions.to("127.0.0.1", server.dicomPort())
                    .callingAet("WATCHED")
                    .calledAet("ISENGARD");
            call.propose(UID.Verification, UID.ImplicitVRLittleEndian);
            ExecutorService operator = Executors.newSingleThreadExecutor();
            try (DicomClient watched = DicomClient.open(call)) {
                watched.echo();
                Future<String> upgrade = operator.submit(() -> upgradeAfter(signal, server));
                BrowserProgram.run(
                        "actions",
                        server.uri("/"),
                        Samples.jar("05-page").toString(),
                        deploy.toString(),
                        signal.toString());
                if (Files.exists(signal)) {
                    String said = upgrade.get(60, TimeUnit.SECONDS);
                    assertTrue(said.contains("jobs is now 0.1.0.z"), said);
                }
            } finally {
                operator.shutdownNow();
            }
        }
    }

    /** Waits for the browser's signal, then upgrades two features that the page asks each second. */
    private String upgradeAfter(Path signal, ServerProcess server) throws Exception {
        new Bundles(server);
        while (!Files.exists(signal)) {
            Thread.sleep(50);
        }
        return server.shell(
                "isengard:upgrade rest " + Bundles.renewed("rest", directory),
                "isengard:upgrade jobs " + Bundles.renewed("jobs", directory));
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
