package org.isengard.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The port of the shell on the loopback address, which this process reserves long before Karaf's SSH server opens it: a
 * second server that starts meanwhile takes another one.
 *
 * <p>The reservation is the UDP port of the same number, which no shell uses and which the process keeps for its life, so
 * that between servers there is no gap. The TCP port is bound too until {@link #handOver}, so that no other program takes it.
 */
final class ShellPort {
    private static final String VARIABLE = "ISENGARD_SSH_PORT";
    private static final int FIRST = 8101;
    private static final int COUNT = 100;
    private static final int ANSWER_MILLIS = 2_000;
    private static final String GREETING = "SSH-2.0-";

    private final int number;
    private final ServerSocket bound;

    /** Kept for the life of the process; null for a port that the operator has chosen. */
    @SuppressWarnings("unused")
    private final DatagramSocket reservation;

    private ShellPort(ServerSocket bound, DatagramSocket reservation) {
        this.number = bound.getLocalPort();
        this.bound = bound;
        this.reservation = reservation;
    }

    /**
     * Reserves the port that the environment variable ISENGARD_SSH_PORT names, else the first free one from 8101 on.
     *
     * @throws StartFailure when the named port is taken or no port
     */
    static ShellPort reserve() throws StartFailure, IOException {
        String wanted = System.getenv(VARIABLE);
        if (wanted != null && !wanted.isBlank()) {
            return chosen(wanted.strip());
        }
        for (int port = FIRST; port < FIRST + COUNT; port++) {
            ShellPort free = tryReserve(port);
            if (free != null) {
                return free;
            }
        }
        return new ShellPort(bind(0), null);
    }

    private static ShellPort chosen(String port) throws StartFailure {
        try {
            return new ShellPort(bind(Integer.parseInt(port)), null);
        } catch (IOException taken) {
            throw new StartFailure("the shell cannot have port " + port + " (" + VARIABLE + "): " + taken.getMessage());
        } catch (IllegalArgumentException noPort) {
            throw new StartFailure(VARIABLE + " is no port: " + port);
        }
    }

    private static ShellPort tryReserve(int port) {
        DatagramSocket reservation = null;
        try {
            reservation = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return new ShellPort(bind(port), reservation);
        } catch (IOException taken) {
            if (reservation != null) {
                reservation.close();
            }
            return null;
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    int number() {
        return number;
    }

    /** Frees the TCP port for Karaf's SSH server, which opens it next. */
    void handOver() throws IOException {
        bound.close();
    }

    /** {@return whether an SSH server answers on the port} */
    boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), number), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            InputStream in = socket.getInputStream();
            byte[] greeting = in.readNBytes(GREETING.length());
            return GREETING.equals(new String(greeting, StandardCharsets.US_ASCII));
        } catch (IOException notYet) {
            return false;
        }
    }
}
