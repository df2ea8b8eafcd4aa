package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DICOM over TLS with DCMTK's programs and certificates of OpenSSL. */
class DicomTlsIT {
    @TempDir
    static Path directory;

    @BeforeAll
    static void certificates() throws Exception {
        Command.assume("openssl", "echoscu", "storescu", "storescp");
        Command help = Command.run(directory, "echoscu", "--help");
        Assumptions.assumeTrue(help.output().contains("+tls"), "DCMTK without TLS");
        for (String name : List.of("server", "client", "stranger", "next")) {
            certificate(name);
        }
    }

    private static void certificate(String name) throws Exception {
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
                "/CN=localhost",
                "-keyout",
                name + ".key",
                "-out",
                name + ".crt");
    }

    private static ServerProcess server(String name) throws Exception {
        Path folder = Files.createDirectories(directory.resolve(name));
        Files.copy(directory.resolve("server.crt"), folder.resolve("own.crt"));
        Files.copy(directory.resolve("server.key"), folder.resolve("own.key"));
        Files.copy(directory.resolve("client.crt"), folder.resolve("trusted.crt"));
        return new ServerProcess(folder)
                .with("DicomTlsEnabled", true)
                .with("DicomTlsCertificate", "own.crt")
                .with("DicomTlsPrivateKey", "own.key")
                .with("DicomTlsTrustedCertificates", "trusted.crt");
    }

    private static int echo(ServerProcess server, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("echoscu", "-aec", "ISENGARD", "-to", "5"));
        words.addAll(List.of(options));
        words.addAll(List.of("127.0.0.1", Integer.toString(server.dicomPort())));
        return Command.run(directory, words).status();
    }

    private static String[] as(String client, String trusting) {
        return new String[] {"+tls", client + ".key", client + ".crt", "+cf", trusting + ".crt"};
    }

    @Test
    void bothSidesShowCertificatesAndNewOnesNeedNoRestart() throws Exception {
        try (ServerProcess server = server("mutual").start()) {
            Rest rest = new Rest(server);
            assertEquals(0, echo(server, as("client", "server")));
            assertNotEquals(0, echo(server, as("stranger", "server")));
            assertNotEquals(0, echo(server, as("client", "stranger")));
            assertNotEquals(0, echo(server, "+tla", "-ic"));
            assertNotEquals(0, echo(server));

            SampleFile file = SampleFile.of("tls", 1);
            Path path = file.writeTo(directory, "tls.dcm");
            List<String> words = new ArrayList<>(List.of("storescu", "-aec", "ISENGARD"));
            words.addAll(List.of(as("client", "server")));
            words.addAll(List.of("127.0.0.1", Integer.toString(server.dicomPort()), path.toString()));
            Command.succeed(directory, words.toArray(String[]::new));
            assertEquals(1, rest.count("Instances"));

            // As a client of storescp.
            int port = ServerProcess.freePorts(1)[0];
            Path received = Files.createDirectories(directory.resolve("received"));
            try (BackgroundProcess storescp = new BackgroundProcess(
                    received,
                    port,
                    "storescp",
                    "+tls",
                    "../client.key",
                    "../client.crt",
                    "+cf",
                    "../server.crt",
                    Integer.toString(port))) {
                rest.put(
                        "/modalities/sink",
                        "{\"AET\": \"SINK\", \"Host\": \"127.0.0.1\", \"Port\": " + port + ", \"UseDicomTls\": true}");
                rest.post("/modalities/sink/store", file.id());
                assertTrue(Files.exists(received.resolve("SC." + file.sopInstance())), storescp.log());
            }

            Path folder = directory.resolve("mutual");
            Files.copy(directory.resolve("next.key"), folder.resolve("own.key"), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(directory.resolve("next.crt"), folder.resolve("own.crt"), StandardCopyOption.REPLACE_EXISTING);
            assertEquals(0, echo(server, as("client", "next")));
            assertNotEquals(0, echo(server, as("client", "server")));
        }
    }

    @Test
    void oneSideIsEnoughWhereThatIsConfiguredAndOldVersionsAreRefused() throws Exception {
        try (ServerProcess server = server("oneway")
                .with("DicomTlsRemoteCertificateRequired", false)
                .with("DicomTlsMinimumProtocolVersion", 5)
                .with("DicomTlsCiphersAccepted", new ServerProcess.JsonText("[\"TLS_AES_256_GCM_SHA384\"]"))
                .start()) {
            assertEquals(0, echo(server, "+tla", "-ic"));
            String target = "127.0.0.1:" + server.dicomPort();
            assertTrue(handshake(target, "-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384")
                    .contains("Cipher is TLS_AES_256_GCM_SHA384"));
            assertTrue(handshake(target, "-tls1_2").contains("Cipher is (NONE)"));
            assertTrue(handshake(target, "-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256")
                    .contains("Cipher is (NONE)"));
        }
    }

    private static String handshake(String target, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("openssl", "s_client", "-connect", target));
        words.addAll(List.of(options));
        return Command.run(directory, words).output();
    }
}
