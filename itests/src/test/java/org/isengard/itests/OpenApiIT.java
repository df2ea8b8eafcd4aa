package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The description of the routes in OpenAPI. */
@Timeout(60)
class OpenApiIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    @Test
    void eachRouteOfTheServerSaysWhatItDoes() throws Exception {
        JsonNode document = document();
        assertEquals("3.1.0", document.path("openapi").asText());
        List<String> silent = new ArrayList<>();
        Set<String> identifiers = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                String name = operation.getKey() + " " + path.getKey();
                if (operation.getValue().path("summary").asText().isEmpty()) {
                    silent.add(name);
                }
                if (!identifiers.add(operation.getValue().path("operationId").asText())) {
                    silent.add(name + " has the operationId of another operation");
                }
                long variables = path.getKey().chars().filter(c -> c == '{').count();
                assertEquals(variables, operation.getValue().path("parameters").size(), name);
            }
        }
        assertEquals(List.of(), silent);
    }

    @Test
    void eachOperationOfOrthancIsThere() throws Exception {
        Path list = Checkout.root().resolveSibling("shared/api/operations.tsv");
        assumeTrue(Files.exists(list), "the list of operations is not there");
        Set<String> ours = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : document().path("paths").properties()) {
            path.getValue().fieldNames().forEachRemaining(method -> ours.add(method + " " + anonymous(path.getKey())));
        }
        List<String> missing = new ArrayList<>();
        for (String line : Files.readAllLines(list)) {
            String[] row = line.split("\t");
            if (!row[0].startsWith("/")) {
                continue;
            }
            for (String method : row[1].split(" ")) {
                String operation = method.toLowerCase(Locale.ROOT) + " " + anonymous(row[0]);
                if (!ours.contains(operation)) {
                    missing.add(operation);
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    private static String anonymous(String path) {
        return path.replaceAll("\\{[^}]*}", "{}");
    }

    private static JsonNode document() throws Exception {
        return JSON.readTree(SHARED.server().get("/openapi.json").body());
    }
}
