package org.isengard.networking.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.isengard.dicom.UID;
import org.isengard.dicom.net.AssociationException;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.Status;
import org.isengard.networking.Configs;
import org.isengard.networking.scp.AcceptedStorage;
import org.isengard.networking.scp.AssociationUsers;
import org.isengard.networking.scp.DicomScp;
import org.isengard.networking.scp.RunningRetrievals;
import org.isengard.networking.scp.ScpMetrics;
import org.isengard.runtime.tls.CipherSuites;
import org.isengard.runtime.tls.PemTls;
import org.isengard.runtime.tls.TlsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PemTlsTest {
    /** Bytes before the PKCS #1 key in the PKCS #8 form of a 2048-bit RSA key. */
    private static final int PKCS8_PREFIX = 26;

    @TempDir
    Path directory;

    private Path pem(String name, String type, byte[] content) throws Exception {
        String text = "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                + type + "-----\n";
        return Files.writeString(directory.resolve(name), text);
    }

    private void makeFiles(String algorithm) throws Exception {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        assumeTrue(Files.isExecutable(keytool));
        Path file = directory.resolve(algorithm + ".p12");
        Process process = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "dicom",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals(0, process.waitFor());
        KeyStore keys = KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
        pem("cert.pem", "CERTIFICATE", keys.getCertificate("dicom").getEncoded());
        byte[] pkcs8 = keys.getKey("dicom", "changeit".toCharArray()).getEncoded();
        pem("key.pem", "PRIVATE KEY", pkcs8);
        pem("rsa.pem", "RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, PKCS8_PREFIX, pkcs8.length));
    }

    private SSLContext context(String key) {
        Path certificate = directory.resolve("cert.pem");
        return PemTls.context(certificate, directory.resolve(key), certificate);
    }

    @Test
    void theServerSpeaksTlsWithPeersItTrusts() throws Exception {
        makeFiles("EC");
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Map<String, Object> options = new HashMap<>(Map.of(
                "DicomPort",
                port,
                "DicomBindAddress",
                "127.0.0.1",
                "DicomTlsEnabled",
                true,
                "isengard.workdir",
                ".",
                "DicomTlsCertificate",
                directory.resolve("cert.pem").toString(),
                "DicomTlsPrivateKey",
                directory.resolve("key.pem").toString(),
                "DicomTlsTrustedCertificates",
                directory.resolve("cert.pem").toString()));
        var accepted = new AcceptedStorage(Configs.of(AcceptedStorage.Config.class, Map.of()));
        var scp = new DicomScp(
                Configs.of(DicomScp.Config.class, options),
                accepted,
                Configs.modalities(options),
                new RunningRetrievals(),
                AssociationUsers.open(new ScpMetrics(4)),
                Configs.worklists(),
                Configs.framework());
        try {
            var peer = AssociationOptions.to("127.0.0.1", port).propose(UID.Verification, UID.ExplicitVRLittleEndian);
            SSLContext former = context("key.pem");
            try (var client = DicomClient.open(peer.tls(former, false))) {
                assertEquals(Status.SUCCESS, client.echo());
            }
            // New files take effect without a restart; broken ones do not.
            Files.writeString(directory.resolve("key.pem"), "broken");
            try (var client = DicomClient.open(peer.tls(former, false))) {
                assertEquals(Status.SUCCESS, client.echo());
            }
            Files.delete(directory.resolve("EC.p12"));
            makeFiles("EC");
            assertThrows(AssociationException.class, () -> DicomClient.open(peer.tls(former, false)));
            try (var client = DicomClient.open(peer.tls(context("key.pem"), false))) {
                assertEquals(Status.SUCCESS, client.echo());
            }
        } finally {
            scp.stop();
        }
    }

    @Test
    void cipherSuitesMayHaveTheirNamesOfOpenSsl() {
        assertEquals("TLS_AES_256_GCM_SHA384", CipherSuites.iana("TLS_AES_256_GCM_SHA384"));
        assertEquals("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", CipherSuites.iana("ECDHE-RSA-AES256-GCM-SHA384"));
        assertEquals("TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", CipherSuites.iana("DHE-RSA-AES256-SHA256"));
        assertEquals("TLS_RSA_WITH_AES_128_CBC_SHA", CipherSuites.iana("AES128-SHA"));
        assertEquals(
                "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", CipherSuites.iana("ECDHE-ECDSA-CHACHA20-POLY1305"));
        assertThrows(TlsException.class, () -> CipherSuites.iana("ROT13"));
    }

    @Test
    void bothFormsOfRsaKeysAreRead() throws Exception {
        makeFiles("RSA");
        assertEquals("TLS", context("key.pem").getProtocol());
        assertEquals("TLS", context("rsa.pem").getProtocol());
    }

    @Test
    void unusableFilesAreNamed() throws Exception {
        makeFiles("EC");
        var e = assertThrows(TlsException.class, () -> context("absent.pem"));
        assertTrue(e.getMessage().contains("absent.pem"), e.getMessage());
        e = assertThrows(TlsException.class, () -> context("cert.pem"));
        assertTrue(e.getMessage().contains("no private key"), e.getMessage());
    }
}
