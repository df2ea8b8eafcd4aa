package org.isengard.itests;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Where things are in the checkout the tests run in. */
final class Checkout {
    private Checkout() {}

    /** The directory that holds the root {@code pom.xml}. */
    static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(directory.resolve("karaf-distribution"))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new IllegalStateException(
                        "not below a checkout: " + Path.of("").toAbsolutePath());
            }
        }
        return directory;
    }

    /** The built distribution, or the one ISENGARD_DIST names. */
    static Path distribution() {
        String other = System.getenv("ISENGARD_DIST");
        Path home = other != null ? Path.of(other) : root().resolve("karaf-distribution/target/assembly");
        if (!Files.isExecutable(home.resolve("bin/isengard"))) {
            throw new IllegalStateException("the distribution is not built: " + home);
        }
        return home;
    }

    /** Sample files of the conformance kit beside the checkout; the test is skipped where it is absent. */
    static Path samples() {
        Path samples = root().resolveSibling("shared/conformance/samples");
        Assumptions.assumeTrue(Files.isDirectory(samples), "no conformance kit beside the checkout");
        return samples;
    }

    /** A program on the path. */
    static Optional<Path> program(String name) {
        for (String directory : System.getenv("PATH").split(":")) {
            Path program = Path.of(directory, name);
            if (Files.isExecutable(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }
}
