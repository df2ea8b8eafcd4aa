package org.isengard.itests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A peer program that serves a port while a test runs. */
final class BackgroundProcess implements AutoCloseable {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Process process;
    private final Path log;

    /** Starts a program and waits until its port is open. */
    BackgroundProcess(Path directory, int port, String... words) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        log = Files.createTempFile(directory, words[0], ".log");
        process = new ProcessBuilder(List.of(words))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        long end = System.nanoTime() + START_NANOS;
        while (!isOpen(port)) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                close();
                throw new IOException(words[0] + " does not start: " + log());
            }
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
