package org.isengard.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A run directory as the first start of a server leaves it: settings, password and Karaf's bundle cache.
 *
 * <p>A server that starts in a copy of it does not install its bundles again, which is a third of the work of a first
 * start. {@link StartAndStopIT} makes first starts.
 */
final class WarmRun {
    private static final List<String> KEPT = List.of("etc", "data/cache", "data/cache-of");
    private static Path template;

    private WarmRun() {}

    /** Makes a run directory. The first call of a test process starts and stops a server. */
    static void copyTo(Path runDirectory) throws IOException, InterruptedException {
        Path source = template();
        for (String kept : KEPT) {
            copy(source.resolve(kept), runDirectory.resolve(kept));
        }
    }

    private static synchronized Path template() throws IOException, InterruptedException {
        if (template == null) {
            Path directory = Files.createTempDirectory("isengard-warm");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            try (ServerProcess server = new ServerProcess(directory).cold().start()) {
                server.awaitKaraf();
                // Makes the host key of the shell.
                server.shell("bundle:list");
                server.stop();
                template = server.runDirectory();
            }
        }
        return template;
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /** Deletes a directory with all that is in it, as far as it can. */
    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
