package org.isengard.dicom.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.isengard.dicom.UID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Associations over TLS, both sides with a certificate. */
@Timeout(60)
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path temporary;

    private SSLContext context() throws Exception {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        assumeTrue(Files.isExecutable(keytool));
        Path file = temporary.resolve("keys.p12");
        if (!Files.exists(file)) {
            Process process = new ProcessBuilder(
                            keytool.toString(),
                            "-genkeypair",
                            "-alias",
                            "dicom",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=ip:127.0.0.1",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            "changeit",
                            "-keystore",
                            file.toString())
                    .inheritIO()
                    .start();
            assertEquals(0, process.waitFor());
        }
        KeyStore keys = KeyStore.getInstance(file.toFile(), PASSWORD);
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("dicom", keys.getCertificate("dicom"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** As a peer that completes its TCP connection and then sends a byte of its TLS handshake now and then. */
    @Test
    void aTricklingHandshakeIsEnded() throws Exception {
        var options = new ServerOptions(1, 300, 16_384, TlsOptions.of(context()), false);
        try (var server = new TestServer(TestServer.ACCEPT_ALL, a -> new DimseHandler() {}, options);
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            byte[] hello = new byte[1000];
            System.arraycopy(new byte[] {22, 3, 1, 3, (byte) 0xe0, 1}, 0, hello, 0, 6);
            int sent = 0;
            try {
                while (sent < hello.length) {
                    socket.getOutputStream().write(hello[sent++]);
                    Thread.sleep(50);
                }
            } catch (SocketException closed) {
                assertTrue(sent > 6, "ended at once");
            }
            assertTrue(sent < 200, sent + " bytes were waited for");
        }
    }

    @Test
    void protocolsAndCipherSuitesCanBeRestricted() throws Exception {
        SSLContext tls = context();
        String suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
        var both = new TlsOptions(() -> tls, List.of("TLSv1.2", "TLSv1.3"), List.of(suite));
        var old = new TlsOptions(() -> tls, List.of("TLSv1.2"), List.of(suite));
        var modern = new TlsOptions(() -> tls, List.of("TLSv1.3"), List.of("TLS_AES_128_GCM_SHA256"));
        try (var server = new TestServer(
                TestServer.ACCEPT_ALL, a -> new DimseHandler() {}, new ServerOptions(4, 5_000, 16_384, both, true))) {
            try (var client = DicomClient.open(
                    server.options().tls(old, false).propose(UID.Verification, UID.ImplicitVRLittleEndian))) {
                assertEquals(Status.SUCCESS, client.echo());
            }
            var refused = server.options().tls(modern, false).propose(UID.Verification, UID.ImplicitVRLittleEndian);
            assertThrows(AssociationException.class, () -> DicomClient.open(refused));
        }
    }

    @Test
    void dataSetsTravelEncrypted() throws Exception {
        var received = new AtomicReference<byte[]>();
        DimseHandler handler = new DimseHandler() {
            @Override
            public int store(Operation operation, InputStream dataSet) throws IOException {
                received.set(dataSet.readAllBytes());
                return Status.SUCCESS;
            }
        };
        SSLContext tls = context();
        var options = new ServerOptions(4, 5_000, 16_384, TlsOptions.of(tls), true);
        String ct = UID.CTImageStorage;
        String explicit = UID.ExplicitVRLittleEndian;
        try (var server = new TestServer(TestServer.ACCEPT_ALL, a -> handler, options)) {
            try (var client = DicomClient.open(server.options().tls(tls, true).propose(ct, explicit))) {
                byte[] sent = new byte[1_000_000];
                sent[999_999] = 1;
                assertEquals(
                        Status.SUCCESS,
                        client.store(ct, "1.2", explicit, new ByteArrayInputStream(sent))
                                .status());
                assertArrayEquals(sent, received.get());
            }
            var plain = server.options().timeout(3000).propose(ct, explicit);
            assertThrows(AssociationException.class, () -> DicomClient.open(plain));
            var stranger = server.options().tls(SSLContext.getDefault(), false).propose(ct, explicit);
            assertThrows(AssociationException.class, () -> DicomClient.open(stranger));
        }
    }
}
