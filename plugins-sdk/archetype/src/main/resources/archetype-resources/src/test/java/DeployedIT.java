package ${package};

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.isengard.testkit.BootedServer;
import org.isengard.testkit.TestInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin in the real server. */
class DeployedIT {
    @Test
    void itAnswersAndIsListed(@TempDir Path directory) throws Exception {
        try (BootedServer server =
                BootedServer.start(directory, Map.of("${artifactId}", "{\"Greeting\": \"Welcome\"}"))) {
            server.deploy(Path.of("target/${artifactId}-${version}.jar"));
            server.awaitStatus("/${artifactId}", 200);
            server.post("/instances", TestInstance.file(TestInstance.dataset("patient", "study", "series", 1)));
            assertEquals("{\"Greeting\":\"Welcome\",\"Studies\":1}", server.get("/${artifactId}").body());
            assertTrue(server.get("/plugins/${artifactId}").body().contains("\"Version\":\"${version}\""));
            assertTrue(server.get("/plugins").body().contains("\"${artifactId}\""));
        }
    }
}
