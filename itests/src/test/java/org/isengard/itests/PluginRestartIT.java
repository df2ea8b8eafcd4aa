package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isengard.api.event.ResourceListener;
import org.isengard.api.index.Index;
import org.isengard.api.ingest.IncomingFilter;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobListener;
import org.isengard.api.job.JobType;
import org.isengard.api.rest.RestRoutes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A component that serves the index, the job engine and ingest, and uses all three, works before and after a restart. */
@Timeout(180)
class PluginRestartIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String COMPONENT = """
            public static final class Component implements org.isengard.api.event.ResourceListener,
                    org.isengard.api.job.JobType, org.isengard.api.job.JobListener,
                    org.isengard.api.ingest.IncomingFilter, org.isengard.api.rest.RestRoutes {
                private volatile org.isengard.api.job.JobEngine engine;
                private final java.util.concurrent.atomic.AtomicInteger changes =
                        new java.util.concurrent.atomic.AtomicInteger();
                private final java.util.concurrent.atomic.AtomicInteger filtered =
                        new java.util.concurrent.atomic.AtomicInteger();
                private final java.util.concurrent.atomic.AtomicInteger jobs =
                        new java.util.concurrent.atomic.AtomicInteger();
                public void bind0(org.isengard.api.job.JobEngine engine) { this.engine = engine; }
                public void bind1(org.isengard.api.index.Index index) {}
                public void bind2(org.isengard.api.ingest.Ingest ingest) {}
                @Override public void changed(org.isengard.api.index.Change change) { changes.incrementAndGet(); }
                @Override public void changed(org.isengard.api.job.JobStatus status) { jobs.incrementAndGet(); }
                @Override public boolean accept(
                        org.isengard.dicom.DicomFile header, org.isengard.api.ingest.Source source) {
                    filtered.incrementAndGet();
                    return true;
                }
                @Override public String name() { return "Waiting"; }
                @Override public org.isengard.api.job.Job restore(com.fasterxml.jackson.databind.JsonNode state) {
                    return new Waiting();
                }
                @Override public void declare(org.isengard.api.rest.Router router) {
                    router.post("/circle", (request, response) -> org.isengard.api.job.JobRequest.DEFAULT
                            .run(engine, new Waiting(), response));
                    router.get("/circle", (request, response) -> response.text(
                            (changes.get() > 0) + " " + (filtered.get() > 0) + " " + (jobs.get() > 0)));
                }
            }
            public static final class Waiting implements org.isengard.api.job.Job {
                @Override public String type() { return "Waiting"; }
                @Override public java.util.Optional<com.fasterxml.jackson.databind.JsonNode> state() {
                    return java.util.Optional.of(content());
                }
                @Override public com.fasterxml.jackson.databind.node.ObjectNode content() {
                    return com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
                }
                @Override public void run(org.isengard.api.job.JobControl control) throws java.io.IOException {
                    while (!new java.io.File("%s").exists()) {
                        control.checkpoint();
                        try { Thread.sleep(20); } catch (InterruptedException e) { return; }
                    }
                }
            }
            """;

    @TempDir
    Path directory;

    @Test
    void itsJobsGoOnAndItIsToldWhatHappens() throws Exception {
        Path go = directory.resolve("go");
        Path jar = TestPlugin.of("circle")
                .header(
                        "Import-Package",
                        "org.osgi.framework,org.isengard.api,org.isengard.api.rest,org.isengard.api.ingest,"
                                + "org.isengard.api.event,org.isengard.api.job,org.isengard.api.index,org.isengard.dicom,"
                                + "com.fasterxml.jackson.databind,com.fasterxml.jackson.databind.node")
                .members(COMPONENT.formatted(go))
                .component(
                        List.of(
                                ResourceListener.class,
                                JobType.class,
                                JobListener.class,
                                IncomingFilter.class,
                                RestRoutes.class),
                        List.of(JobEngine.class, Index.class, Ingest.class))
                .build(directory);
        try (ServerProcess server = new ServerProcess(directory.resolve("server")).start()) {
            Samples.deploy(server, jar, "circle.jar");
            server.awaitStatus("/circle", 200);
            String job = submit(server);
            awaitState(server, job, "Running");
            assertEquals(0, server.stop());

            server.start();
            server.awaitStatus("/circle", 200);
            awaitState(server, job, "Running");
            Files.createFile(go);
            awaitState(server, job, "Success");
            assertEquals(
                    200,
                    server.post("/instances", SampleFile.of("circle", 1).bytes())
                            .statusCode());
            while (!text(server, "/circle").equals("true true true")) {
                Thread.sleep(20);
            }
            String described = text(server, "/plugins/circle");
            assertTrue(described.contains("\"State\":\"Active\""), described);
        }
    }

    private static String submit(ServerProcess server) throws Exception {
        return JSON.readTree(server.post("/circle", new byte[0]).body())
                .path("ID")
                .asText();
    }

    private static void awaitState(ServerProcess server, String job, String state) throws Exception {
        JsonNode seen = JSON.readTree(text(server, "/jobs/" + job));
        while (!seen.path("State").asText().equals(state)) {
            Thread.sleep(20);
            seen = JSON.readTree(text(server, "/jobs/" + job));
        }
    }

    private static String text(ServerProcess server, String path) throws Exception {
        return new String(server.get(path).body(), UTF_8);
    }
}
