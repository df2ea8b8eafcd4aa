package org.isengard.dicom;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Finds the conformance kit beside the checkout; tests that need it are skipped where it is absent. */
final class Samples {
    private Samples() {}

    static Path kit() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path kit = at.resolve("shared").resolve("conformance");
            if (Files.isDirectory(kit)) {
                return kit;
            }
        }
        Assumptions.abort("there is no shared/conformance above the working directory");
        throw new IllegalStateException();
    }

    static Path file(String name) {
        return kit().resolve("samples").resolve(name);
    }

    /** {@return the samples that are whole; those in {@code field} are damaged on purpose, see scenario B4} */
    static List<Path> whole() {
        return all().stream()
                .filter(file -> !file.startsWith(kit().resolve("samples/field")))
                .toList();
    }

    static List<Path> all() {
        try (var files = Files.walk(kit().resolve("samples"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().matches(".*\\.(txt|py)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
