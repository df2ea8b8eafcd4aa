package org.isengard.scripting;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isengard.runtime.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errands on disk, one file for each, replaced as a whole and synced: what scripts asked for is done although the server
 * was killed meanwhile. Where nothing can be written they are done from memory alone.
 */
final class PendingActionFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PendingActionFiles.class);
    private static final String SUFFIX = ".json";
    private static final String SCRATCH = ".new";
    /** Numbers of 60 bits: there is always one behind them. */
    private static final Pattern NAME = Pattern.compile("0[0-9a-f]{15}");

    private final Path directory;
    private long last;

    PendingActionFiles(Path directory) {
        this.directory = directory;
    }

    /** {@return a name that sorts behind all given before, also by earlier runs} */
    synchronized String nextName() {
        last = Math.max(last + 1, System.currentTimeMillis() << 10);
        return String.format("%016x", last);
    }

    /** {@return what an earlier run left undone, in its order} */
    List<PendingAction> load() {
        List<PendingAction> found = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(SUFFIX)) {
                    read(file, name.substring(0, name.length() - SUFFIX.length()))
                            .ifPresent(found::add);
                } else if (name.endsWith(SCRATCH)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.error("What scripts asked for before cannot be read", e);
        }
        return found;
    }

    private Optional<PendingAction> read(Path file, String name) {
        try {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("The name is not one of ours");
            }
            PendingAction errand = PendingAction.of(name, Json.MAPPER.readTree(file.toFile()));
            synchronized (this) {
                last = Math.max(last, Long.parseLong(name, 16));
            }
            return Optional.of(errand);
        } catch (IOException | RuntimeException e) {
            LOG.error("What a script asked for in {} cannot be read and is set aside", file.getFileName(), e);
            try {
                Files.move(file, file.resolveSibling(file.getFileName() + ".bad"));
            } catch (IOException stays) {
                LOG.error("{} stays", file.getFileName(), stays);
            }
            return Optional.empty();
        }
    }

    void save(PendingAction errand) {
        try {
            boolean first = !Files.exists(file(errand));
            Files.createDirectories(directory);
            Path scratch = directory.resolve(errand.name + SCRATCH);
            // A channel would be closed by an interrupt of the thread.
            try (FileOutputStream out = new FileOutputStream(scratch.toFile())) {
                out.write(Json.MAPPER.writeValueAsBytes(errand.toJson()));
                out.getFD().sync();
            }
            Files.move(scratch, file(errand), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (first) {
                syncNames();
            }
        } catch (IOException e) {
            LOG.error("What a script asked for is not saved: a crash would lose it", e);
        }
    }

    /** A file that was synced under another name may have none after a loss of power. */
    private void syncNames() {
        try (FileChannel names = FileChannel.open(directory)) {
            names.force(true);
        } catch (IOException e) {
            LOG.debug("{} cannot be synced", directory, e);
        }
    }

    void delete(PendingAction errand) {
        try {
            Files.deleteIfExists(file(errand));
        } catch (IOException e) {
            LOG.error("The file of {} stays: it may be done again after a restart", errand.name, e);
        }
    }

    private Path file(PendingAction errand) {
        return directory.resolve(errand.name + SUFFIX);
    }
}
