package org.isengard.transform.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archives made by jobs, in one directory; the oldest give way to new ones (MediaArchiveSize). What a crash left
 * half-written is removed at start.
 */
final class ArchiveFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveFiles.class);
    private static final String PART = ".part";
    private static final String DONE = ".zip";

    private final Path directory;
    private final int limit;

    ArchiveFiles(Path directory, int limit) throws IOException {
        this.directory = directory;
        this.limit = Math.max(1, limit);
        Files.createDirectories(directory);
        for (Path part : list(PART)) {
            Files.deleteIfExists(part);
        }
    }

    private List<Path> list(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix)).toList();
        }
    }

    /** {@return where an archive is to be written} */
    Path part(String job) {
        return directory.resolve(job + PART);
    }

    /** {@return the finished archive, which may have given way} */
    Path file(String job) {
        return directory.resolve(job + DONE);
    }

    /** Makes a written archive the newest one. */
    synchronized void finish(String job) throws IOException {
        Files.move(part(job), file(job), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        List<Path> archives = list(DONE).stream()
                .sorted(Comparator.comparingLong(ArchiveFiles::modified))
                .toList();
        for (Path old : archives.subList(0, Math.max(0, archives.size() - limit))) {
            Files.deleteIfExists(old);
        }
    }

    private static long modified(Path file) {
        return file.toFile().lastModified();
    }

    /** {@return false when there was none} */
    boolean delete(String job) {
        try {
            Files.deleteIfExists(part(job));
            return Files.deleteIfExists(file(job));
        } catch (IOException e) {
            LOG.warn("An archive stays in {}", directory, e);
            return true;
        }
    }
}
