package org.isengard.scripting;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.isengard.rest.kit.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errands on disk, one file for each, replaced as a whole and synced: what scripts asked for is done although the server
 * was killed meanwhile. Where nothing can be written they are done from memory alone.
 */
final class ErrandFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ErrandFiles.class);
    private static final String SUFFIX = ".json";

    private final Path directory;
    private long last;

    ErrandFiles(Path directory) {
        this.directory = directory;
    }

    /** {@return a name that sorts behind all given before, also by earlier runs} */
    synchronized String nextName() {
        last = Math.max(last + 1, System.currentTimeMillis() << 10);
        return String.format("%016x", last);
    }

    /** {@return what an earlier run left undone, in its order} */
    List<Errand> load() {
        List<Errand> found = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
                String name = file.getFileName().toString().replace(SUFFIX, "");
                try {
                    JsonNode json = Json.MAPPER.readTree(file.toFile());
                    found.add(Errand.of(name, json));
                    synchronized (this) {
                        last = Math.max(last, Long.parseLong(name, 16));
                    }
                } catch (IOException | RuntimeException e) {
                    LOG.error("What a script asked for in {} cannot be read and is set aside", file.getFileName(), e);
                    Files.move(file, file.resolveSibling(file.getFileName() + ".bad"));
                }
            }
        } catch (IOException e) {
            LOG.error("What scripts asked for before cannot be read", e);
        }
        return found;
    }

    void save(Errand errand) {
        try {
            Files.createDirectories(directory);
            Path scratch = directory.resolve(errand.name + ".new");
            try (FileChannel out = FileChannel.open(
                    scratch,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(Json.MAPPER.writeValueAsBytes(errand.toJson()));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(false);
            }
            Files.move(scratch, file(errand), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.error("What a script asked for is not saved: a crash would lose it", e);
        }
    }

    void delete(Errand errand) {
        try {
            Files.deleteIfExists(file(errand));
        } catch (IOException e) {
            LOG.error("The file of {} stays: it may be done again after a restart", errand.name, e);
        }
    }

    private Path file(Errand errand) {
        return directory.resolve(errand.name + SUFFIX);
    }
}
