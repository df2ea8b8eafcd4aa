package org.isengard.runtime.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.isengard.runtime.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableJsonFilesTest {
    @TempDir
    Path parent;

    @Test
    void documentsComeBackInTheOrderOfTheirNames() throws IOException {
        DurableJsonFiles files = new DurableJsonFiles(parent.resolve("made"));
        assertEquals(Map.of(), files.readAll());
        files.write("b", Json.MAPPER.readTree("{\"x\":1}"));
        files.write("a", Json.MAPPER.readTree("[]"));
        files.write("b", Json.MAPPER.readTree("{\"x\":2}"));
        assertEquals(List.of("a", "b"), List.copyOf(files.readAll().keySet()));
        assertEquals("{\"x\":2}", files.readAll().get("b").toString());
        assertTrue(files.delete("a"));
        assertFalse(files.delete("a"));
    }

    @Test
    void anUnreadableFileIsSetAsideAndACutOffWriteIsRemoved() throws IOException {
        Files.writeString(parent.resolve("a.json"), "{\"x\":");
        Files.writeString(parent.resolve("b.json"), "[".repeat(100_000));
        Files.writeString(parent.resolve("c.new"), "{");
        assertEquals(Map.of(), new DurableJsonFiles(parent).readAll());
        assertTrue(Files.exists(parent.resolve("a.json.bad")));
        assertTrue(Files.exists(parent.resolve("b.json.bad")));
        assertFalse(Files.exists(parent.resolve("c.new")));
    }

    @Test
    void aNameCannotLeadOutOfTheDirectory() {
        DurableJsonFiles files = new DurableJsonFiles(parent.resolve("in"));
        for (String name : List.of("../x", "a/b", "", ".x", "a\u0000")) {
            assertThrows(IllegalArgumentException.class, () -> files.write(name, Json.MAPPER.nullNode()), name);
        }
        assertThrows(IllegalArgumentException.class, () -> files.setAside("../x"));
    }
}
