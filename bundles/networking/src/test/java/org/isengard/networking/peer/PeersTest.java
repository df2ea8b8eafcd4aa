package org.isengard.networking.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.networking.Configs;
import org.isengard.networking.remote.RetrySchedule;
import org.isengard.runtime.Json;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.isengard.runtime.tls.PemTls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PeersTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path directory;

    private static Peer peer(String json) throws IOException {
        return Peer.parse("p", Json.MAPPER.readTree(json));
    }

    private Peers peers(Map<String, Object> options) {
        return new Peers(Configs.of(Peers.Config.class, options), new Lease<>("feature index", new SwapTimeout(0)));
    }

    private Peers peers() {
        return peers(Map.of("isengard_workdir", directory.toString()));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static HttpServer start(HttpServer server) throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        return server;
    }

    @Test
    void secretsAreKeptButNotShown() throws Exception {
        Peer peer = peer("{\"Url\": \"http://h/x\", \"Username\": \"u\", \"Password\": \"secret\","
                + " \"CertificateKeyPassword\": \"hidden\", \"HttpHeaders\": {\"Token\": \"t0k3n\"}, \"Mine\": [1]}");
        String shown = peer.toPublicJson() + " " + peer;
        for (String secret : List.of("secret", "hidden", "t0k3n")) {
            assertFalse(shown.contains(secret), shown);
        }
        assertEquals(peer, Peer.parse("p", peer.toJson()));
        assertEquals("http://h/x/", peer.url());
    }

    @Test
    void impossiblePeersAreRefused() {
        for (String json : List.of(
                "[]",
                "[\"http://x\", \"u\"]",
                "[\"file:///etc\"]",
                "[\"http:\"]",
                "{\"Url\": \"http://x\", \"Timeout\": -1}",
                "{\"Url\": \"http://x\", \"HttpHeaders\": []}",
                "{\"Url\": \"http://x y\"}",
                "3")) {
            var e = assertThrows(IsengardException.class, () -> peer(json), json);
            assertEquals(ErrorCode.BAD_FILE_FORMAT, e.error(), json);
        }
    }

    @Test
    void credentialsHeadersAndLengthAreSent() throws Exception {
        HttpServer server = start(HttpServer.create());
        var seen = new AtomicReference<String>();
        server.createContext("/base/instances", exchange -> {
            var headers = exchange.getRequestHeaders();
            seen.set(exchange.getRequestMethod() + " " + headers.getFirst("Authorization") + " "
                    + headers.getFirst("X-Token") + " " + headers.getFirst("Content-Length") + " "
                    + headers.getFirst("Content-Encoding"));
            answer(exchange, 200, "{}".getBytes(UTF_8));
        });
        try {
            Peer peer = peer(
                    "{\"Url\": \"http://127.0.0.1:" + server.getAddress().getPort()
                            + "/base\", \"Username\": \"u\", \"Password\": \"p\", \"HttpHeaders\": {\"X-Token\": \"t\"}}");
            byte[] answer = peers().call(peer, "instances", BodyPublishers.ofByteArray(new byte[5]), "gzip");
            assertArrayEquals("{}".getBytes(UTF_8), answer);
            String basic = Base64.getEncoder().encodeToString("u:p".getBytes(UTF_8));
            assertEquals("POST Basic " + basic + " t 5 gzip", seen.get());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theProxyIsToldWhoWeAre() throws Exception {
        HttpServer proxy = start(HttpServer.create());
        var seen = new AtomicReference<String>();
        proxy.createContext("/base/system", exchange -> {
            seen.set(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
            answer(exchange, 200, "{}".getBytes(UTF_8));
        });
        int port = proxy.getAddress().getPort();
        try {
            for (String scheme : List.of("", "http://")) {
                Peers peers = peers(Map.of("HttpProxy", scheme + "u:p%40ss@127.0.0.1:" + port));
                peers.call(peer("[\"http://far.invalid:99/base\"]"), "system", null, "");
                String basic = Base64.getEncoder().encodeToString("u:p@ss".getBytes(UTF_8));
                assertEquals("http://far.invalid:99/base/system Basic " + basic, seen.get());
            }
        } finally {
            proxy.stop(0);
        }
        var e = assertThrows(IsengardException.class, () -> peers(Map.of("HttpProxy", "u:secret@host")));
        assertFalse(e.details().contains("secret"), e.details());
    }

    /** What a job keeps of its peer must do where nothing secret is needed, and hold nothing that is. */
    @Test
    void secretsAreNotKeptWithJobs() throws Exception {
        Peer peer = peer("{\"Url\": \"http://h/x\", \"Username\": \"u\", \"Password\": \"secret\","
                + " \"CertificateKeyPassword\": \"hidden\", \"HttpHeaders\": {\"Token\": \"t0k3n\"}, \"Timeout\": 7}");
        var order = new PeerStoreJob.Order(peer, true, "", true, RetrySchedule.NEVER);
        var job = new PeerStoreJob(null, order, List.of(), List.of("a", "b"));
        String state = job.state().orElseThrow().toString();
        for (String secret : List.of("secret", "hidden", "t0k3n")) {
            assertFalse(state.contains(secret), state);
        }
        var restored = PeerStoreJob.restore(null, Json.MAPPER.readTree(state));
        assertEquals(state, restored.state().orElseThrow().toString());
        assertEquals("[\"http://h/x/\",\"u\"]", restored.content().path("Peer").toString());
    }

    @Test
    void failuresAreThoseOfTheNetwork() throws Exception {
        HttpServer server = start(HttpServer.create());
        server.createContext("/no", exchange -> answer(exchange, 401, new byte[0]));
        server.createContext("/long", exchange -> answer(exchange, 200, new byte[5 << 20]));
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Peer peer = peer("[\"" + url + "\"]");
            assertNetwork(peer, "no", "401");
            assertNetwork(peer, "long", "more than");
            assertNetwork(
                    peer("{\"Url\": \"http://127.0.0.1:" + silent.getLocalPort() + "\", \"Timeout\": 1}"), "x", "");
        } finally {
            server.stop(0);
        }
        assertNetwork(peer("[\"" + url + "\"]"), "down", "ConnectException");
        assertNetwork(peer("{\"Url\": \"" + url + "\", \"HttpHeaders\": {\"Host\": \"evil\"}}"), "x", "header");
    }

    private void assertNetwork(Peer peer, String path, String why) {
        var e = assertThrows(IsengardException.class, () -> peers().call(peer, path, null, ""));
        assertEquals(ErrorCode.NETWORK_PROTOCOL, e.error(), e.getMessage());
        assertTrue(e.details().contains(why), e.details());
    }

    /** As a server does that closes connections it has kept open, without a word. */
    @Test
    void aConnectionThatWasClosedMeanwhileIsNoFailure() throws Exception {
        byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".getBytes(UTF_8);
        var requests = new AtomicInteger();
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var thread = new Thread(() -> {
                try {
                    while (true) {
                        try (Socket socket = server.accept()) {
                            // Every second request on a connection is read and not answered.
                            InputStream in = socket.getInputStream();
                            byte[] buffer = new byte[10_000];
                            in.read(buffer);
                            requests.incrementAndGet();
                            socket.getOutputStream().write(answer);
                            in.read(buffer);
                        }
                    }
                } catch (IOException closed) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            Peer peer = peer("[\"http://127.0.0.1:" + server.getLocalPort() + "\"]");
            Peers peers = peers();
            for (int i = 0; i < 4; i++) {
                assertEquals("{}", new String(peers.call(peer, "x", BodyPublishers.ofString("y"), ""), UTF_8));
            }
            assertEquals(4, requests.get());
        }
    }

    private Path keys(String name) throws Exception {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        assumeTrue(Files.isExecutable(keytool));
        Path file = directory.resolve(name + ".p12");
        Process process = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "own",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals(0, process.waitFor());
        byte[] certificate = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray())
                .getCertificate("own")
                .getEncoded();
        Files.writeString(
                directory.resolve(name + ".crt"),
                "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate)
                        + "\n-----END CERTIFICATE-----\n");
        return file;
    }

    @Test
    void certificatesAreShownAndCheckedInBothForms() throws Exception {
        Path own = keys("server");
        Path client = keys("client");
        byte[] key = KeyStore.getInstance(client.toFile(), PASSWORD.toCharArray())
                .getKey("own", PASSWORD.toCharArray())
                .getEncoded();
        Files.writeString(
                directory.resolve("client.key"),
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n");
        SSLContext context =
                PemTls.context(PemTls.keys(own, own, PASSWORD), PemTls.trust(directory.resolve("client.crt")));
        HttpsServer server = HttpsServer.create();
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = context.getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        start(server);
        server.createContext("/", exchange -> answer(exchange, 200, "{}".getBytes(UTF_8)));
        String url = "\"Url\": \"https://localhost:" + server.getAddress().getPort() + "\"";
        String pkcs12 =
                "{" + url + ", \"CertificateFile\": \"client.p12\", \"CertificateKeyPassword\": \"" + PASSWORD + "\"}";
        String pem = "{" + url + ", \"CertificateFile\": \"client.crt\", \"CertificateKeyFile\": \"client.key\"}";
        try {
            Peers checking =
                    peers(Map.of("isengard_workdir", directory.toString(), "HttpsCACertificates", "server.crt"));
            Peers trusting = peers(Map.of("isengard_workdir", directory.toString(), "HttpsVerifyPeers", false));
            for (String json : List.of(pkcs12, pem)) {
                assertEquals("{}", new String(checking.call(peer(json), "system", null, ""), UTF_8));
                assertEquals("{}", new String(trusting.call(peer(json), "system", null, ""), UTF_8));
                assertNetwork(peer(json), "system", "SSL");
            }
            Peer nameless = peer("{" + url + "}");
            assertThrows(IsengardException.class, () -> checking.call(nameless, "system", null, ""));
        } finally {
            server.stop(0);
        }
    }
}
