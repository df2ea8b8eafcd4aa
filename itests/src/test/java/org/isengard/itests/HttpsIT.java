package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS as curl and OpenSSL see it, with certificates of OpenSSL. */
@Timeout(180)
class HttpsIT {
    private static final Duration REFUSAL = Duration.ofSeconds(30);

    @TempDir
    static Path directory;

    @BeforeAll
    static void certificates() throws Exception {
        Command.assume("openssl", "curl");
        for (String name : List.of("server", "next", "client", "stranger")) {
            Command.succeed(
                    directory,
                    "openssl",
                    "req",
                    "-x509",
                    "-nodes",
                    "-days",
                    "2",
                    "-newkey",
                    "rsa:2048",
                    "-subj",
                    "/CN=" + (name.equals("server") || name.equals("next") ? "localhost" : name),
                    "-addext",
                    "subjectAltName=IP:127.0.0.1",
                    "-keyout",
                    name + ".key",
                    "-out",
                    name + ".crt");
            pair(name, directory.resolve(name + ".pem"));
        }
        Command.succeed(
                directory,
                "openssl",
                "pkcs12",
                "-export",
                "-inkey",
                "server.key",
                "-in",
                "server.crt",
                "-passout",
                "pass:opensesame",
                "-out",
                "server.p12");
    }

    /** As Orthanc wants it: certificate and key in one file. */
    private static void pair(String name, Path target) throws Exception {
        Files.writeString(
                target,
                Files.readString(directory.resolve(name + ".crt"))
                        + Files.readString(directory.resolve(name + ".key")));
    }

    private ServerProcess server(String name) throws Exception {
        return new ServerProcess(directory.resolve(name))
                .with("SslEnabled", true)
                .with("SslCertificate", directory.resolve("server.pem").toString());
    }

