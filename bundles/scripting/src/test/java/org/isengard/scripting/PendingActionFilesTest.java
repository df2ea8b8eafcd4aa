package org.isengard.scripting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.isengard.runtime.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingActionFilesTest {
    private static final String GOOD =
            "{\"resource\":\"a\",\"next\":1,\"made\":\"m\",\"storing\":\"s\",\"operations\":[{},{\"x\":1}]}";

    @TempDir
    Path parent;

    private Path directory;

    @BeforeEach
    void directory() {
        directory = parent.resolve("actions");
    }

    private static JsonNode operations() throws IOException {
        return Json.MAPPER.readTree("[{\"Operation\":\"delete\"},{\"Operation\":\"store-scu\"}]");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void put(String name, String content) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(name), content);
    }

    private List<String> loaded() {
        return new PendingActionFiles(directory)
                .load().stream().map(e -> e.name).toList();
    }

    @Test
    void whatWasSavedIsResumedInTheOrderOfTheAsking() throws Exception {
        PendingActionFiles files = new PendingActionFiles(directory);
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            PendingAction action = new PendingAction(files.nextName(), "r" + i, operations());
            files.save(action);
            asked.add(action.name);
        }
        PendingActionFiles later = new PendingActionFiles(directory);
        List<PendingAction> found = later.load();
        assertEquals(asked, found.stream().map(e -> e.name).toList());
        assertEquals("r3", found.get(3).resource);
        assertTrue(found.get(3).resumed);
        assertTrue(later.nextName().compareTo(asked.get(39)) > 0);
    }

    @Test
    void howFarAnActionIsComesBack() throws Exception {
        PendingActionFiles files = new PendingActionFiles(directory);
        PendingAction action = new PendingAction(files.nextName(), "r", operations());
        files.save(action);
        action.next = 1;
        action.made = "made";
        action.storing = "storing";
        files.save(action);
        PendingAction found = new PendingActionFiles(directory).load().get(0);
        assertEquals(action.toJson(), found.toJson());
        assertEquals(action.step(), found.step());
        files.delete(found);
        assertEquals(List.of(), names());
        files.delete(found);
    }

    @Test
    void namesSortBehindThoseOfAClockThatWasAhead() throws Exception {
        String ahead = "0100000000000000";
        put(ahead + ".json", GOOD);
        PendingActionFiles files = new PendingActionFiles(directory);
        assertEquals(1, files.load().size());
        assertTrue(files.nextName().compareTo(ahead) > 0);
    }

    @Test
    void whatCannotBeReadIsSetAsideAndTheRestIsDone() throws Exception {
        put("0000000000000001.json", "");
        put("0000000000000002.json", GOOD.substring(0, 40));
        put("0000000000000003.json", "[]");
        put("0000000000000004.json", "{\"resource\":\"a\",\"next\":0,\"made\":\"\",\"storing\":\"\"}");
        put("0000000000000005.json", GOOD.replace("\"next\":1", "\"next\":-1"));
        put("0000000000000006.json", GOOD.replace("\"next\":1", "\"next\":3"));
        put("0000000000000007.json", GOOD.replace("[{},{\"x\":1}]", "{\"a\":1,\"b\":2}"));
        put("0000000000000008.json", "[".repeat(100_000));
        put("0000000000000009.json", GOOD.replace("\"next\":1", "\"next\":\"one\""));
        put("000000000000000a.json", GOOD);
        assertEquals(List.of("000000000000000a"), loaded());
        assertEquals(9, names().stream().filter(name -> name.endsWith(".bad")).count());
        assertEquals(List.of("000000000000000a"), loaded());
    }

    @Test
    void namesThatAreNotOursAreSetAside() throws Exception {
        for (String name : List.of("ffffffffffffffff", "7fffffffffffffff", "-000000000000001", "x", "", "1.json")) {
            put(name + ".json", GOOD);
        }
        put("notes.txt", GOOD);
        assertEquals(List.of(), loaded());
        PendingActionFiles files = new PendingActionFiles(directory);
        files.load();
        assertTrue(files.nextName().compareTo("0fffffffffffffff") < 0);
        assertTrue(names().contains("notes.txt"));
    }

    @Test
    void whatCannotBeSetAsideDoesNotKeepTheRestFromBeingDone() throws Exception {
        put("0000000000000001.json", "");
        Files.createDirectories(directory.resolve("0000000000000001.json.bad/x"));
        put("0000000000000002.json", GOOD);
        assertEquals(List.of("0000000000000002"), loaded());
    }

    @Test
    void aSaveThatWasCutOffLeavesNothingBehind() throws Exception {
        put("0000000000000001.new", GOOD.substring(0, 20));
        put("0000000000000002.json", GOOD);
        assertEquals(List.of("0000000000000002"), loaded());
        assertEquals(List.of("0000000000000002.json"), names());
    }

    @Test
    void anInterruptedThreadSavesToo() throws Exception {
        PendingActionFiles files = new PendingActionFiles(directory);
        PendingAction action = new PendingAction(files.nextName(), "r", operations());
        Thread.currentThread().interrupt();
        files.save(action);
        assertTrue(Thread.interrupted());
        assertEquals(List.of(action.name), loaded());
    }

    @Test
    void whereNothingCanBeWrittenNothingFails() throws Exception {
        Files.writeString(directory, "a file");
        PendingActionFiles files = new PendingActionFiles(directory);
        assertEquals(List.of(), files.load());
        PendingAction action = new PendingAction(files.nextName(), "r", operations());
        files.save(action);
        files.delete(action);
        assertFalse(action.isDone());
    }
}
