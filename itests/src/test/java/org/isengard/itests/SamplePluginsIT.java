package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each sample of the plugin SDK does in the server what its text says. */
@Timeout(120)
class SamplePluginsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path directory;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerProcess(directory.resolve("server"))
                .with("StableAge", 1)
                .with("ExecuteLuaEnabled", true)
                .with("DicomModalities", new ServerProcess.JsonText("{}"))
                .with("refuse-modalities", new ServerProcess.JsonText("{\"Modalities\": [\"SR\"]}"))
                .with("mirror", new ServerProcess.JsonText("{\"Directory\": \"" + directory.resolve("second") + "\"}"))
                .with(
                        "csv-worklist",
                        new ServerProcess.JsonText("{\"File\": \"" + directory.resolve("worklist.csv") + "\"}"))
                .with("DicomAlwaysAllowFindWorklist", true)
                .with("forward", new ServerProcess.JsonText("{\"Modality\": \"itself\"}"))
                .start();
        assertEquals(
                200,
                server.put(
                                "/modalities/itself",
                                ("[\"ISENGARD\", \"127.0.0.1\", " + server.dicomPort() + "]").getBytes(UTF_8))
                        .statusCode());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void refusedModalitiesStayOutAndTheOptionsChangeLive() throws Exception {
        Samples.deploy(server, "02-refuse");
        awaitState("refuse-modalities", "Active");
        SampleFile ct = SampleFile.of("refuse", 1);
        Attributes report = SampleFile.dataset("refuse", 2);
        report.setString(Tag.Modality, VR.CS, "SR");
        SampleFile sr = SampleFile.of(report, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        assertEquals("Success", upload(ct).path("Status").asText());
        assertEquals("FilteredOut", upload(sr).path("Status").asText());

        Path config = directory.resolve("server/config.json");
        Files.writeString(config, Files.readString(config).replace("[\"SR\"]", "[\"MR\"]"));
        new Bundles(server).all();
        String said = server.shell("isengard:config --reload");
        assertTrue(said.contains("Changed: refuse-modalities"), said);
        eventually(() -> "Success".equals(upload(sr).path("Status").asText()));
    }

    @Test
    void aJobOfAPluginRunsAndWaitsWhileThePluginIsAway() throws Exception {
        upload(SampleFile.of("count", 1));
        Path jar = Samples.deploy(server, "03-count");
        awaitState("count", "Active");
        JsonNode content = json(server.post("/count", "{}".getBytes(UTF_8)));
        assertTrue(content.path("Instances").asLong() >= 1, content.toString());
        assertTrue(content.path("Bytes").asLong() > 0, content.toString());
        Files.delete(jar);
        server.awaitStatus("/plugins/count", 404);
    }

    @Test
    void whatComesInIsEditedBeforeItIsStored() throws Exception {
        Path jar = Samples.deploy(server, "11-pseudonym");
        awaitState("pseudonym", "Active");
        JsonNode first = upload(SampleFile.of("pseudonym", 1));
        JsonNode second = upload(SampleFile.of("pseudonym", 2));
        assertEquals("Success", first.path("Status").asText(), first.toString());
        assertEquals(first.path("ParentPatient"), second.path("ParentPatient"));
        JsonNode patient =
                json(server.get("/patients/" + first.path("ParentPatient").asText()));
        String pseudonym = patient.path("MainDicomTags").path("PatientID").asText();
        assertTrue(pseudonym.matches("P[0-9]+"), patient.toString());
        assertEquals(
                pseudonym, patient.path("MainDicomTags").path("PatientName").asText());
        // The store that the plugin writes to is the one of scripts.
        String came = SampleFile.dataset("pseudonym", 1).getString(Tag.PatientID, "");
        String script = "print(GetKeyValue('pseudonym', 'id:%s'), GetKeyValue('pseudonym', 'none'))".formatted(came);
        HttpResponse<byte[]> printed = server.post("/tools/execute-script", script.getBytes(UTF_8));
        assertEquals(pseudonym + ", nil", new String(printed.body(), UTF_8).strip());
        Files.delete(jar);
        server.awaitStatus("/plugins/pseudonym", 404);
    }

    @Test
    void everyFileIsKeptTwiceAndReadFromWhereItIs() throws Exception {
        Samples.deploy(server, "04-mirror");
        awaitState("mirror", "Active");
        SampleFile file = SampleFile.of("mirror", 1);
        Path second = directory.resolve("second");
        // The storage feature takes the new area up a moment after it came.
        eventually(() -> {
            server.delete("/instances/" + file.id());
            upload(file);
            return count(second) > 0;
        });
        try (Stream<Path> files = Files.walk(directory.resolve("server/storage"))) {
            for (Path stored : files.filter(Files::isRegularFile).toList()) {
                if (Files.size(stored) == file.bytes().length
                        && stored.getFileName().toString().contains("-")) {
                    Files.delete(stored);
                }
            }
        }
        HttpResponse<byte[]> answer = server.get("/instances/" + file.id() + "/file");
        assertEquals(200, answer.statusCode());
        assertEquals(SampleFile.md5(file.bytes()), SampleFile.md5(answer.body()));
    }

    @Test
    void aPageAndAButtonComeFromTheJar() throws Exception {
        Samples.deploy(server, "05-page");
        awaitState("disk-page", "Active");
        server.awaitStatus("/disk-page/index.html", 200);
        assertTrue(text("/disk-page/index.html").contains("How full is the server?"));
        assertTrue(text("/disk-page/page.js").contains("fetch"));
        assertTrue(text("/plugins/explorer.js").contains("disk-page-button"));
        JsonNode plugin = json(server.get("/plugins/disk-page"));
        assertEquals("../disk-page/index.html", plugin.path("RootUri").asText());
    }

    @Test
    void aBuiltInRouteIsOverriddenAndComesBack() throws Exception {
        assertFalse(text("/tools/now-local").contains("-"));
        Path jar = Samples.deploy(server, "06-override");
        eventually(() -> text("/tools/now-local").contains("-"));
        Files.delete(jar);
        eventually(() -> !text("/tools/now-local").contains("-"));
    }

    @Test
    void aPlainServletAnswersAndIsListed() throws Exception {
        Samples.deploy(server, "07-plain");
        server.awaitStatus("/ping", 200);
        HttpResponse<byte[]> answer = server.get("/ping");
        assertEquals("pong", new String(answer.body(), UTF_8));
        assertEquals(
                "nosniff", answer.headers().firstValue("X-Content-Type-Options").orElse(""));
        assertEquals(
                "A plain servlet",
                json(server.get("/plugins/plain-ping")).path("Description").asText());
    }

    @Test
    void anotherCodecIsUsed() throws Exception {
        Samples.deploy(server, "08-codec");
        server.awaitStatus("/rle-decoder", 200);
        String id = upload(SampleFile.of("codec", 1)).path("ID").asText();
        HttpResponse<byte[]> rle = server.post(
                "/instances/" + id + "/modify",
                "{\"Transcode\": \"1.2.840.10008.1.2.5\", \"Replace\": {\"PatientID\": \"codec\"}, \"Force\": true}"
                        .getBytes(UTF_8));
        assertEquals(200, rle.statusCode(), new String(rle.body(), UTF_8));
        String compressed =
                json(server.post("/instances", rle.body())).path("ID").asText();
        assertEquals(200, server.get("/instances/" + compressed + "/preview").statusCode());
        assertTrue(json(server.get("/rle-decoder")).path("Frames").asInt() > 0);
    }

    @Test
    void modalitiesSeeTheWorklistOfATable() throws Exception {
        Command.assume("findscu");
        Files.writeString(
                directory.resolve("worklist.csv"),
                "P1;Test^Un;A1;MR;ROOM1;20240102;0900;1.2.3.4\nP2;Test^Deux;A2;CT;ROOM2;20240102;1000;1.2.3.5\n");
        Samples.deploy(server, "09-worklist");
        awaitState("csv-worklist", "Active");
        String found = Command.succeed(
                directory,
                "findscu",
                "-v",
                "-W",
                "-k",
                "PatientName",
                "-k",
                "PatientID",
                "-k",
                "(0040,0100)[0].Modality=CT",
                "127.0.0.1",
                "" + server.dicomPort());
        assertTrue(found.contains("Test^Deux"), found);
        assertFalse(found.contains("Test^Un"), found);
    }

    @Test
    void aCompleteStudyIsForwardedAndCounted() throws Exception {
        Path deployed = Samples.deploy(server, "10-forward");
        awaitState("forward", "Active");
        upload(SampleFile.of("forward", 1));
        eventually(() -> {
            for (JsonNode job : json(server.get("/jobs?expand"))) {
                if (job.path("Type").asText().equals("DicomModalityStore")
                        && job.path("State").asText().equals("Success")) {
                    return true;
                }
            }
            return false;
        });
        String metrics = text("/tools/metrics-prometheus");
        assertTrue(metrics.contains("# TYPE forward_call_seconds histogram"), metrics);
        assertTrue(metrics.contains("forward_call_seconds_bucket{modality=\"itself\",le=\"+Inf\"} 1 "), metrics);
        assertTrue(metrics.contains("forward_failures_total{modality=\"itself\"} 0 "), metrics);
        Files.delete(deployed);
        eventually(() -> !text("/tools/metrics-prometheus").contains("forward_"));
    }

    private static long count(Path directory) throws Exception {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }

    private static JsonNode upload(SampleFile file) throws Exception {
        HttpResponse<byte[]> answer = server.post("/instances", file.bytes());
        assertEquals(200, answer.statusCode(), new String(answer.body(), UTF_8));
        return json(answer);
    }

    private static String text(String path) throws Exception {
        return new String(server.get(path).body(), UTF_8);
    }

    private static JsonNode json(HttpResponse<byte[]> answer) throws Exception {
        return JSON.readTree(answer.body());
    }

    private static void awaitState(String plugin, String state) throws Exception {
        eventually(() ->
                json(server.get("/plugins/" + plugin)).path("State").asText().equals(state));
    }

    private static void eventually(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, "not within a minute; plugins: " + states());
            java.util.concurrent.TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static List<String> states() throws Exception {
        List<String> states = new java.util.ArrayList<>();
        for (JsonNode id : json(server.get("/plugins"))) {
            states.add(text("/plugins/" + id.asText()));
        }
        return states;
    }
}
