package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin comes and goes with its jar, and is listed while it is there. */
class PluginIT {
    @TempDir
    Path directory;

    @Test
    void aDroppedJarAnswersIsListedExtendsTheExplorerAndLeavesAgain() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).start()) {
            assertEquals(404, server.get("/hello").statusCode());
            Path dropped = Samples.deploy(server, "01-hello");
            server.awaitStatus("/hello", 200);

            assertEquals("{\"Hello\":\"you\",\"Studies\":0}", text(server, "/hello/you"));
            assertTrue(text(server, "/plugins").contains("\"hello\""));
            String described = text(server, "/plugins/hello");
            assertTrue(described.contains("\"ExtendsOrthancExplorer\":true"), described);
            assertTrue(described.contains("\"State\":\"Active\""), described);
            assertTrue(text(server, "/plugins/explorer.js").contains("The plugin \"hello\" is here."));

            Files.delete(dropped);
            server.awaitStatus("/plugins/hello", 404);
            assertEquals(200, server.get("/system").statusCode());
        }
    }

    /** A KAR is a feature with all its bundles in one file. */
    @Test
    void aDroppedArchiveOfAFeatureAnswersAndAFeatureIsInstalledFromTheShell() throws Exception {
        Path kar = directory.resolve("hello.kar");
        String features = """
                <features name="hello" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                  <feature name="hello" version="1.0"><bundle>mvn:com.example/hello/1.0</bundle></feature>
                </features>
                """;
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(kar))) {
            out.putNextEntry(new ZipEntry("repository/com/example/hello-features/1.0/hello-features-1.0-features.xml"));
            out.write(features.getBytes(UTF_8));
            out.putNextEntry(new ZipEntry("repository/com/example/hello/1.0/hello-1.0.jar"));
            out.write(Files.readAllBytes(Samples.jar("01-hello")));
        }
        Path repository = directory.resolve("clock-features.xml");
        Files.writeString(repository, """
                <features name="clock" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                  <feature name="clock" version="1.0"><bundle>%s</bundle></feature>
                </features>
                """.formatted(Samples.jar("06-override").toUri()));
        try (ServerProcess server = new ServerProcess(directory).start()) {
            Samples.deploy(server, kar, "hello.kar");
            server.awaitStatus("/hello", 200);
            assertTrue(text(server, "/plugins").contains("\"hello\""));

            new Bundles(server).all();
            server.shell("feature:repo-add " + repository.toUri());
            server.shell("feature:install clock");
            server.awaitStatus("/plugins/local-clock", 200);
            assertTrue(text(server, "/tools/now-local").contains("-"));
            server.shell("feature:uninstall clock");
            server.awaitStatus("/plugins/local-clock", 404);
            assertTrue(!text(server, "/tools/now-local").contains("-"));
            assertEquals(200, server.get("/hello").statusCode());
        }
    }

    private static String text(ServerProcess server, String path) throws Exception {
        return new String(server.get(path).body(), UTF_8);
    }
}
