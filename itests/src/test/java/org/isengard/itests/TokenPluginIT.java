package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample 12-token on a server without registered users: the plugin says who calls, and nobody comes in without it. Alice may
 * do everything, bob sees the studies with the label A.
 */
@Timeout(180)
class TokenPluginIT {
    private static final String SAMPLE = "12-token";
    private static final String BUNDLE = "isengard-sample-token";
    private static final String ALICE = "s3cret";
    private static final String BOB = "pa55";
    private static final String NOBODY = null;

    @TempDir
    static Path directory;

    private static ServerProcess server;
    private static Path jar;
    private static SampleFile seen;
    private static SampleFile hidden;
    private static SampleFile locked;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerProcess(directory.resolve("server"))
                .with("token", new ServerProcess.JsonText("{\"Tokens\": [\"s3cret alice *\", \"pa55 bob A\"]}"))
                .with("DicomServerEnabled", false)
                .start();
        seen = SampleFile.of("token", 1);
        hidden = SampleFile.of("token", 51);
        locked = SampleFile.of("token", 101);
        for (SampleFile file : List.of(seen, hidden, locked)) {
            assertEquals(200, server.post("/instances", file.bytes()).statusCode());
        }
        label(seen, "A");
        label(locked, "locked");
        new Bundles(server).all();
        jar = Samples.deploy(server, SAMPLE);
        server.awaitStatus("/system", 401);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void label(SampleFile file, String label) throws Exception {
        String path = "/studies/" + file.ids().study() + "/labels/" + label;
        assertEquals(200, server.put(path, new byte[0]).statusCode());
    }

    @Test
    void aTokenDecidesWhoCallsAndWhatHeSees() throws Exception {
        for (String path : List.of("/system", "/studies", "/plugins", "/no-such-route")) {
            assertEquals(401, status(NOBODY, "GET", path), path);
        }
        assertEquals(401, status(NOBODY, "DELETE", study(seen)));
        HttpResponse<byte[]> guess = call("guess", "GET", "/studies");
        assertEquals(401, guess.statusCode());
        assertEquals(
                "The token is not known",
                Rest.JSON.readTree(guess.body()).path("Details").asText());
        assertEquals(3, json(ALICE, "/studies").size());
        assertEquals("alice", json(ALICE, "/auth/user/profile").path("name").asText());
        assertEquals(1, json(BOB, "/studies").size());
        assertEquals(200, status(BOB, "GET", study(seen)));
        assertEquals(404, status(BOB, "GET", study(hidden)));
        // Permissions of the plugin's users count although the server's own users have no roles.
        assertEquals(403, status(BOB, "GET", "/administration/options"));
        assertEquals(200, status(ALICE, "GET", "/administration/options"));
    }

    @Test
    void whatThePluginForbidsIsForbiddenToEverybody() throws Exception {
        assertEquals(200, status(ALICE, "GET", study(locked)));
        HttpResponse<byte[]> refused = call(ALICE, "DELETE", study(locked));
        assertEquals(403, refused.statusCode());
        assertEquals(403, Rest.JSON.readTree(refused.body()).path("HttpStatus").asInt());
        assertEquals(200, status(ALICE, "GET", study(locked)));
    }

    @Test
    void requestsWaitForAPluginThatIsAway() throws Exception {
        server.shell("bundle:stop " + BUNDLE);
        CompletableFuture<Integer> alice = CompletableFuture.supplyAsync(() -> statusOf(ALICE));
        CompletableFuture<Integer> stranger = CompletableFuture.supplyAsync(() -> statusOf(NOBODY));
        assertThrows(TimeoutException.class, () -> alice.get(1, TimeUnit.SECONDS));
        assertThrows(TimeoutException.class, () -> stranger.get(1, TimeUnit.SECONDS));
        server.shell("bundle:start " + BUNDLE);
        assertEquals(200, alice.get(30, TimeUnit.SECONDS));
        assertEquals(401, stranger.get(30, TimeUnit.SECONDS));
    }

    @Test
    void noClientNoticesTheSwapOfThePlugin() throws Exception {
        try (Load load = new Load()) {
            load.client(
                    "alice", round -> assertEquals(3, json(ALICE, "/studies").size()));
            load.client("bob", round -> assertEquals(1, json(BOB, "/studies").size()));
            load.client("stranger", round -> assertEquals(401, status(NOBODY, "GET", "/studies")));
            load.client("guesser", round -> assertEquals(401, status("guess", "GET", "/studies")));
            load.await(3);
            load.phase("restart");
            for (int i = 0; i < 3; i++) {
                server.shell("bundle:restart " + BUNDLE);
                load.await(3);
            }
            load.phase("removal and return");
            Files.delete(jar);
            eventually(() -> !server.shell("bundle:list -s -t 0").contains(BUNDLE));
            Samples.deploy(server, SAMPLE);
            load.await(3);
            for (String feature : List.of("security", "rest")) {
                load.phase("upgrade of " + feature);
                server.shell("isengard:upgrade " + feature + " " + Bundles.renewed(feature, directory));
                load.await(3);
            }
            load.stop();
            System.out.println("swaps of a plugin that decides about requests: calls " + load.done() + ", failures "
                    + load.failures().size());
            assertEquals(List.of(), load.failures());
        }
    }

