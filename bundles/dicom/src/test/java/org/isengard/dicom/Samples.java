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

    /** {@return all samples but those of {@code field} that are so damaged, on purpose, that they are refused} */
    static List<Path> readable() {
        return all().stream().filter(Samples::isReadable).toList();
    }

    private static boolean isReadable(Path sample) {
        try {
            DicomReader.read(sample);
            return true;
        } catch (DicomException e) {
            if (!sample.startsWith(kit().resolve("samples/field"))) {
                throw new UncheckedIOException(sample.toString(), e);
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
