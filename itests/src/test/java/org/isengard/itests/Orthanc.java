package org.isengard.itests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real Orthanc as a process, on free ports, with all its files in one directory. */
final class Orthanc implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final Process process;

    private Orthanc(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /** Starts Orthanc; the test is skipped where there is none. */
    static Orthanc start(Path directory) throws IOException, InterruptedException {
        Path program = program();
        Files.createDirectories(directory);
        Assumptions.assumeTrue(
                Files.isExecutable(program)
                        && Command.run(directory, program.toString(), "--version")
                                        .status()
                                == 0,
                "Orthanc is not here: ./check unpacks it into .peers on Debian");
        int[] ports = ServerProcess.freePorts(2);
        Path config = Files.writeString(directory.resolve("orthanc.json"), """
                {
                  "Name" : "Test", "StorageDirectory" : "storage", "IndexDirectory" : "storage", "StableAge" : 600,
                  "HttpPort" : %d, "DicomPort" : %d, "DicomAet" : "ISENGARD", "RemoteAccessAllowed" : false,
                  "KeepAlive" : false
                }
                """.formatted(ports[0], ports[1]));
        Process process = new ProcessBuilder(program.toString(), config.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("orthanc.log").toFile())
                .start();
        Orthanc orthanc = new Orthanc(ports[0], process);
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end) {
            try {
                if (orthanc.get("/system").statusCode() == 200) {
                    return orthanc;
                }
            } catch (IOException notYet) {
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        }
        orthanc.close();
        throw new IOException("Orthanc does not start: " + Files.readString(directory.resolve("orthanc.log")));
    }

    private static Path program() {
        String named = System.getenv("ISENGARD_ORTHANC");
        return named != null ? Path.of(named) : Checkout.root().resolve(".peers/orthanc/usr/sbin/Orthanc");
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> post(String path, byte[] body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(path))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
