package org.isengard.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.job.JobState;
import org.isengard.runtime.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs on disk: one JSON file for each, replaced as a whole, so that a crash leaves the old or the new state. What
 * cannot be read is set aside, never thrown away.
 */
final class JobFiles {
    private static final Logger LOG = LoggerFactory.getLogger(JobFiles.class);
    private static final String SUFFIX = ".json";

    private final Path directory;

    /** @param directory where the files are; null to keep nothing */
    JobFiles(Path directory) throws IOException {
        this.directory = directory;
        if (directory != null) {
            Files.createDirectories(directory);
        }
    }

    /** {@return the jobs there are, in their order; those that were running wait to be run again} */
    List<Entry> load() throws IOException {
        List<Entry> saved = new ArrayList<>();
        for (ObjectNode row : readAll()) {
            try {
                Entry entry = Entry.fromRow(row);
                if (entry.state == JobState.RUNNING || entry.state == JobState.RETRY) {
                    entry.state = JobState.PENDING;
                }
                saved.add(entry);
            } catch (RuntimeException e) {
                LOG.error("A saved job is not understood and left out: {}", row.path("id"), e);
            }
        }
        saved.sort(Comparator.comparingLong(entry -> entry.order));
        return saved;
    }

    /** What cannot be saved goes on in memory: a full disk must not hang those who wait for the job. */
    void save(String id, ObjectNode row) {
        try {
            write(id, row);
        } catch (IsengardException e) {
            LOG.error("Job {} is not saved", id, e);
        }
    }

    /**
     * Replaces the file of a job. When this returns, file and name are on disk.
     *
     * @throws IsengardException CANNOT_WRITE_FILE
     */
    void write(String id, ObjectNode row) {
        try {
            replace(id, row);
        } catch (IOException e) {
            throw new IsengardException(ErrorCode.CANNOT_WRITE_FILE, "A job cannot be saved: " + e.getMessage(), e);
        }
    }

    private void replace(String id, ObjectNode row) throws IOException {
        if (directory == null) {
            return;
        }
        Path scratch = directory.resolve(id + ".new");
        try (FileChannel out = FileChannel.open(
                scratch, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(Json.MAPPER.writeValueAsBytes(row));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(false);
        }
        Files.move(scratch, file(id), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory();
    }

    /** A new name survives a crash only when the directory is on disk too. */
    private void syncDirectory() throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    void delete(String id) {
        try {
            if (directory != null) {
                Files.deleteIfExists(file(id));
            }
        } catch (IOException e) {
            LOG.warn("The file of job {} stays", id, e);
        }
    }

    private List<ObjectNode> readAll() throws IOException {
        List<ObjectNode> rows = new ArrayList<>();
        if (directory == null) {
            return rows;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
                try {
                    rows.add((ObjectNode) Json.MAPPER.readTree(file.toFile()));
                } catch (IOException | ClassCastException e) {
                    LOG.error("The job in {} cannot be read and is set aside", file.getFileName(), e);
                    Files.move(file, file.resolveSibling(file.getFileName() + ".bad"));
                }
            }
        }
        return rows;
    }

    private Path file(String id) {
        return directory.resolve(id + SUFFIX);
    }
}
