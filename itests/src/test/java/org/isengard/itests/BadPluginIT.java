package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that misbehaves harms its own routes only, and the operator sees which one it is and why. */
@Timeout(180)
class BadPluginIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MANY = 100;

    @TempDir
    static Path directory;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerProcess(directory.resolve("server")).start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void oneThatThrowsAnswersWithAnErrorInJson() throws Exception {
        deploy(TestPlugin.of("throwing")
                .route("/throwing/exception", "throw new IllegalStateException(\"on purpose\");")
                .route("/throwing/error", "throw new NoClassDefFoundError(\"on purpose\");"));
        server.awaitStatus("/throwing/exception", 500);
        for (String path : List.of("/throwing/exception", "/throwing/error")) {
            HttpResponse<byte[]> answer = server.get(path);
            assertEquals(500, answer.statusCode());
            assertEquals(500, JSON.readTree(answer.body()).path("HttpStatus").asInt(), path);
        }
        assertEquals(200, server.get("/system").statusCode());
    }

    @Test
    void oneWhoseRoutesCannotBeDeclaredDoesNotKeepOthersOut() throws Exception {
        deploy(TestPlugin.of("twice")
                .start("context.registerService(org.isengard.api.rest.RestRoutes.class, router -> {"
                        + "router.get(\"/twice\", (q, a) -> {}); router.get(\"/twice\", (q, a) -> {}); }, null);"));
        deploy(TestPlugin.of("other").route("/other", "response.text(\"here\");"));
        server.awaitStatus("/other", 200);
        assertEquals(404, server.get("/twice").statusCode());
    }

    @Test
    void oneThatBlocksItsCallersLeavesThreadsForAllOthers() throws Exception {
        deploy(TestPlugin.of("blocking")
                .members("private final java.util.concurrent.CountDownLatch never ="
                        + " new java.util.concurrent.CountDownLatch(1);")
                .route("/blocking/{n}", "try { never.await(); } catch (InterruptedException e) { return; }")
                .route("/blocking", "response.text(\"here\");"));
        server.awaitStatus("/blocking", 200);
        ExecutorService clients = Executors.newCachedThreadPool();
        try {
            AtomicInteger refused = new AtomicInteger();
            CountDownLatch enough = new CountDownLatch(MANY - 24);
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                String path = "/blocking/" + i;
                calls.add(clients.submit(() -> {
                    HttpResponse<byte[]> answer = server.get(path);
                    if (answer.statusCode() == 503) {
                        refused.incrementAndGet();
                        enough.countDown();
                    }
                    return null;
                }));
            }
            assertTrue(enough.await(60, TimeUnit.SECONDS), "refused: " + refused);
            for (int i = 0; i < MANY; i++) {
                assertEquals(200, server.get("/system").statusCode());
                assertEquals(200, server.get("/instances").statusCode());
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void oneThatCannotStartOrResolveIsListedWithItsReason() throws Exception {
        deploy(TestPlugin.of("failing").start("throw new java.io.IOException(\"no licence\");"));
        deploy(TestPlugin.of("missing").header("Import-Package", "org.osgi.framework,com.example.nowhere"));
        awaitPlugin("failing", "Failed", "no licence");
        awaitPlugin("missing", "Unresolved", "com.example.nowhere");
        String listed = new String(server.get("/plugins").body(), UTF_8);
        assertTrue(listed.contains("\"failing\"") && listed.contains("\"missing\""), listed);
        new Bundles(server).all();
        String shown = server.shell("isengard:plugins");
        assertTrue(shown.contains("Failed") && shown.contains("no licence"), shown);
    }

    @Test
    void aFilterThatThrowsLosesNoInstance() throws Exception {
        Path jar = deploy(TestPlugin.of("filter")
                .start("context.registerService(org.isengard.api.ingest.IncomingFilter.class,"
                        + " (header, source) -> { throw new IllegalStateException(\"on purpose\"); }, null);"));
        awaitPlugin("filter", "Active", "");
        SampleFile file = SampleFile.of("filter", 1);
        assertEquals(200, server.post("/instances", file.bytes()).statusCode());
        assertEquals(200, server.get("/instances/" + file.id()).statusCode());
        Files.delete(jar);
        server.awaitStatus("/plugins/filter", 404);
    }

    @Test
    void oneThatLeaksThreadsAndMemoryLeavesWithoutHarmToOthers() throws Exception {
        Path jar = deploy(TestPlugin.of("leaking")
                .members("private static final java.util.List<Object> KEPT = new java.util.ArrayList<>();")
                .start("for (int i = 0; i < 200; i++) { KEPT.add(new byte[100_000]);"
                        + " Thread t = new Thread(() -> { try { Thread.sleep(3_600_000); }"
                        + " catch (InterruptedException e) { return; } }); t.setDaemon(true); t.start(); }")
                .route("/leaking", "KEPT.add(new byte[100_000]); response.text(\"here\");"));
        server.awaitStatus("/leaking", 200);
        for (int i = 0; i < 100; i++) {
            assertEquals(200, server.get("/leaking").statusCode());
            assertEquals(200, server.get("/instances").statusCode());
        }
        Files.delete(jar);
        server.awaitStatus("/plugins/leaking", 404);
        SampleFile file = SampleFile.of("leaking", 1);
        assertEquals(200, server.post("/instances", file.bytes()).statusCode());
        assertEquals(200, server.get("/instances/" + file.id()).statusCode());
    }

    @Test
    void oneThatLeavesTakesItsRoutesAlong() throws Exception {
        Path jar = deploy(TestPlugin.of("leaving").route("/leaving", "response.text(\"here\");"));
        server.awaitStatus("/leaving", 200);
        Files.delete(jar);
        server.awaitStatus("/plugins/leaving", 404);
        new Bundles(server).all();
        assertTrue(!server.shell("isengard:routes /leaving").contains("GET /leaving"));
    }

    @Test
    void ofTwoVersionsTheOneOfHigherRankingAnswers() throws Exception {
        String registered = "java.util.Dictionary<String, Object> p = new java.util.Hashtable<>();"
                + " p.put(\"service.ranking\", %d); context.registerService("
                + "org.isengard.api.rest.RestRoutes.class,"
                + " router -> router.get(\"/ranked\", (q, a) -> a.text(\"%s\")), p);";
        deploy(TestPlugin.of("ranked").version("1.0.0").start(registered.formatted(1, "one")), "ranked-1.jar");
        server.awaitStatus("/ranked", 200);
        Path two =
                deploy(TestPlugin.of("ranked").version("2.0.0").start(registered.formatted(2, "two")), "ranked-2.jar");
        awaitText("/ranked", "two");
        Files.delete(two);
        awaitText("/ranked", "one");
    }

    private static void awaitText(String path, String text) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!text.equals(new String(server.get(path).body(), UTF_8))) {
            assertTrue(System.nanoTime() < end, path);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Waits for a state and for a reason that holds a text. */
    private static void awaitPlugin(String id, String state, String reason) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            JsonNode plugin = JSON.readTree(server.get("/plugins/" + id).body());
            if (plugin.path("State").asText().equals(state)
                    && plugin.path("Reasons").toString().contains(reason)) {
                return;
            }
            assertTrue(System.nanoTime() < end, plugin.toString());
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static Path deploy(TestPlugin plugin) throws Exception {
        Path jar = plugin.build(directory);
        return Samples.deploy(server, jar, jar.getFileName().toString());
    }

    private static Path deploy(TestPlugin plugin, String name) throws Exception {
        return Samples.deploy(server, plugin.build(directory), name);
    }
}
