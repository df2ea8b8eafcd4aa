package org.isengard.dicom.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The files of the conformance kit beside the checkout; tests that need them are skipped where it is absent. */
public final class TestSamples {
    private TestSamples() {}

    public static Path kit() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path kit = at.resolve("shared").resolve("conformance").resolve("samples");
            if (Files.isDirectory(kit)) {
                return kit;
            }
        }
        Assumptions.abort("there is no shared/conformance above the working directory");
        throw new IllegalStateException();
    }

    /** {@return the samples that are whole; those in {@code field} are damaged on purpose, see scenario B4} */
    public static List<Path> whole(Path kit) {
        return all(kit).stream()
                .filter(file -> !file.startsWith(kit.resolve("field")))
                .toList();
    }

    private static List<Path> all(Path kit) {
        try (var files = Files.walk(kit)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().matches(".*\\.(txt|py)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
