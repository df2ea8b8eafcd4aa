package org.isengard.itests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A running Orthanc as a peer: the program that {@code ./check} unpacked, or that ISENGARD_ORTHANC names. */
final class OrthancProcess implements AutoCloseable {
    private static final int START_SECONDS = 60;

    private final HttpClient client = HttpClient.newHttpClient();
    private final int httpPort;
    private final int dicomPort;
    private final Process process;

    /** Starts it in a directory of its own; the test is skipped where there is none. */
    OrthancProcess(Path directory) throws IOException, InterruptedException {
        this(directory, "");
    }

    /** @param options more of its configuration, each with a comma in front */
    OrthancProcess(Path directory, String options) throws IOException, InterruptedException {
        int[] ports = ServerProcess.freePorts(2);
        httpPort = ports[0];
        dicomPort = ports[1];
        Files.createDirectories(directory);
        Path program = program(directory);
        Path config = directory.resolve("orthanc.json");
        Files.writeString(config, """
                {"Name": "Orthanc", "HttpPort": %d, "DicomPort": %d, "DicomAet": "ORTHANC", "StorageDirectory": "storage",
                 "IndexDirectory": "storage", "RemoteAccessAllowed": false, "AuthenticationEnabled": false,
                 "DefaultEncoding": "Latin1", "StableAge": 600, "KeepAlive": false%s}
                """.formatted(httpPort, dicomPort, options));
        process = new ProcessBuilder(program.toString(), config.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("orthanc.log").toFile())
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!answers()) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                close();
                throw new IOException("Orthanc does not start: " + Files.readString(directory.resolve("orthanc.log")));
            }
        }
    }

    String url() {
        return "http://127.0.0.1:" + httpPort;
    }

    int dicomPort() {
        return dicomPort;
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).GET().build());
    }

    HttpResponse<byte[]> post(String path, byte[] body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    HttpResponse<byte[]> put(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path))
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<byte[]> delete(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).DELETE().build());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + httpPort + path);
    }

    private boolean answers() throws InterruptedException {
        try {
            return get("/system").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static Path program(Path directory) throws IOException, InterruptedException {
        Path program = Optional.ofNullable(System.getenv("ISENGARD_ORTHANC"))
                .map(Path::of)
                .orElse(Checkout.root().resolve(".peers/orthanc/usr/sbin/Orthanc"));
        Assumptions.assumeTrue(Files.isExecutable(program), "no Orthanc at hand: ./check unpacks one");
        // It may lack its libraries.
        Assumptions.assumeTrue(
                Command.run(directory, program.toString(), "--version").status() == 0, program + " does not run");
        return program;
    }
}
