package org.isengard.security.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isengard.api.security.AuditLog.Event;
import org.isengard.runtime.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events as lines of JSON, one file for each day (UTC): {@code audit-2026-01-31.jsonl}. The field {@code hash} of a line is the SHA-256
 * of the hash before and the line without that field, so that no line can be changed, left out or put in without a trace. The
 * first line of a file repeats the last hash of the file before.
 *
 * <p>Threading: one lock for writing; a line is with the operating system before {@link #append} returns, and on the disk after
 * {@link #sync}, which one thread calls each second. Readers read files.
 */
final class AuditFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFiles.class);
    private static final Pattern NAME = Pattern.compile("audit-(\\d{4}-\\d{2}-\\d{2})\\.jsonl");
    private static final String START = "0".repeat(64);
    private static final int LONGEST_DETAILS = 2_000;
    private static final int LONGEST_LINE = 1 << 18;

    private final Path directory;
    private final int retentionDays;
    private RandomAccessFile file;
    private LocalDate day;
    private long sequence;
    private String hash = START;
    private long lost;
    private boolean unsynced;

    /**
     * Goes on with the files that are there; a line that a loss of power cut off is taken away and noted.
     *
     * @param retentionDays files that are older are deleted, 0 for never
     */
    AuditFiles(Path directory, int retentionDays) throws IOException {
        this.directory = directory;
        this.retentionDays = retentionDays;
        Files.createDirectories(directory);
        List<Path> files = files();
        if (!files.isEmpty()) {
            Path last = files.get(files.size() - 1);
            boolean cut = cutTail(last);
            JsonNode line = lastLine(last);
            if (line != null) {
                sequence = line.path("seq").asLong();
                hash = line.path("hash").asText();
            }
            if (cut) {
                LOG.warn("The last line of {} was cut off and is taken away", last);
            }
        }
    }

    /** {@return the files, the oldest first} */
    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(
                            path -> NAME.matcher(path.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    private static boolean cutTail(Path path) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(path.toFile(), "rw")) {
            long end = in.length();
            long whole = end;
            while (whole > 0) {
                in.seek(whole - 1);
                if (in.read() == '\n') {
                    break;
                }
                whole--;
            }
            in.setLength(whole);
            return whole < end;
        }
    }

    private static JsonNode lastLine(Path path) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(path.toFile(), "r")) {
            long start = in.length() - 1;
            while (start > 0) {
                in.seek(start - 1);
                if (in.read() == '\n') {
                    break;
                }
                start--;
            }
            if (in.length() == 0) {
                return null;
            }
            in.seek(Math.max(0, start));
            // Ten fields of 2,000 characters, of which JSON may write each as six bytes.
            byte[] line = new byte[(int) Math.min(LONGEST_LINE, in.length() - Math.max(0, start))];
            in.readFully(line);
            return Json.MAPPER.readTree(line);
        }
    }

    /** Adds an event; one that the disk refuses is counted and told with the next one. */
    synchronized void append(Event event) {
        try {
            LocalDate today = LocalDate.ofInstant(event.time(), ZoneOffset.UTC);
            if (file == null || today.isAfter(day)) {
                open(today);
            }
            if (lost > 0) {
                ObjectNode gap = JsonNodeFactory.instance.objectNode();
                gap.put("time", event.time().toString())
                        .put("action", "audit-lost")
                        .put("details", lost + " events");
                write(gap);
                lost = 0;
            }
            write(json(event));
        } catch (IOException | RuntimeException e) {
            if (lost++ == 0) {
                LOG.error("An event of the audit cannot be written", e);
            }
        }
    }

    private void open(LocalDate today) throws IOException {
        if (file != null) {
            file.getFD().sync();
            file.close();
            file = null;
        }
        day = today;
        // A FileChannel would be closed by an interrupt of the thread.
        file = new RandomAccessFile(
                directory.resolve("audit-" + today + ".jsonl").toFile(), "rw");
        file.seek(file.length());
        if (file.length() == 0) {
            ObjectNode first = JsonNodeFactory.instance.objectNode();
            first.put("time", today + "T00:00:00Z").put("action", "audit-file").put("previous", hash);
            write(first);
        }
        forgetOld(today);
    }

    private void forgetOld(LocalDate today) throws IOException {
        if (retentionDays <= 0) {
            return;
        }
        String oldest = "audit-" + today.minusDays(retentionDays) + ".jsonl";
        for (Path path : files()) {
            if (path.getFileName().toString().compareTo(oldest) < 0) {
                Files.delete(path);
                LOG.info("{} is older than {} days and deleted", path, retentionDays);
            }
        }
    }

    private void write(ObjectNode line) throws IOException {
        line.put("seq", sequence + 1);
        String next = hash(hash, line);
        line.put("hash", next);
        byte[] bytes = (Json.MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        long before = file.getFilePointer();
        try {
            file.write(bytes);
        } catch (IOException e) {
            // Half a line would break the chain.
            file.setLength(before);
            file.seek(before);
            throw e;
        }
        sequence++;
        hash = next;
        unsynced = true;
    }

    private static String hash(String before, JsonNode line) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(before.getBytes(StandardCharsets.US_ASCII));
            digest.update(Json.MAPPER.writeValueAsBytes(line));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static ObjectNode json(Event event) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("time", event.time().toString());
        put(line, "user", event.user());
        put(line, "address", event.address());
        put(line, "action", event.action());
        put(line, "level", event.level());
        put(line, "resource", event.resource());
        put(line, "patient", event.patientId());
        put(line, "study", event.studyUid());
        put(line, "outcome", event.outcome());
        put(line, "details", event.details());
        return line;
    }

    private static void put(ObjectNode line, String name, String value) {
        if (!value.isEmpty()) {
            line.put(name, value.length() > LONGEST_DETAILS ? value.substring(0, LONGEST_DETAILS) : value);
        }
    }

    /** Brings to the disk what was written. */
    void sync() {
        RandomAccessFile open;
        synchronized (this) {
            open = unsynced ? file : null;
            unsynced = false;
        }
        if (open != null) {
            try {
                open.getFD().sync();
            } catch (IOException e) {
                LOG.debug("The file of a new day has taken over", e);
            }
        }
    }

    /** Walks through the events from a day on ("" for all), the oldest first, until the taker has enough. */
    void each(String fromDay, Predicate<JsonNode> taker) throws IOException {
        for (Path path : files()) {
            if (path.getFileName().toString().compareTo("audit-" + fromDay) < 0) {
                continue;
            }
            try (BufferedReader lines = Files.newBufferedReader(path)) {
                String line;
                while ((line = lines.readLine()) != null) {
                    if (!taker.test(Json.MAPPER.readTree(line))) {
                        return;
                    }
                }
            } catch (NoSuchFileException e) {
                LOG.debug("{} was deleted meanwhile", path);
            }
        }
    }

    /** Compares the chain. {@return lines for a reader, of which the last tells the outcome} */
    List<String> verify() throws IOException {
        List<String> report = new ArrayList<>();
        String before = null;
        long number = -1;
        long events = 0;
        int faults = 0;
        for (Path path : files()) {
            long line = 0;
            try (BufferedReader lines = Files.newBufferedReader(path)) {
                for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                    line++;
                    String fault = "";
                    ObjectNode event = null;
                    try {
                        event = Json.MAPPER.readTree(text) instanceof ObjectNode object ? object : null;
                    } catch (IOException e) {
                        LOG.debug("Not JSON", e);
                    }
                    if (event == null) {
                        fault = "is no event";
                    } else {
                        if (before == null) {
                            // The files before were deleted, as the retention wants it.
                            before = event.path("previous").asText(START);
                            number = event.path("seq").asLong() - 1;
                        }
                        String own = event.path("hash").asText();
                        event.remove("hash");
                        if (event.path("seq").asLong() != number + 1) {
                            fault = "has number " + event.path("seq").asLong() + " after " + number;
                        } else if (!own.equals(hash(before, event))) {
                            fault = "does not fit its hash";
                        }
                        before = own;
                        number = event.path("seq").asLong();
                    }
                    events++;
                    if (!fault.isEmpty() && faults++ < 20) {
                        report.add(path.getFileName() + ", line " + line + " " + fault);
                    }
                }
            }
            report.add(path.getFileName() + ": " + line + " lines");
        }
        report.add(
                faults == 0
                        ? "The chain of " + events + " lines is whole; its last hash is "
                                + (before == null ? START : before)
                        : "THE CHAIN IS BROKEN at " + faults + " of " + events + " lines");
        return report;
    }

    @Override
    public synchronized void close() throws IOException {
        if (file != null) {
            file.getFD().sync();
            file.close();
            file = null;
        }
    }
}
