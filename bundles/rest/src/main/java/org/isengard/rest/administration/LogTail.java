package org.isengard.rest.administration;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The last entries of the log file. It reads the end of the file, and the end of the latest one that the log has put
 * aside when the file has few entries: at most {@value #MOST_BYTES} bytes of each.
 *
 * <p>Threading: any thread; the log goes on meanwhile.
 */
final class LogTail {
    private static final int MOST_BYTES = 1 << 20;
    private static final String NAME = "isengard.log";

    private final Path directory;

    /** @param directory in which the logging service writes {@code isengard.log} */
    LogTail(Path directory) {
        this.directory = directory;
    }

    /**
     * {@return the last entries, the oldest first}
     *
     * @param limit most entries
     * @param minimum lowest level, one of {@link LogLine#LEVELS}
     */
    List<LogLine> read(int limit, String minimum) throws IOException {
        List<LogLine> lines = entries(end(directory.resolve(NAME)), minimum);
        if (lines.size() < limit) {
            Optional<Path> former = former();
            if (former.isPresent()) {
                List<LogLine> all = entries(end(former.get()), minimum);
                all.addAll(lines);
                lines = all;
            }
        }
        return List.copyOf(lines.subList(Math.max(0, lines.size() - limit), lines.size()));
    }

    private Optional<Path> former() throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("isengard\\.log\\.\\d{1,9}"))
                    .max(Comparator.comparing(LogTail::modified));
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            // The log removes its oldest file at any time.
            return FileTime.fromMillis(0);
        }
    }

    /** {@return the whole lines at the end of a file} */
    private static String end(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long start = Math.max(0, in.length() - MOST_BYTES);
            byte[] bytes = new byte[(int) Math.min(MOST_BYTES, in.length() - start)];
            in.seek(start);
            in.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            return start == 0 ? text : text.substring(text.indexOf('\n') + 1);
        } catch (NoSuchFileException | java.io.FileNotFoundException e) {
            return "";
        }
    }

    private static List<LogLine> entries(String text, String minimum) {
        List<LogLine> entries = new ArrayList<>();
        LogLine current = null;
        StringBuilder trace = new StringBuilder();
        for (String line : text.split("\r?\n")) {
            Optional<LogLine> first = LogLine.parse(line);
            if (first.isEmpty()) {
                trace.append(line).append('\n');
                continue;
            }
            add(entries, current, trace, minimum);
            current = first.get();
        }
        add(entries, current, trace, minimum);
        return entries;
    }

    private static void add(List<LogLine> entries, LogLine entry, StringBuilder trace, String minimum) {
        if (entry != null && entry.isAtLeast(minimum)) {
            entries.add(trace.isEmpty() ? entry : entry.withTrace(trace.toString()));
        }
        trace.setLength(0);
    }
}
