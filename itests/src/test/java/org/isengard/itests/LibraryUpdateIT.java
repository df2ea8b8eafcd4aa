package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The test replaces a library on the running server, and each bundle that uses it starts anew. A client's call is cut off
 * or answered with 503, but never hangs and never gets a wrong answer; no acknowledged instance is lost; afterwards the
 * server has all its routes again.
 */
@Timeout(400)
class LibraryUpdateIT {
    @TempDir
    Path directory;

    @Test
    void everyLibraryIsUpdatedInTheShellUnderLoad() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server"))
                        .with("DicomAlwaysAllowFind", true)
                        .start();
                Load load = new Load()) {
            Clients clients = new Clients(server, directory);
            clients.sow();
            clients.forgive();
            Bundles bundles = new Bundles(server);
            Map<String, Bundles.Bundle> before = bundles.all();
            TreeSet<String> routes = routes(server);
            assertTrue(routes.size() > 100, "" + routes);
            clients.start(load);
            load.await(2);
            for (String library : List.of("rest-kit", "runtime", "api", "dicom", "dicom-net", "dicom-image", "http")) {
                load.phase("update of " + library);
                String job = submit(server, clients);
                Path jar = Bundles.renewed(library, directory);
                long start = System.nanoTime();
                server.shell(
                        "bundle:update org.isengard." + library + " " + jar.toUri(),
                        "bundle:refresh org.isengard." + library);
                awaitWhole(server, bundles, before, routes);
                System.out.println(library + ": whole again after "
                        + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
                server.awaitDicom();
                new Rest(server).await("/jobs/" + job, "State", "Success");
                load.await(2);
            }
            load.phase("end");
            load.stop();
            System.out.println("calls " + load.done());
            assertEquals(List.of(), load.failures());
            clients.assertAllStored();
        }
    }

    @Test
    void anUpgradeWaitsForAllThatUseALibraryAndRefusesWhatTheServerStandsOn() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server")).start()) {
            Bundles bundles = new Bundles(server);
            Map<String, Bundles.Bundle> before = bundles.all();
            for (String library : List.of("api", "dicom", "rest-kit")) {
                String refused =
                        server.shell("isengard:upgrade " + library + " " + Bundles.renewed(library, directory));
                assertTrue(refused.contains("bundle:refresh org.isengard." + library), refused);
                assertTrue(refused.contains(library + " stays"), refused);
            }
            for (String library : List.of("dicom-net", "dicom-image")) {
                String upgraded =
                        server.shell("isengard:upgrade " + library + " " + Bundles.renewed(library, directory));
                assertTrue(upgraded.contains(library + " is now 0.1.0.z"), upgraded);
            }
            assertEquals(200, server.get("/modalities").statusCode());
            server.awaitDicom();
            assertEquals(before, bundles.all());
        }
    }

    @Test
    void aRequestThatWaitsTooLongForRestKitGets503() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server"))
                .withEnvironment("ISENGARD_JAVA_OPTS", "-Disengard.swap.seconds=1")
                .start()) {
            Bundles bundles = new Bundles(server);
            bundles.stop("rest-kit");
            for (String path : List.of("/system", "/instances/1/file?a=b", "/no/such/route")) {
                HttpResponse<byte[]> answer = server.get(path);
                String text = new String(answer.body(), StandardCharsets.UTF_8);
                assertEquals(503, answer.statusCode(), text);
                assertTrue(Integer.parseInt(
                                answer.headers().firstValue("Retry-After").orElseThrow())
                        > 0);
                JsonNode error = Rest.JSON.readTree(text);
                assertEquals(503, error.path("HttpStatus").asInt(), text);
                assertEquals("Service Unavailable", error.path("HttpError").asText(), text);
                assertEquals(36, error.path("OrthancStatus").asInt(), text);
                assertEquals("GET", error.path("Method").asText(), text);
                assertEquals(path.replaceAll("\\?.*", ""), error.path("Uri").asText(), text);
                assertTrue(error.path("Details").asText().contains("being updated"), text);
            }
            bundles.start("rest-kit");
            server.awaitReady();
        }
    }

    @Test
    void aRequestWithoutAPasswordIsRefusedWhileLibrariesAreReplaced() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server"))
                        .with("RegisteredUsers", new ServerProcess.JsonText("{ \"alice\" : \"secret\" }"))
                        .launch();
                Load load = new Load()) {
            server.awaitStatus("/system", 401);
            new Bundles(server).all();
            AtomicInteger refused = new AtomicInteger();
            for (String path : List.of("/instances", "/system", "/jobs", "/modalities")) {
                load.client(path, round -> {
                    try {
                        int status = server.get(path).statusCode();
                        assertTrue(List.of(401, 503).contains(status), "answered " + status);
                        refused.incrementAndGet();
                    } catch (HttpTimeoutException hangs) {
                        throw hangs;
                    } catch (IOException cutOff) {
                        TimeUnit.MILLISECONDS.sleep(20);
                    }
                });
            }
            for (String library : List.of("rest-kit", "api", "http")) {
                load.phase("update of " + library);
                Path jar = Bundles.renewed(library, directory);
                server.shell(
                        "bundle:update org.isengard." + library + " " + jar.toUri(),
                        "bundle:refresh org.isengard." + library);
                server.awaitStatus("/system", 401);
                load.await(5);
            }
            load.stop();
            assertEquals(List.of(), load.failures());
            assertTrue(refused.get() > 0);
        }
    }

    private static String submit(ServerProcess server, Clients clients) throws Exception {
        JsonNode job = new Rest(server)
                .post("/studies/" + clients.sown(0).ids().study() + "/archive", "{\"Asynchronous\": true}");
        return job.path("ID").asText();
    }

    private static TreeSet<String> routes(ServerProcess server) throws Exception {
        TreeSet<String> routes = new TreeSet<>();
        for (String line : server.shell("isengard:routes")
                .replaceAll("\u001B\\[[0-9;]*m", "")
                .split("\\R")) {
            if (line.matches("\\s*(GET|PUT|POST|DELETE) /.*")) {
                routes.add(line.strip());
            }
        }
        return routes;
    }

    private static void awaitWhole(
            ServerProcess server, Bundles bundles, Map<String, Bundles.Bundle> before, TreeSet<String> routes)
            throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            Map<String, Bundles.Bundle> now = bundles.all();
            TreeSet<String> lost = new TreeSet<>(routes);
            lost.removeAll(routes(server));
            if (now.equals(before) && lost.isEmpty()) {
                return;
            }
            assertTrue(
                    System.nanoTime() < end,
                    "bundles " + new TreeMap<>(now) + " of " + before + ", lost routes " + lost);
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }
}
