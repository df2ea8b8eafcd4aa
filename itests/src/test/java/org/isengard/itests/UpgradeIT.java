package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code isengard:upgrade} brings every feature to another version, or back, and no client notices. */
@Timeout(400)
class UpgradeIT {
    /** A version that does not start is tried for one feature with HTTP routes and one with a port of its own. */
    private static final List<String> BROKEN = List.of("index", "networking");

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void everyFeatureIsUpgradedAndABrokenVersionIsTakenBackUnderLoad() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server"))
                        .with("DicomAlwaysAllowFind", true)
                        .with("DicomAlwaysAllowFindWorklist", true)
                        .with("Worklists", new ServerProcess.JsonText("{\"Enable\": true}"))
                        .start();
                Load load = new Load()) {
            Clients clients = new Clients(server, directory);
            clients.sow();
            Bundles bundles = new Bundles(server);
            List<String> features = List.copyOf(bundles.features().keySet());
            assertTrue(features.containsAll(BROKEN), "" + features);
            clients.start(load);
            clients.queryWorklist(load);
            load.client("jobs", round -> job(server, clients.sown(round)));
            load.await(2);
            for (String feature : features) {
                load.phase("upgrade of " + feature);
                String upgraded = upgrade(server, feature, Bundles.renewed(feature, directory));
                assertTrue(upgraded.contains(feature + " is now 0.1.0.z"), upgraded);
                load.await(2);
                if (!BROKEN.contains(feature)) {
                    continue;
                }
                load.phase("upgrade of " + feature + " to one that does not start");
                Path broken = Bundles.changed(
                        feature,
                        directory,
                        manifest -> manifest.put(new Attributes.Name("Bundle-Activator"), "no.such.Activator"),
                        entry -> true);
                String back = upgrade(server, feature, broken);
                assertTrue(back.contains("no.such.Activator"), back);
                assertTrue(back.contains(feature + " stays 0.1.0.z"), back);
                load.await(2);
            }
            load.phase("end");
            load.stop();
            System.out.println("upgrade of " + features + " and back: calls " + load.done() + ", failures "
                    + load.failures().size());
            assertEquals(List.of(), load.failures());
            clients.assertAllStored();
        }
    }

    @Test
    void aVersionThatLosesRoutesIsTakenBackAndOneThatCannotResolveIsNotTaken() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server")).start()) {
            new Bundles(server).all();
            Path lost = Bundles.changed("jobs", directory, manifest -> {}, entry -> !entry.contains("Routes"));
            String back = upgrade(server, "jobs", lost);
            assertTrue(back.contains("jobs stays"), back);
            assertEquals(200, server.get("/jobs").statusCode());

            Path unresolved = Bundles.changed(
                    "jobs",
                    directory,
                    manifest -> manifest.putValue(
                            "Import-Package", manifest.getValue("Import-Package") + ",com.example.nowhere"),
                    entry -> true);
            String refused = upgrade(server, "jobs", unresolved);
            assertTrue(refused.contains("com.example.nowhere"), refused);
            assertTrue(!refused.contains("Replacing"), refused);
            assertEquals(200, server.get("/jobs").statusCode());

            String other = upgrade(server, "jobs", Bundles.renewed("index", directory));
            assertTrue(other.contains("not a version of"), other);
            String none = server.shell("isengard:upgrade nothing " + lost);
            assertTrue(none.contains("There is no feature nothing"), none);
        }
    }

    private static String upgrade(ServerProcess server, String feature, Path jar) throws Exception {
        return server.shell("isengard:upgrade " + feature + " " + jar);
    }

    /** A job that runs while features are replaced, and ends well. */
    private static void job(ServerProcess server, SampleFile file) throws Exception {
        HttpResponse<byte[]> submitted =
                server.post("/studies/" + file.ids().study() + "/archive", "{\"Asynchronous\": true}".getBytes(UTF_8));
        assertEquals(200, submitted.statusCode(), () -> new String(submitted.body(), UTF_8));
        String path = JSON.readTree(submitted.body()).path("Path").asText();
        while (true) {
            HttpResponse<byte[]> answer = server.get(path);
            assertEquals(200, answer.statusCode(), () -> new String(answer.body(), UTF_8));
            JsonNode job = JSON.readTree(answer.body());
            String state = job.path("State").asText();
            if (state.equals("Success")) {
                return;
            }
            assertTrue(!state.equals("Failure"), job.toString());
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
