package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The power fails in the middle of each kind of job: after the next start it ends, and nothing is there twice. */
@Timeout(300)
class JobKillIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int INSTANCES = 200;

    @TempDir
    Path directory;

    private ServerProcess server;

    private JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(server.get(path).body());
    }

    private String submit(String path, String body) throws IOException, InterruptedException {
        JsonNode answer = JSON.readTree(
                server.post(path, body.getBytes(StandardCharsets.UTF_8)).body());
        assertTrue(answer.has("ID"), path + " answered " + answer);
        return answer.get("ID").asText();
    }

    private List<SampleFile> upload(String prefix) throws IOException, InterruptedException {
        List<SampleFile> files = new ArrayList<>();
        for (int i = 0; i < INSTANCES; i++) {
            SampleFile file = SampleFile.of(prefix, i);
            assertEquals(200, server.post("/instances", file.bytes()).statusCode());
            files.add(file);
        }
        return files;
    }

    private static String quoted(Set<String> ids) {
        return "[\"" + String.join("\", \"", ids) + "\"]";
    }

    private JsonNode awaitEnd(String job) throws IOException, InterruptedException {
        JsonNode status = get("/jobs/" + job);
        while (!List.of("Success", "Failure").contains(status.path("State").asText())) {
            Thread.sleep(50);
            status = get("/jobs/" + job);
        }
        return status;
    }

    /** Waits until a job is somewhere in its middle, or past it on a fast machine. */
    private void awaitProgress(String job) throws IOException, InterruptedException {
        JsonNode status = get("/jobs/" + job);
        while (status.path("Progress").asInt() < 20
                && !status.path("State").asText().equals("Failure")) {
            Thread.sleep(5);
            status = get("/jobs/" + job);
        }
    }

    /** Files and index say the same after a modification in place that a kill interrupted. */
    private void assertRenamed(String study, List<SampleFile> files) throws IOException, InterruptedException {
        assertEquals(
                "renamed",
                get("/studies/" + study).at("/MainDicomTags/StudyDescription").asText());
        for (SampleFile file : files) {
            assertEquals(
                    "renamed",
                    get("/instances/" + file.ids().instance() + "/simplified-tags")
                            .path("StudyDescription")
                            .asText());
        }
        String query = "{\"Level\": \"Study\", \"Query\": {\"StudyDescription\": \"renamed\"}}";
        JsonNode found = JSON.readTree(server.post("/tools/find", query.getBytes(StandardCharsets.UTF_8))
                .body());
        assertEquals("[\"" + study + "\"]", found.toString());
    }

    @Test
    void aModificationInPlaceIsWholeAfterAKill() throws Exception {
        try (ServerProcess running =
                new ServerProcess(directory.resolve("in-place")).with("OverwriteInstances", true)) {
            server = running;
            server.start();
            List<SampleFile> files = upload("job-place").subList(0, 50);
            String study = files.get(0).ids().study();
            String job = submit(
                    "/studies/" + study + "/modify",
                    "{\"Asynchronous\": true, \"Force\": true, \"KeepSource\": true,"
                            + " \"Replace\": {\"StudyDescription\": \"renamed\", \"PatientID\": \"job-place-0\"},"
                            + " \"Keep\": [\"StudyInstanceUID\", \"SeriesInstanceUID\", \"SOPInstanceUID\"]}");
            awaitProgress(job);
            server.kill();

            server.start();
            assertEquals("Success", awaitEnd(job).path("State").asText());
            assertEquals(INSTANCES, get("/statistics").get("CountInstances").asInt());
            assertRenamed(study, files);
        }
    }

    @Test
    void eachKindOfJobEndsAfterAKillWithoutDoubleEffects() throws Exception {
        try (ServerProcess running = new ServerProcess(directory.resolve("server"))) {
            server = running;
            server.start();
            Map<String, String> jobs = new LinkedHashMap<>();
            int expected = 0;

            Set<String> studies = new LinkedHashSet<>();
            upload("job-copy").forEach(file -> studies.add(file.ids().study()));
            expected += 2 * INSTANCES;
            Set<String> moved = new LinkedHashSet<>();
            upload("job-move").forEach(file -> moved.add(file.ids().study()));
            expected += INSTANCES;
            List<SampleFile> split = upload("job-split");
            expected += INSTANCES;
            Set<String> halves = new LinkedHashSet<>();
            split.subList(0, 30).forEach(file -> halves.add(file.ids().series()));

            jobs.put(
                    "copy",
                    submit(
                            "/tools/bulk-modify",
                            "{\"Asynchronous\": true, \"Level\": \"Study\", \"Replace\": {\"StudyDescription\": \"new\"},"
                                    + " \"Resources\": " + quoted(studies) + "}"));
            jobs.put(
                    "move",
                    submit(
                            "/tools/bulk-anonymize",
                            "{\"Asynchronous\": true, \"KeepSource\": false, \"Resources\": " + quoted(moved) + "}"));
            jobs.put(
                    "split",
                    submit(
                            "/studies/" + split.get(0).ids().study() + "/split",
                            "{\"Asynchronous\": true, \"Series\": " + quoted(halves) + "}"));
            jobs.put(
                    "merge",
                    submit(
                            "/studies/" + split.get(60).ids().study() + "/merge",
                            "{\"Asynchronous\": true, \"Resources\": [\""
                                    + split.get(110).ids().study() + "\"]}"));
            jobs.put(
                    "archive",
                    submit(
                            "/tools/create-archive",
                            "{\"Asynchronous\": true, \"Resources\": " + quoted(studies) + "}"));
            jobs.put(
                    "media",
                    submit("/tools/create-media", "{\"Asynchronous\": true, \"Resources\": " + quoted(studies) + "}"));
            server.kill();

            server.start();
            for (Map.Entry<String, String> job : jobs.entrySet()) {
                JsonNode status = awaitEnd(job.getValue());
                assertEquals("Success", status.get("State").asText(), job.getKey() + ": " + status);
            }
            assertEquals(expected, get("/statistics").get("CountInstances").asInt());
            assertEquals(
                    20,
                    get("/studies/" + split.get(0).ids().study() + "/instances").size());
            assertEquals(
                    100,
                    get("/studies/" + split.get(60).ids().study() + "/instances")
                            .size());
            assertEquals(404, server.get("/studies/" + moved.iterator().next()).statusCode());
            // One archive is kept, that of the job that ended last.
            int media = server.get("/jobs/" + jobs.get("media") + "/archive").statusCode();
            int archive =
                    server.get("/jobs/" + jobs.get("archive") + "/archive").statusCode();
            assertEquals(Set.of(200, 404), Set.of(media, archive));
        }
    }
}
