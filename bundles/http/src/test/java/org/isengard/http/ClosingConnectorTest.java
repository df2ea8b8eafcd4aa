package org.isengard.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ClosingConnectorTest {
    private static final int ROUNDS = 60;
    private static final int CLIENTS = 8;
    private static final int PATIENCE_MILLIS = 5_000;
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    /** Each client comes anew for each request, so that many of them are on the threshold when the port is closed. */
    @Test
    void whoComesInWhileThePortIsClosedIsAnsweredOrCutOff() throws Exception {
        Server server = new Server();
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                callback.succeeded();
                return true;
            }
        });
        ServerConnector model = new ServerConnector(server, 1, 1);
        server.addConnector(model);
        server.start();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                LingeringConnector connector =
                        new LingeringConnector(server, model, 0, "127.0.0.1", true, new HttpConnectionFactory());
                connector.start();
                Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
                AtomicBoolean closed = new AtomicBoolean();
                List<Thread> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    Thread client = new Thread(() -> {
                        while (!closed.get()) {
                            try {
                                ask(connector.getLocalPort());
                            } catch (SocketTimeoutException hangs) {
                                failures.add(hangs);
                            } catch (IOException | IllegalArgumentException cutOff) {
                                // Or there is no port any more.
                            }
                        }
                    });
                    client.start();
                    clients.add(client);
                }
                Thread.sleep(20);
                connector.stop();
                closed.set(true);
                for (Thread client : clients) {
                    client.join();
                }
                assertEquals(List.of(), List.copyOf(failures), "round " + round);
                // Threads of Jetty are still on their way out.
                long end = System.nanoTime() + PATIENCE_NANOS;
                while (!connector.getConnectedEndPoints().isEmpty()) {
                    assertTrue(System.nanoTime() < end, "still open: " + connector.getConnectedEndPoints());
                    Thread.sleep(1);
                }
            }
        } finally {
            server.stop();
        }
    }

    private static void ask(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            in.read();
        }
    }
}
