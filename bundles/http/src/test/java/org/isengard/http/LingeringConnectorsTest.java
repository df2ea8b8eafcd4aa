package org.isengard.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LingeringConnectorsTest {
    private static final int THREADS = 12;

    private Server server;
    private int port;

    @BeforeEach
    void start() throws Exception {
        server = new Server(new QueuedThreadPool(THREADS));
        server.setHandler(new Echo());
        ServerConnector configured = new ServerConnector(server, 1, 1);
        configured.setHost("127.0.0.1");
        server.addConnector(configured);
        server.start();
        Connector connector = new LingeringConnectors(settings()).createConnector(server);
        server.addConnector(connector);
        connector.start();
        assertFalse(configured.isRunning());
        port = ((ServerConnector) connector).getLocalPort();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void theSameThreadAnswersWhoAsksAgainAtOnce() throws Exception {
        try (Client client = new Client()) {
            List<String> threads = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                threads.add(client.ask("GET /thread HTTP/1.1\r\nHost: x\r\n\r\n"));
            }
            // A pause of this machine longer than the moment is possible, a hundred of them are not.
            assertTrue(threads.stream().distinct().count() < 50, threads.toString());
        }
    }

    @Test
    void bodiesThatComeInPiecesAreReadWhile() throws Exception {
        byte[] body = new byte[300_000];
        new Random(7).nextBytes(body);
        try (Client client = new Client()) {
            for (int round = 0; round < 5; round++) {
                client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n");
                for (int at = 0; at < body.length; at += 100_000) {
                    Thread.sleep(20);
                    client.send(body, at, 100_000);
                }
                assertArrayEquals(body, client.answer());
            }
        }
    }

    /** The thread that waits for a body and the one that is told of it end at the same time. */
    @Test
    void bodiesThatComeAMomentBehindTheirHeadAreAnsweredAndTheConnectionStays() throws Exception {
        List<Thread> clients = new ArrayList<>();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int c = 0; c < 4; c++) {
            Random random = new Random(c);
            Thread thread = new Thread(() -> {
                try (Client client = new Client()) {
                    for (int i = 0; i < 2000; i++) {
                        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
                        LockSupport.parkNanos(random.nextInt(200_000));
                        client.send("hello");
                        assertEquals("hello", new String(client.answer(), StandardCharsets.US_ASCII));
                    }
                } catch (IOException | RuntimeException | AssertionError e) {
                    failures.add(e);
                }
            });
            thread.start();
            clients.add(thread);
        }
        for (Thread client : clients) {
            client.join();
        }
        assertTrue(failures.isEmpty(), failures.toString());
    }

    @Test
    void whoExpectsToBeAskedForTheBodyIs() throws Exception {
        try (Client client = new Client()) {
            client.ask("GET /thread HTTP/1.1\r\nHost: x\r\n\r\n");
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue", client.head().get(0));
            client.send("hello");
            assertEquals("hello", new String(client.answer(), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void requestsSentAheadAreAnsweredInTurn() throws Exception {
        try (Client client = new Client()) {
            StringBuilder ahead = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                ahead.append("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
                        .append(10 + i);
            }
            client.send(ahead.toString());
            for (int i = 0; i < 50; i++) {
                assertEquals(String.valueOf(10 + i), new String(client.answer(), StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void whatNoRouteSeesIsRefusedInJson() throws Exception {
        assertRefused("GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400);
        assertRefused("GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400);
        assertRefused("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: a\r\n\r\n", 400);
        assertRefused("GET /" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 414);
        assertRefused("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(10_000) + "\r\n\r\n", 431);
    }

    private void assertRefused(String request, int status) throws IOException {
        try (Client client = new Client()) {
            client.send(request);
            List<String> head = client.head();
            assertTrue(head.get(0).startsWith("HTTP/1.1 " + status + " "), head.get(0));
            assertTrue(head.contains("Connection: close"), head.toString());
            String body = new String(client.body(head), StandardCharsets.UTF_8);
            assertTrue(
                    body.matches("\\{\"Details\":\"[^\"]+\",\"HttpError\":\"[^\"]+\",\"HttpStatus\":" + status
                            + ",\"Message\":\"Bad request\",\"Method\":\"[A-Z]+\",\"OrthancError\":\"Bad request\","
                            + "\"OrthancStatus\":8,\"Uri\":\"[^\"]*\"}"),
                    body);
        }
    }

    @Test
    void silentConnectionsHoldNobodyUp() throws Exception {
        List<Client> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 5 * THREADS; i++) {
                Client client = new Client();
                silent.add(client);
                client.ask("GET /thread HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            // Each of them is heard again, first come last.
            for (int i = silent.size() - 1; i >= 0; i--) {
                silent.get(i).ask("GET /thread HTTP/1.1\r\nHost: x\r\n\r\n");
            }
        } finally {
            for (Client client : silent) {
                client.close();
            }
        }
    }

    @Test
    void connectionsThatEndLeaveNothing() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (Client client = new Client()) {
                client.ask("GET /thread HTTP/1.1\r\nHost: x\r\n\r\n");
                if (i % 2 == 0) {
                    client.send("GET /thr");
                }
            }
        }
        ServerConnector connector = (ServerConnector) server.getConnectors()[1];
        long end = System.nanoTime() + 30_000_000_000L;
        while (!connector.getConnectedEndPoints().isEmpty()) {
            assertTrue(System.nanoTime() < end, "still open: " + connector.getConnectedEndPoints());
            Thread.sleep(10);
        }
    }

    @Test
    void aPortThatIsStillBeingClosedIsWaitedFor() throws Exception {
        ServerSocket before = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        LingeringConnector connector = new LingeringConnector(
                server,
                (ServerConnector) server.getConnectors()[0],
                before.getLocalPort(),
                "127.0.0.1",
                true,
                new HttpConnectionFactory());
        Thread closing = new Thread(() -> {
            try {
                Thread.sleep(300);
                before.close();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        closing.start();
        connector.start();
        assertEquals(before.getLocalPort(), connector.getLocalPort());
        connector.stop();
        closing.join();
    }

    @Test
    void withoutAConnectorThereIsNothingToTakeOver() throws Exception {
        Server bare = new Server();
        bare.start();
        try {
            assertThrows(IllegalStateException.class, () -> new LingeringConnectors(settings()).createConnector(bare));
        } finally {
            bare.stop();
        }
    }

    /** Any port of the loopback, without limits. */
    private static LingeringConnectors.Settings settings() {
        return (LingeringConnectors.Settings) Proxy.newProxyInstance(
                LingeringConnectors.Settings.class.getClassLoader(),
                new Class<?>[] {LingeringConnectors.Settings.class},
                (proxy, method, none) -> {
                    if (method.getDefaultValue() != null) {
                        return method.getDefaultValue();
                    }
                    Class<?> type = method.getReturnType();
                    return type == int.class ? (Object) 0 : type == boolean.class ? false : new String[0];
                });
    }

    /** Answers with what was sent, read as a servlet does; without a body with the name of the thread. */
    private static final class Echo extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            byte[] body;
            try (InputStream in = Content.Source.asInputStream(request)) {
                body = in.readAllBytes();
            }
            Content.Sink.write(
                    response,
                    true,
                    body.length > 0
                            ? new String(body, StandardCharsets.ISO_8859_1)
                            : Thread.currentThread().getName(),
                    callback);
            return true;
        }
    }

    /** One kept-alive connection. */
    private final class Client implements AutoCloseable {
        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        private final InputStream in;
        private final OutputStream out;

        Client() throws IOException {
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }

        void send(byte[] bytes, int at, int length) throws IOException {
            out.write(bytes, at, length);
        }

        String ask(String request) throws IOException {
            send(request);
            return new String(answer(), StandardCharsets.US_ASCII);
        }

        List<String> head() throws IOException {
            List<String> lines = new ArrayList<>();
            StringBuilder line = new StringBuilder();
            while (true) {
                int c = in.read();
                if (c < 0) {
                    throw new IOException("closed after " + lines + line);
                }
                if (c != '\n') {
                    line.append((char) c);
                } else if (line.length() == 1) {
                    return lines;
                } else {
                    lines.add(line.substring(0, line.length() - 1));
                    line.setLength(0);
                }
            }
        }

        /** Text of ISO 8859-1 comes as UTF-8. */
        byte[] answer() throws IOException {
            List<String> head = head();
            assertEquals("HTTP/1.1 200 OK", head.get(0));
            return new String(body(head), StandardCharsets.UTF_8).getBytes(StandardCharsets.ISO_8859_1);
        }

        byte[] body(List<String> head) throws IOException {
            boolean chunked = head.stream().anyMatch(line -> line.equalsIgnoreCase("Transfer-Encoding: chunked"));
            if (chunked) {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                while (true) {
                    int size = Integer.parseInt(line(), 16);
                    all.write(in.readNBytes(size));
                    line();
                    if (size == 0) {
                        return all.toByteArray();
                    }
                }
            }
            int length = head.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                    .mapToInt(line -> Integer.parseInt(
                            line.substring(line.indexOf(':') + 1).trim()))
                    .findFirst()
                    .orElseThrow();
            return in.readNBytes(length);
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
