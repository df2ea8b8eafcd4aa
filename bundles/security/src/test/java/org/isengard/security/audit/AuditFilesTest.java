package org.isengard.security.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.isengard.api.security.AuditLog.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFilesTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path directory;

    private static Event event(Instant time, String details) {
        return new Event(time, "alice", "127.0.0.1", "GET /studies/{id}", "study", "s", "p", "1.2", "200", details);
    }

    private String outcome() throws Exception {
        try (AuditFiles files = new AuditFiles(directory, 0)) {
            List<String> report = files.verify();
            return report.get(report.size() - 1);
        }
    }

    private Path write(int count) throws Exception {
        try (AuditFiles files = new AuditFiles(directory, 0)) {
            for (int i = 0; i < count; i++) {
                files.append(event(NOW, "é \" \n" + i));
            }
            files.sync();
            return files.files().get(0);
        }
    }

    @Test
    void theChainGoesOnOverRestartsAndDays() throws Exception {
        write(3);
        write(2);
        try (AuditFiles files = new AuditFiles(directory, 0)) {
            files.append(event(NOW.plus(Duration.ofDays(1)), "next day"));
            assertEquals(2, files.files().size());
            List<Long> numbers = new ArrayList<>();
            files.each("", line -> numbers.add(line.path("seq").asLong()));
            assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L), numbers);
        }
        assertTrue(outcome().startsWith("The chain of 8 lines is whole"), outcome());
    }

    @Test
    void theChainGoesOnBehindTheLongestLine() throws Exception {
        String longest = "\u0001".repeat(10_000);
        try (AuditFiles files = new AuditFiles(directory, 0)) {
            files.append(
                    new Event(NOW, longest, longest, longest, longest, longest, longest, longest, longest, longest));
        }
        write(1);
        assertTrue(outcome().startsWith("The chain of 3 lines is whole"), outcome());
    }

    @Test
    void eachChangeShows() throws Exception {
        Path file = write(5);
        String whole = Files.readString(file);
        List<String> lines = whole.lines().toList();
        List<String> without = new ArrayList<>(lines);
        without.remove(2);
        List<String> twice = new ArrayList<>(lines);
        twice.add(3, lines.get(3));
        for (String changed : List.of(
                whole.replace(
                        "alice\",\"address\":\"127.0.0.1\",\"action\":\"GET /studies/{id}\",\"level\":\"study\",\"resource\":\"s\",\"patient\":\"p\"",
                        "bob\",\"address\":\"127.0.0.1\",\"action\":\"GET\""),
                String.join("\n", without) + "\n",
                String.join("\n", twice) + "\n",
                whole.replaceFirst("\"seq\":3", "\"seq\":4"))) {
            Files.writeString(file, changed);
            assertTrue(outcome().startsWith("THE CHAIN IS BROKEN"), changed);
        }
        Files.writeString(file, whole);
        assertTrue(outcome().startsWith("The chain of 6 lines is whole"), outcome());
    }

    @Test
    void aLineThatALossOfPowerCutOffIsTakenAway() throws Exception {
        Path file = write(2);
        Files.writeString(file, "{\"time\":\"2026", StandardOpenOption.APPEND);
        write(1);
        assertTrue(outcome().startsWith("The chain of 4 lines is whole"), outcome());
    }

    @Test
    void oldFilesAreDeletedAndTheChainBeginsBehindThem() throws Exception {
        try (AuditFiles files = new AuditFiles(directory, 2)) {
            for (int day = 0; day < 6; day++) {
                files.append(event(NOW.plus(Duration.ofDays(day)), ""));
            }
            assertEquals(3, files.files().size());
        }
        assertTrue(outcome().startsWith("The chain of 6 lines is whole"), outcome());
    }
}
