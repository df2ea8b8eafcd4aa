package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.isengard.itests.ServerProcess.JsonText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Options about resources that no recorded session of Orthanc has switched on. */
@Timeout(120)
class ResourceOptionsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void optionsHaveTheirEffect() throws Exception {
        try (ServerProcess server = new ServerProcess(directory)
                .with("ExtraMainDicomTags", new JsonText("{\"Instance\": [\"Rows\"], \"Series\": [\"BitsAllocated\"]}"))
                .with("UserMetadata", new JsonText("{\"my-note\": 1030}"))
                .with("UserContentType", new JsonText("{\"my-report\": [1031, \"text/plain\"]}"))
                .with("LimitFindResults", 2)
                .with("LimitFindInstances", 3)
                .with("SynchronousZipStream", false)
                .with("ZipLoaderThreads", 1)
                .with("StorageCompression", true)
                .with("CheckRevisions", true)
                .with("JobsEngineThreadsCount", new JsonText("{\"ResourceModification\": 1}"))
                .start()) {
            String study = "";
            String instance = "";
            for (int p = 0; p < 3; p++) {
                for (int i = 0; i < 2; i++) {
                    SampleFile file = SampleFile.of("options-" + p, i);
                    assertEquals(200, server.post("/instances", file.bytes()).statusCode());
                    study = file.ids().study();
                    instance = file.id();
                }
            }

            JsonNode described = json(server.get("/instances/" + instance));
            assertEquals("8", described.path("MainDicomTags").path("Rows").asText());
            JsonNode series =
                    json(server.get("/series/" + described.path("ParentSeries").asText()));
            assertTrue(series.path("MainDicomTags").has("BitsAllocated"), series.toString());

            assertEquals(2, find(server, "Study").size());
            assertEquals(3, find(server, "Instance").size());

            HttpResponse<byte[]> archive = server.get("/studies/" + study + "/archive");
            assertEquals(
                    archive.body().length,
                    archive.headers().firstValueAsLong("Content-Length").orElse(-1));
            int entries = 0;
            try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive.body()))) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    entries++;
                }
            }
            assertEquals(2, entries);

            String dicom = "/instances/" + instance + "/attachments/dicom";
            assertEquals("1", text(server.get(dicom + "/is-compressed")));
            assertEquals(
                    SampleFile.of("options-2", 1).md5(),
                    SampleFile.md5(
                            server.get("/instances/" + instance + "/file").body()));
            assertEquals(200, server.post(dicom + "/uncompress", new byte[0]).statusCode());
            assertEquals("0", text(server.get(dicom + "/is-compressed")));

            byte[] wish = "{\"Synchronous\": true}".getBytes(StandardCharsets.UTF_8);
            JsonNode made = json(server.post("/studies/" + study + "/anonymize", wish));
            assertEquals(
                    2,
                    json(server.get("/studies/" + made.path("ID").asText() + "/instances"))
                            .size());
            jobNamesItsTransferSyntax(new Rest(server), study);
            modificationLeavesWhatItMayNotOverwrite(server, study);
        }
    }

    private static void jobNamesItsTransferSyntax(Rest rest, String study) throws Exception {
        String rle = "1.2.840.10008.1.2.5";
        for (String action : List.of("anonymize", "archive")) {
            JsonNode submitted = rest.post(
                    "/studies/" + study + "/" + action, "{\"Asynchronous\": true, \"Transcode\": \"" + rle + "\"}");
            JsonNode job = rest.awaitJob(submitted.path("ID").asText());
            assertEquals("Success", job.path("State").asText(), job.toString());
            assertEquals(rle, job.path("Content").path("Transcode").asText(), job.toString());
            if (action.equals("anonymize")) {
                JsonNode made =
                        rest.get("/studies/" + job.path("Content").path("ID").asText() + "/instances");
                for (JsonNode instance : made) {
                    JsonNode metadata =
                            rest.get("/instances/" + instance.path("ID").asText() + "/metadata?expand");
                    assertEquals(rle, metadata.path("TransferSyntax").asText(), metadata.toString());
                }
            }
        }
    }

    /** With all identifiers kept, the new instances take the places of their sources. */
    private static void modificationLeavesWhatItMayNotOverwrite(ServerProcess server, String study) throws Exception {
        Rest rest = new Rest(server);
        String series = rest.get("/studies/" + study).path("Series").path(0).asText();
        JsonNode job = rest.post("/series/" + series + "/modify", """
                {"Replace": {"InstitutionName": "New"}, "KeepSource": true, "Force": true, "Synchronous": true,
                 "Keep": ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"]}""");
        assertEquals(series, job.path("ID").asText(), job.toString());
        JsonNode instance = rest.get("/studies/" + study + "/instances").path(0);
        String tags = text(server.get("/instances/" + instance.path("ID").asText() + "/simplified-tags"));
        assertFalse(tags.contains("\"New\""), tags);
        assertTrue(server.outputText().contains("left 2 instances as they were"), "no warning in the log");
    }

    private static JsonNode find(ServerProcess server, String level) throws Exception {
        String query = "{\"Level\": \"" + level + "\", \"Query\": {}}";
        return json(server.post("/tools/find", query.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static JsonNode json(HttpResponse<byte[]> response) throws Exception {
        assertEquals(200, response.statusCode(), text(response));
        return JSON.readTree(response.body());
    }
}
