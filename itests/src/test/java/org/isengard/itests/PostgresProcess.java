package org.isengard.itests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A PostgreSQL server for a test, on a free port. Skips the test where PostgreSQL is not installed. */
final class PostgresProcess implements AutoCloseable {
    private static final int NOT_INSTALLED = 77;

    private final Path directory;
    private final int port = ServerProcess.freePorts(1)[0];
    private Process process;

    PostgresProcess() throws IOException, InterruptedException {
        // Not below the directory of the test, which another user may not enter.
        directory = Files.createTempDirectory("isengard-postgres");
        start();
    }

    void start() throws IOException, InterruptedException {
        process = new ProcessBuilder(
                        Checkout.root().resolve("itests/postgres-server").toString(),
                        directory.toString(),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader();
        if (!"ready".equals(output.readLine())) {
            Assumptions.assumeTrue(process.waitFor() != NOT_INSTALLED, "PostgreSQL is not installed");
            throw new IOException("PostgreSQL does not start, see " + directory);
        }
    }

    void stop() throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.waitFor();
    }

    /** What has to be in the section {@code PostgreSQL}; more fields may follow. */
    ServerProcess.JsonText section(String more) {
        return new ServerProcess.JsonText("{\"EnableIndex\": true, \"Host\": \"127.0.0.1\", \"Port\": " + port
                + ", \"Database\": \"postgres\", \"Username\": \"isengard\", \"Password\": \"\"" + more + "}");
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
