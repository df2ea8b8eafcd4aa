package org.isengard.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The numbered samples of the plugin SDK, as built. */
final class Samples {
    private Samples() {}

    /** {@return the jar of a sample, such as {@code 01-hello}} */
    static Path jar(String sample) throws IOException {
        try (Stream<Path> built = Files.list(Checkout.root().resolve("plugins-sdk/samples/" + sample + "/target"))) {
            return built.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("The sample " + sample + " is not built"));
        }
    }

    /** Drops a jar into a server in one move, so that it is never seen half written. */
    static Path deploy(ServerProcess server, Path jar, String name) throws IOException {
        Path deploy = Files.createDirectories(server.runDirectory().resolve("deploy"));
        Path copy = server.runDirectory().resolve(name + ".part");
        Files.copy(jar, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return Files.move(copy, deploy.resolve(name), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    static Path deploy(ServerProcess server, String sample) throws IOException {
        return deploy(server, jar(sample), sample + ".jar");
    }
}