    /** The port opens before plugins are started. */
    @Test
    void noRequestPassesWhileTheServerStartsAgain() throws Exception {
        assertEquals(0, server.stop());
        server.launch();
        int last = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (last != 401) {
            assertTrue(System.nanoTime() < end, "the last answer was " + last);
            try {
                last = server.get("/system").statusCode();
            } catch (IOException notYet) {
                last = 0;
            }
            assertTrue(List.of(0, 401, 503).contains(last), "a request without a token was answered with " + last);
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertEquals(200, status(ALICE, "GET", "/system"));
        server.awaitKaraf();
    }

    @Test
    void figuresOfAPluginHaveLabelsAndLeaveWithIt() throws Exception {
        Path figures = Samples.deploy(
                server,
                TestPlugin.of("figures")
                        .header("Import-Package", "org.osgi.framework,org.isengard.api.monitor")
                        .start("""
                                context.registerService(org.isengard.api.monitor.MetricSource.class, sink -> {
                                    sink.counter("figures_calls_total", "Calls", 3, "path", "C:\\\\x \\"y\\"\\nz");
                                    sink.counter("figures_calls_total", "Calls", 4, "path", "other");
                                    sink.gauge("figures_waiting", "Waiting", 0.5, "ward", "A", "kind", "MR");
                                    sink.histogram("figures_wait_seconds", "Wait", new double[] {0.1, 1},
                                        new long[] {5, 2, 1}, 9.5, "ward", "A");
                                }, null);
                                """)
                        .build(directory),
                "figures.jar");
        eventually(() -> metrics().contains("figures_wait_seconds_count"));
        String shown = metrics();
        for (String line : List.of(
                "# HELP figures_calls_total Calls",
                "# TYPE figures_calls_total counter",
                "# HELP figures_waiting Waiting",
                "# TYPE figures_waiting gauge",
                "# HELP figures_wait_seconds Wait",
                "# TYPE figures_wait_seconds histogram")) {
            assertEquals(1, shown.lines().filter(line::equals).count(), line + " in\n" + shown);
        }
        for (String figure : List.of(
                "figures_calls_total{path=\"C:\\\\x \\\"y\\\"\\nz\"} 3 ",
                "figures_calls_total{path=\"other\"} 4 ",
                "figures_waiting{ward=\"A\",kind=\"MR\"} 0.5 ",
                "figures_wait_seconds_bucket{ward=\"A\",le=\"0.1\"} 5 ",
                "figures_wait_seconds_bucket{ward=\"A\",le=\"1\"} 7 ",
                "figures_wait_seconds_bucket{ward=\"A\",le=\"+Inf\"} 8 ",
                "figures_wait_seconds_sum{ward=\"A\"} 9.5 ",
                "figures_wait_seconds_count{ward=\"A\"} 8 ")) {
            assertEquals(
                    1, shown.lines().filter(line -> line.startsWith(figure)).count(), figure + " in\n" + shown);
        }
        Files.delete(figures);
        eventually(() -> !metrics().contains("figures_"));
        assertFalse(metrics().isEmpty());
    }

    private static String metrics() throws Exception {
        return new String(call(ALICE, "GET", "/tools/metrics-prometheus").body(), UTF_8);
    }

    private static String study(SampleFile file) {
        return "/studies/" + file.ids().study();
    }

    private static HttpResponse<byte[]> call(String token, String method, String path) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path))
                .timeout(Duration.ofSeconds(60))
                .method(method, BodyPublishers.noBody());
        if (token != null) {
            request.header("X-Token", token);
        }
        return server.send(request.build());
    }

    private static int status(String token, String method, String path) throws Exception {
        return call(token, method, path).statusCode();
    }

    private static int statusOf(String token) {
        try {
            return status(token, "GET", "/studies");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode json(String token, String path) throws Exception {
        HttpResponse<byte[]> answer = call(token, "GET", path);
        assertEquals(200, answer.statusCode(), () -> path + ": " + new String(answer.body(), UTF_8));
        return Rest.JSON.readTree(answer.body());
    }

    private static void eventually(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, "not within a minute");
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
