package org.isengard.itests;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import java.security.SecureRandom;
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

    private static final String JAVA_OPTIONS = "ISENGARD_JAVA_OPTS";
    /** Most servers of the tests live for seconds: what the second compiler would gain, it costs during the start. */
    private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    /** Surefire numbers its forks from 1. */
    private static final int FORK = Integer.getInteger("isengard.fork", 1);

    private static final int PORTS = 2_000;
    private static final int FIRST_PORT = 12_000 + FORK % 8 * PORTS;
    // Several checks may run on one machine, each with process numbers of its own: each begins somewhere else.
    private static int nextPort = FIRST_PORT + new SecureRandom().nextInt(PORTS);

    /** The sockets that keep the ports of this fork, until it ends. */
    private static final List<Socket> RESERVED = new ArrayList<>();

    private final Path directory;
    private final Map<String, Object> options = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final ShellSession shell;
    private boolean warm = true;
    private Process process;

    /** @param directory working directory of the server; configuration, storage and run directory are made in it */
    ServerProcess(Path directory) {
        this.directory = directory;
        shell = new ShellSession(runDirectory());
        int[] ports = freePorts(2);
        options.put("Name", "Test");
        options.put("StorageDirectory", "storage");
        options.put("IndexDirectory", "storage");
        options.put("DicomAet", "ISENGARD");
        options.put("HttpPort", ports[0]);
        options.put("DicomPort", ports[1]);
        environment.put("ISENGARD_DATA", directory.resolve("run").toString());
        environment.put(JAVA_OPTIONS, SHORT_LIVED);
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

    /** The server makes a first start, in an empty run directory and with the virtual machine as operators have it. */
    ServerProcess cold() {
        warm = false;
        environment.remove(JAVA_OPTIONS);
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
    ServerProcess launch() throws IOException, InterruptedException {
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
    ServerProcess launch(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Checkout.distribution().resolve("bin/isengard").toString());
        command.addAll(arguments);
        Files.createDirectories(directory);
        if (warm && !Files.exists(runDirectory())) {
            WarmRun.copyTo(runDirectory());
        }
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

    /** Waits until a path is answered with a status other than 200, such as 401 where a password is asked for. */
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

    /** Waits until Karaf has booted its features: until then Karaf starts each bundle, also one that a test has stopped. */
    void awaitKaraf() throws IOException, InterruptedException {
        shell.ask();
        long end = System.nanoTime() + START.toNanos();
        while (!Files.exists(runDirectory().resolve("data/cache-of"))) {
            if (System.nanoTime() > end) {
                throw new IOException("Karaf has not booted its features: " + errorText());
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    /** Runs commands in the server's shell, over one connection that stays open, and returns what they print. */
    String shell(String... commands) throws IOException, InterruptedException {
        return shell.run(String.join("\n", commands));
    }

    /** Runs commands with {@code bin/client}, as an operator does, and returns what they print. */
    String client(String... commands) throws IOException, InterruptedException {
        Process client = new ProcessBuilder(
                        Checkout.distribution().resolve("bin/client").toString(),
                        "-d",
                        runDirectory().toString(),
                        "-b")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("client.out").toFile())
                .start();
        try (var input = client.outputWriter()) {
            for (String command : commands) {
                input.write(command + "\n");
            }
        }
        boolean ended = client.waitFor(60, TimeUnit.SECONDS);
        client.destroyForcibly();
        String answer = Files.readString(directory.resolve("client.out"));
        if (!ended) {
            throw new IOException("bin/client did not end after " + String.join(", ", commands) + ": " + answer);
        }
        return answer;
    }

    /** Asks the process to end, as a supervisor does, and returns its exit status. */
    int stop() throws IOException, InterruptedException {
        shell.close();
        process.destroy();
        // The launcher cuts a slow stop off itself, with status 1: this limit only ends a test that hangs.
        return awaitEnd(Duration.ofSeconds(30));
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

    /** Ends the process without its orderly stop, which the tests of {@link #stop()} are about. */
    @Override
    public void close() {
        shell.close();
        if (process == null) {
            return;
        }
        try {
            kill();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * {@return ports on which nobody listens now}
     *
     * <p>Each fork of the tests has a range of its own, and keeps a socket on each port that it gave away, on which it does
     * not listen: a server may listen there (SO_REUSEADDR), but the kernel takes the port for no outgoing connection, and
     * another check on this machine finds it taken.
     */
    static synchronized int[] freePorts(int count) {
        int[] ports = new int[count];
        for (int i = 0; i < count; i++) {
            do {
                nextPort = nextPort + 1 < FIRST_PORT + PORTS ? nextPort + 1 : FIRST_PORT;
            } while (!isFree(nextPort) || !reserve(nextPort));
            ports[i] = nextPort;
        }
        return ports;
    }

    /** Without SO_REUSEADDR a port is refused that any socket has, also one that waits for the end of its connection. */
    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(false);
            probe.bind(new InetSocketAddress(port), 1);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static boolean reserve(int port) {
        Socket socket = new Socket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            RESERVED.add(socket);
            return true;
        } catch (IOException taken) {
            return false;
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
