package ${package};

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.isengard.api.rest.RestClient;
import org.isengard.testkit.FakeServer;
import org.isengard.testkit.TestInstance;
import org.junit.jupiter.api.Test;

class PluginRoutesTest {
    @Test
    void studiesAreCounted() throws Exception {
        FakeServer server = new FakeServer();
        server.store(TestInstance.file(TestInstance.dataset("patient", "study", "series", 1)));
        server.rest().add(new PluginRoutes("Welcome", server.index()));
        RestClient.Answer answer = server.rest().call("GET", "/${artifactId}", "");
        assertEquals(
                "{\"Greeting\":\"Welcome\",\"Studies\":1}", new String(answer.body(), StandardCharsets.UTF_8));
    }
}
