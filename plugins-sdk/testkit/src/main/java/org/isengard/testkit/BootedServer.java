package org.isengard.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The real server as a process of its own, on free ports, with plugins dropped into it. The distribution is taken from
 * the system property {@code isengard.distribution}: its directory, or one that holds its {@code tar.gz}, which the
 * parent of plugins copies to {@code target/distribution} for integration tests.
 */
public final class BootedServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path directory;
    private final int port;
    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();

    private BootedServer(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /**
     * Starts a server and waits for its first answer.
     *
     * @param directory for all its files
     * @param sections more of the configuration: option or plugin to JSON text
     */
    public static BootedServer start(Path directory, Map<String, String> sections)
            throws IOException, InterruptedException {
        Path home = distribution(directory);
        int http = freePort();
        Map<String, String> options = new LinkedHashMap<>();
        options.put("Name", "\"Test\"");
        options.put("HttpPort", "" + http);
        options.put("DicomPort", "" + freePort());
        options.put("StorageDirectory", "\"storage\"");
        options.putAll(sections);
        Path config = directory.resolve("config.json");
        Files.writeString(
                config,
                options.entrySet().stream()
                        .map(option -> "  \"" + option.getKey() + "\" : " + option.getValue())
                        .collect(Collectors.joining(",\n", "{\n", "\n}\n")));
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/isengard").toString(), config.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile());
        builder.environment().put("ISENGARD_DATA", directory.resolve("run").toString());
        builder.environment().put("ISENGARD_SSH_PORT", "" + freePort());
        BootedServer server = new BootedServer(directory, http, builder.start());
        server.awaitStatus("/system", 200);
        return server;
    }

    private static Path distribution(Path directory) throws IOException, InterruptedException {
        String property = System.getProperty("isengard.distribution", "target/distribution");
        Path given = Path.of(property).toAbsolutePath();
        if (Files.isExecutable(given.resolve("bin/isengard"))) {
            return given;
        }
        Path archive;
        try (Stream<Path> files = Files.list(given)) {
            archive = files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("There is no distribution in " + given));
        }
        Path unpacked = Files.createDirectories(directory.resolve("distribution"));
        Process tar = new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", unpacked.toString())
                .inheritIO()
                .start();
        if (tar.waitFor() != 0) {
            throw new IOException("Cannot unpack " + archive);
        }
        try (Stream<Path> roots = Files.list(unpacked)) {
            return roots.findFirst().orElseThrow();
        }
    }

    /** Drops a plugin into the server. */
    public BootedServer deploy(Path jar) throws IOException {
        Path part = directory.resolve(jar.getFileName() + ".part");
        Files.copy(jar, part, StandardCopyOption.REPLACE_EXISTING);
        Path deploy = Files.createDirectories(directory.resolve("run/deploy"));
        Files.move(part, deploy.resolve(jar.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        return this;
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> post(String path, byte[] body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(path))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Asks again and again until an answer has a status. */
    public void awaitStatus(String path, int status) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                HttpResponse<String> answer = get(path);
                if (answer.statusCode() == status) {
                    return;
                }
                last = answer.statusCode() + " " + answer.body();
            } catch (IOException notYet) {
                last = notYet.toString();
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new IOException(path + ": " + last + "\n" + Files.readString(directory.resolve("server.log")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Ends the server, by force if it must be. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
