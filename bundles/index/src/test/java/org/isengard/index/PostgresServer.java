package org.isengard.index;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.stream.Stream;
import org.isengard.index.sql.PostgresOptions;
import org.junit.jupiter.api.Assumptions;

/** A PostgreSQL server for tests, on a free port, with its data in a directory of its own; ends with this process. */
final class PostgresServer implements AutoCloseable {
    private static final int NOT_INSTALLED = 77;
    private static PostgresServer common;

    private final Path directory;
    private final int port;
    private Process process;
    private int databases;

    private PostgresServer(Path directory) throws IOException {
        this.directory = directory;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        start();
    }

    /** The server that tests share which do not end it. Skips the test where PostgreSQL is not installed. */
    static synchronized PostgresServer common() {
        if (common == null) {
            try {
                PostgresServer server = temporary();
                Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                common = server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return common;
    }

    /** A server of the caller's own. Its directory may not be below one that only this user can enter. */
    static PostgresServer temporary() throws IOException {
        return new PostgresServer(Files.createTempDirectory("isengard-postgres"));
    }

    void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(script().toString(), directory.toString(), Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        // Durability is the business of the black-box tests.
        builder.environment().put("ISENGARD_POSTGRES_OPTIONS", "-c fsync=off");
        process = builder.start();
        BufferedReader output = process.inputReader();
        if (!"ready".equals(output.readLine())) {
            Assumptions.assumeTrue(awaitEnd() != NOT_INSTALLED, "PostgreSQL is not installed");
            throw new IOException("PostgreSQL does not start, see " + directory);
        }
    }

    private static Path script() {
        Path top = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(top.resolve("itests"))) {
            top = top.getParent();
        }
        return top.resolve("itests/postgres-server");
    }

    /** {@return the name of a new, empty database} */
    synchronized String newDatabase() {
        String name = "test" + ++databases;
        execute("CREATE DATABASE " + name);
        return name;
    }

    void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "isengard", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The section of the configuration for a database here. */
    String section(String database) {
        return "{\"EnableIndex\": true, \"Host\": \"127.0.0.1\", \"Port\": " + port + ", \"Database\": \"" + database
                + "\", \"Username\": \"isengard\", \"Password\": \"\", \"Lock\": false, \"IndexConnectionsCount\": 6,"
                + " \"MaximumConnectionRetries\": 100, \"ConnectionRetryInterval\": 1}";
    }

    /** Options of an index in a database here. */
    IndexOptions options(String database, Path directory) {
        return Samples.options(directory, PostgresOptions.read(section(database)));
    }

    /** Cuts all connections to a database, as a restart or a network does. */
    void cut(String database) {
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
    }

    void stop() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroy();
        }
        awaitEnd();
    }

    private int awaitEnd() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stop();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
