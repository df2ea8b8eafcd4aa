package org.isengard.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The distribution as a process of its own, on free ports, with all its files in one directory.
 *
 * <p>Nothing of the server is on this side's class path: tests see what a client or an operator sees.
 */
final class ServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Path directory;
    private final Map<String, Object> options = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private Process process;

    /** @param directory working directory of the server; configuration, storage and run directory are made in it */
    ServerProcess(Path directory) {
        this.directory = directory;
        int[] ports = freePorts(2);
        options.put("Name", "Test");
        options.put("StorageDirectory", "storage");
        options.put("IndexDirectory", "storage");
        options.put("DicomAet", "ISENGARD");
        options.put("HttpPort", ports[0]);
        options.put("DicomPort", ports[1]);
        environment.put("ISENGARD_DATA", directory.resolve("run").toString());
        environment.put("ISENGARD_SSH_PORT", Integer.toString(freePorts(1)[0]));
    }

    /** An option of the configuration file: a string, number, boolean, or text that is JSON already (JsonText). */
    ServerProcess with(String option, Object value) {
        options.put(option, value);
        return this;
    }

    ServerProcess withEnvironment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** A value that is written into the configuration file as it is. */
    record JsonText(String text) {}

    int httpPort() {
        return (Integer) options.get("HttpPort");
    }

    int dicomPort() {
        return (Integer) options.get("DicomPort");
    }

    Path runDirectory() {
        return directory.resolve("run");
    }

    Process process() {
        return process;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + httpPort() + path);
    }

    /** Starts the process and waits for its first answer and until it takes associations. */
    ServerProcess start() throws IOException, InterruptedException {
        launch();
        awaitReady();
        if (!Boolean.FALSE.equals(options.get("DicomServerEnabled"))) {
            awaitDicom();
        }
        return this;
    }

    /** Starts the process only. */
    ServerProcess launch() throws IOException {
        Files.createDirectories(directory);
        Path config = directory.resolve("config.json");
        Files.writeString(
                config,
                options.entrySet().stream()
                        .map(entry -> quote(entry.getKey()) + " : " + json(entry.getValue()))
                        .collect(Collectors.joining(",\n  ", "{\n  ", "\n}\n")));
        return launch(List.of(config.toString()));
    }

    /** Starts the process with arguments of the caller's choice. */
    ServerProcess launch(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Checkout.distribution().resolve("bin/isengard").toString());
        command.addAll(arguments);
        Files.createDirectories(directory);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
                .redirectError(errors().toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        return this;
    }

    void awaitReady() throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw new IOException("the server ended with " + process.exitValue() + ": " + errorText());
            }
            try {
                if (get("/system").statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // refused until the port is open
            }
            if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("the server ended with " + process.exitValue() + ": " + errorText());
            }
        }
        throw new IOException("no answer within " + START + ": " + Files.readString(output()));
    }

    /** The DICOM port may open a moment after the other. */
    void awaitDicom() throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), dicomPort())) {
                socket.setTcpNoDelay(true);
                return;
            } catch (ConnectException notYet) {
                if (System.nanoTime() > end || process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException("the DICOM port does not open: " + errorText(), notYet);
                }
            }
        }
    }

    /** Waits until a path is answered with a status other than 200, such as that of a gate. */
    void awaitStatus(String path, int status) throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        int last = 0;
        while (System.nanoTime() < end && last != status && !process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
            try {
                last = get(path).statusCode();
            } catch (IOException notYet) {
                last = 0;
            }
        }
        if (last != status) {
            throw new IOException(path + " answers " + last + ", not " + status + ": " + errorText());
        }
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .GET()
                .build());
    }

    HttpResponse<byte[]> post(String path, byte[] body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    HttpResponse<byte[]> put(String path, byte[] body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .PUT(BodyPublishers.ofByteArray(body))
                .build());
    }

    HttpResponse<byte[]> delete(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .DELETE()
                .build());
    }

    HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofByteArray());
    }

    /** Runs commands in the server's shell and returns what they print. */
    String shell(String... commands) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder(
                        Checkout.distribution().resolve("bin/client").toString(),
                        "-d",
                        runDirectory().toString(),
                        "-b")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("shell.out").toFile())
                .start();
        try (var input = shell.outputWriter()) {
            for (String command : commands) {
                input.write(command + "\n");
            }
        }
        boolean ended = shell.waitFor(60, TimeUnit.SECONDS);
        shell.destroyForcibly();
        String answer = Files.readString(directory.resolve("shell.out"));
        if (!ended) {
            throw new IOException("the shell did not end after " + String.join(", ", commands) + ": " + answer);
        }
        return answer;
    }

    /** Asks the process to end, as a supervisor does, and returns its exit status. */
    int stop() throws IOException, InterruptedException {
        process.destroy();
        return awaitEnd(Duration.ofSeconds(10));
    }

    /** Ends the process without a chance to clean up. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    int awaitEnd(Duration limit) throws IOException, InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("the server did not end within " + limit);
        }
        return process.exitValue();
    }

    /** What the process wrote to standard error since its last start. */
    String errorText() throws IOException {
        return Files.readString(errors()).strip();
    }

    /** What all starts of the process wrote to standard output. */
    String outputText() throws IOException {
        return Files.readString(output());
    }

    @Override
    public void close() {
        if (process == null || !process.isAlive()) {
            return;
        }
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

    /** Ports nobody listens on now. */
    static int[] freePorts(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            int[] ports = new int[count];
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports[i] = socket.getLocalPort();
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
            return ports;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Path output() {
        return directory.resolve("server.out");
    }

    private Path errors() {
        return directory.resolve("server.err");
    }

    private static String json(Object value) {
        if (value instanceof JsonText json) {
            return json.text();
        }
        return value instanceof String text ? quote(text) : String.valueOf(value);
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
