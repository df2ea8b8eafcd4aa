package org.isengard.rest.administration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
    @TempDir
    Path directory;

    private static String line(int number, String level) {
        return String.format(
                "2026-01-31T10:00:00,%03d %-5s [http-1 [a]] SomeClass Message %d%n", number % 1000, level, number);
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(directory.resolve(name), text);
    }

    private List<LogLine> read(int limit, String level) throws Exception {
        return new LogTail(directory).read(limit, level);
    }

    @Test
    void aTraceBelongsToTheEntryBeforeIt() throws Exception {
        write(
                "isengard.log",
                "a rest of a trace\n" + line(1, "INFO") + line(2, "ERROR")
                        + "java.io.IOException: broken\n\t\tat org.isengard.X\n" + line(3, "WARN"));
        List<LogLine> lines = read(10, "TRACE");
        assertEquals(3, lines.size());
        assertEquals("", lines.get(0).trace());
        assertEquals("ERROR", lines.get(1).level());
        assertEquals("SomeClass", lines.get(1).logger());
        assertEquals("Message 2", lines.get(1).message());
        assertEquals(
                "java.io.IOException: broken\n\t\tat org.isengard.X\n",
                lines.get(1).trace());
        assertEquals("", lines.get(2).trace());
    }

    @Test
    void lowerLevelsAreLeftOut() throws Exception {
        write("isengard.log", line(1, "ERROR") + line(2, "WARN") + line(3, "INFO") + "trace\n" + line(4, "DEBUG"));
        assertEquals(
                List.of("Message 1", "Message 2"),
                read(10, "WARN").stream().map(LogLine::message).toList());
        assertEquals("Message 4", read(1, "TRACE").get(0).message());
        assertEquals("Message 1", read(1, "ERROR").get(0).message());
    }

    @Test
    void theFormerFileIsReadWhenTheLogHasJustBegunANewOne() throws Exception {
        write("isengard.log", line(3, "INFO"));
        write("isengard.log.1", line(1, "INFO"));
        write("isengard.log.2", line(2, "INFO"));
        write("isengard.log.old", line(4, "INFO"));
        Files.setLastModifiedTime(directory.resolve("isengard.log.1"), FileTime.fromMillis(1_000));
        assertEquals(
                List.of("Message 2", "Message 3"),
                read(10, "TRACE").stream().map(LogLine::message).toList());
    }

    @Test
    void aLongFileIsReadFromItsEnd() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            text.append(line(i, "INFO"));
        }
        write("isengard.log", text.toString());
        List<LogLine> lines = read(1_000, "TRACE");
        assertEquals(1_000, lines.size());
        assertEquals("Message 59999", lines.get(999).message());
        assertEquals("Message 59000", lines.get(0).message());
    }

    @Test
    void aLongEntryIsCut() throws Exception {
        write("isengard.log", line(1, "INFO").replace("Message", "x".repeat(100_000)));
        assertTrue(read(10, "TRACE").get(0).message().length() < 5_000);
    }

    @Test
    void withoutAFileThereAreNoEntries() throws Exception {
        assertEquals(List.of(), read(10, "TRACE"));
        assertEquals(List.of(), new LogTail(directory.resolve("absent")).read(10, "TRACE"));
    }
}