    private static void await(ServerProcess server, String... options) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        String[] words = concat(options, "-o", "/dev/null");
        while (curl(server, "/system", words).status() != 0) {
            assertTrue(server.process().isAlive(), server.errorText());
            assertTrue(System.nanoTime() < end, server.outputText());
            Thread.sleep(100);
        }
    }

    private static String[] concat(String[] options, String... more) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static Command curl(ServerProcess server, String path, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("curl", "-s", "-S", "--fail", "--max-time", "20"));
        words.addAll(List.of(options));
        words.add("https://127.0.0.1:" + server.httpPort() + path);
        return Command.run(directory, words);
    }

    private static Command client(ServerProcess server, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "timeout", "20", "openssl", "s_client", "-brief", "-connect", "127.0.0.1:" + server.httpPort()));
        words.addAll(List.of(options));
        return Command.run(directory, words);
    }

    @Test
    void httpsIsServedInBothVersionsAndNewFilesNeedNoRestart() throws Exception {
        try (ServerProcess server = server("plain")) {
            Path own = directory.resolve("plain/own.pem");
            Files.createDirectories(own.getParent());
            pair("server", own);
            server.with("SslCertificate", "own.pem").launch();
            String[] trusting = {"--cacert", "server.crt"};
            await(server, trusting);
            for (String version : List.of("--http1.1", "--http2")) {
                Command system = curl(server, "/system", concat(trusting, version, "-w", "%{http_version}"));
                assertTrue(system.output().contains("\"Name\""), system.output());
                assertTrue(system.output().strip().endsWith(version.equals("--http2") ? "2" : "1.1"), system.output());
            }
            // Uploads and downloads, small and larger than any buffer.
            byte[] large = LargeFile.bytes(3 << 20);
            Files.write(directory.resolve("large.dcm"), large);
            for (String version : List.of("--http1.1", "--http2")) {
                Command stored = curl(
                        server, "/instances", concat(trusting, version, "--data-binary", "@large.dcm", "-X", "POST"));
                assertEquals(0, stored.status(), stored.output());
                String id = LargeFile.id(stored.output().getBytes(StandardCharsets.UTF_8));
                Path back = directory.resolve("back.dcm");
                assertEquals(
                        0,
                        curl(server, "/instances/" + id + "/file", concat(trusting, version, "-o", back.toString()))
                                .status());
                assertArrayEquals(large, Files.readAllBytes(back));
            }
            // Plain HTTP gets no answer of the API.
            assertNotEquals(
                    0,
                    Command.run(
                                    directory,
                                    List.of(
                                            "curl",
                                            "-s",
                                            "--fail",
                                            "http://127.0.0.1:" + server.httpPort() + "/system"))
                            .status());

            Command tls12 = client(server, "-tls1_2", "-CAfile", "server.crt");
            assertTrue(tls12.output().contains("TLSv1.2") && tls12.output().contains("ECDHE"), tls12.output());
            assertEquals(0, client(server, "-tls1_3").status());
            assertNotEquals(
                    0, client(server, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0").status());
            assertNotEquals(
                    0,
                    client(server, "-tls1_2", "-cipher", "AES128-GCM-SHA256:AES256-SHA")
                            .status());
            assertNotEquals(
                    0,
                    client(server, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA").status());

            pair("next", own);
            assertEquals(0, curl(server, "/system", "--cacert", "next.crt").status());
            assertNotEquals(0, curl(server, "/system", trusting).status());
            // What cannot be used leaves the former certificate in force.
            Files.writeString(own, "nothing");
            assertEquals(0, curl(server, "/system", "--cacert", "next.crt").status());
            assertEquals(0, server.stop());
        }
    }

    @Test
    void clientsShowCertificatesWhoseNameIsTheUser() throws Exception {
        Path script = directory.resolve("user.lua");
        Files.writeString(script, """
                function IncomingHttpRequestFilter(method, uri, ip, username, headers)
                  return username == "client"
                end
                """);
        try (ServerProcess server = server("mutual")
                .with("SslVerifyPeers", true)
                .with(
                        "SslTrustedClientCertificates",
                        directory.resolve("client.crt").toString())
                .with("LuaScripts", new ServerProcess.JsonText("[\"" + script + "\"]"))
                .with("SslMinimumProtocolVersion", 5)
                .launch()) {
            String[] client = {"--cacert", "server.crt", "--cert", "client.pem"};
            await(server, client);
            assertNotEquals(0, curl(server, "/system", "--cacert", "server.crt").status());
            assertNotEquals(
                    0,
                    curl(server, "/system", "--cacert", "server.crt", "--cert", "stranger.pem")
                            .status());
            assertNotEquals(
                    0,
                    curl(server, "/system", concat(client, "--tls-max", "1.2")).status());
        }
    }

    @Test
    void pkcs12AndNamedSuitesAreTaken() throws Exception {
        try (ServerProcess server = server("pkcs12")
                .with("SslCertificate", directory.resolve("server.p12").toString())
                .with("SslCertificatePassword", "opensesame")
                .with("SslCiphersAccepted", new ServerProcess.JsonText("[\"ECDHE-RSA-AES128-GCM-SHA256\"]"))
                .with("HttpBindAddresses", new ServerProcess.JsonText("[\"127.0.0.1\", \"127.0.0.2\"]"))
                .launch()) {
            await(server, "--cacert", "server.crt");
            assertNotEquals(
                    0,
                    client(server, "-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384")
                            .status());
            assertEquals(
                    0,
                    client(server, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256")
                            .status());
            Command second = Command.run(
                    directory,
                    List.of("curl", "-s", "-k", "--fail", "https://127.0.0.2:" + server.httpPort() + "/system"));
            assertEquals(0, second.status(), second.output());
        }
    }

    @Test
    void aCertificateThatCannotBeUsedEndsTheStart() throws Exception {
        Path other = directory.resolve("other.pem");
        Files.writeString(
                other,
                Files.readString(directory.resolve("server.crt")) + Files.readString(directory.resolve("next.key")));
        Object[][] wrong = {
            {"SslCertificate", "absent.pem", "absent.pem"},
            {"SslCertificate", directory.resolve("server.crt").toString(), "no private key"},
            {"SslCertificate", other.toString(), "not that of the certificate"},
            {"SslCiphersAccepted", new ServerProcess.JsonText("[\"ROT13\"]"), "ROT13"},
            {"HttpBindAddresses", new ServerProcess.JsonText("[\"0.0.0.0\"]"), "RemoteAccessAllowed"},
            {"DicomTlsEnabled", true, "TLS"}
        };
        for (int i = 0; i < wrong.length; i++) {
            try (ServerProcess server = server("wrong" + i).with((String) wrong[i][0], wrong[i][1])) {
                server.launch();
                assertEquals(1, server.awaitEnd(REFUSAL));
                assertEquals(1, server.errorText().lines().count(), server.errorText());
                assertTrue(server.errorText().contains((String) wrong[i][2]), server.errorText());
            }
        }
    }

    @Test
    void bodiesThatAreTooLargeOrTooSlowAreEnded() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("bodies"))
                .with("MaximumRequestBodySizeMB", 1)
                .start()) {
            byte[] large = new byte[(1 << 20) + 1];
            assertEquals(413, server.post("/instances", large).statusCode());
            assertEquals(413, chunked(server, large));
            assertEquals(200, server.post("/tools/lookup", new byte[1000]).statusCode());
            try (Socket slow = new Socket("127.0.0.1", server.httpPort())) {
                OutputStream out = slow.getOutputStream();
                out.write("POST /instances HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
                while (slow.getInputStream().available() == 0) {
                    assertFalse(System.nanoTime() > end, "a byte a second is taken for ever");
                    out.write(1);
                    Thread.sleep(1000);
                }
                byte[] status = slow.getInputStream().readNBytes(12);
                assertEquals("HTTP/1.1 408", new String(status, StandardCharsets.US_ASCII));
            }
        }
    }

    private static int chunked(ServerProcess server, byte[] body) throws Exception {
        Files.write(directory.resolve("body"), body);
        Command answer = Command.run(
                directory,
                List.of(
                        "curl",
                        "-s",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code}",
                        "-H",
                        "Transfer-Encoding: chunked",
                        "--data-binary",
                        "@body",
                        server.uri("/instances").toString()));
        return Integer.parseInt(answer.output().strip());
    }
}
