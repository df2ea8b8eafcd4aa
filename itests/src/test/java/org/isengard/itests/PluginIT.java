package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A plugin starts when its jar is dropped and leaves with it; the REST API lists it meanwhile. */
class PluginIT {
    @TempDir
    static Path directory;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerProcess(directory.resolve("server")).start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aDroppedJarAnswersIsListedExtendsTheExplorerAndLeavesAgain() throws Exception {
        assertEquals(404, server.get("/hello").statusCode());
        Path dropped = Samples.deploy(server, "01-hello");
        server.awaitStatus("/hello", 200);

        assertEquals("{\"Hello\":\"you\",\"Studies\":0}", text(server, "/hello/you"));
        assertTrue(text(server, "/plugins").contains("\"hello\""));
        String described = text(server, "/plugins/hello");
        assertTrue(described.contains("\"ExtendsOrthancExplorer\":true"), described);
        assertTrue(described.contains("\"State\":\"Active\""), described);
        assertTrue(text(server, "/plugins/explorer.js").contains("The plugin \"hello\" is here."));

        assertTrue(text(server, "/openapi.json").contains("\"/hello/{name}\""));

        Files.delete(dropped);
        server.awaitStatus("/plugins/hello", 404);
        assertTrue(!text(server, "/openapi.json").contains("\"/hello/{name}\""));
        // Only an update waits: the routes of an uninstalled bundle are unknown at once.
        assertEquals(404, server.get("/hello/you").statusCode());
        assertEquals(200, server.get("/system").statusCode());
    }

    /** A caller that asks while the bundle is stopped, as at the start of an update, waits until it is uninstalled. */
    @Test
    @Timeout(50)
    void aCallerThatWaitsForARouteIsAnsweredOnceItsBundleIsUninstalled() throws Exception {
        server.shell("bundle:install -s " + Samples.jar("01-hello").toUri());
        server.awaitStatus("/hello/you", 200);
        server.shell("bundle:stop isengard-sample-hello");
        CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> status("/hello/you"));
        assertThrows(TimeoutException.class, () -> waiting.get(1, TimeUnit.SECONDS));
        server.shell("bundle:uninstall isengard-sample-hello");
        assertEquals(404, waiting.get(10, TimeUnit.SECONDS));
    }

    @Test
    void aFeatureIsInstalledAndUninstalledFromTheShell() throws Exception {
        Path repository = directory.resolve("clock-features.xml");
        Files.writeString(repository, """
                <features name="clock" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                  <feature name="clock" version="1.0"><bundle>%s</bundle></feature>
                </features>
                """.formatted(Samples.jar("06-override").toUri()));
        new Bundles(server).all();
        server.shell("feature:repo-add " + repository.toUri());
        server.shell("feature:install clock");
        server.awaitStatus("/plugins/local-clock", 200);
        assertTrue(text(server, "/tools/now-local").contains("-"));
        server.shell("feature:uninstall clock");
        server.awaitStatus("/plugins/local-clock", 404);
        assertTrue(!text(server, "/tools/now-local").contains("-"));
        assertEquals(200, server.get("/system").statusCode());
    }

    @Test
    @Timeout(120)
    void anArchiveOfAFeatureIsDroppedAndTakenAway() throws Exception {
        Path kar = directory.resolve("clock.kar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(kar))) {
            zip.putNextEntry(new ZipEntry("repository/local/clock/1.0/clock-1.0-features.xml"));
            zip.write("""
                    <features name="clock" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                      <feature name="clock" version="1.0" install="auto"><bundle>mvn:local/clock/1.0</bundle></feature>
                    </features>
                    """.getBytes(UTF_8));
            zip.putNextEntry(new ZipEntry("repository/local/clock/1.0/clock-1.0.jar"));
            Files.copy(Samples.jar("06-override"), zip);
        }
        Path dropped = Samples.deploy(server, kar, "clock.kar");
        // It is listed from its installation on, and starts a moment later.
        while (!text(server, "/plugins/local-clock").contains("\"State\":\"Active\"")) {
            Thread.sleep(20);
        }
        server.awaitStatus("/plugins/local-clock", 200);
        assertTrue(text(server, "/tools/now-local").contains("-"));
        Files.delete(dropped);
        server.awaitStatus("/plugins/local-clock", 404);
        assertTrue(!text(server, "/tools/now-local").contains("-"));
    }

    private static int status(String path) {
        try {
            return server.get(path).statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(path, e);
        }
    }

    private static String text(ServerProcess server, String path) throws Exception {
        return new String(server.get(path).body(), UTF_8);
    }
}
