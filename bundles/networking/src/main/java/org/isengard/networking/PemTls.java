package org.isengard.networking;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/** TLS from the PEM files that Orthanc's options {@code DicomTls...} name. */
final class PemTls {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PKCS8_KEY = "PRIVATE KEY";
    private static final String PKCS1_KEY = "RSA PRIVATE KEY";

    /** Version 0 and the algorithm identifier of RSA, as they stand before the key in PKCS #8 (RFC 5208, RFC 8017). */
    private static final byte[] RSA_ALGORITHM = {
        0x02,
        0x01,
        0x00,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    private record Block(String type, byte[] content) {}

    private PemTls() {}

    /**
     * @param certificate our certificate, and those that sign it
     * @param privateKey PKCS #8, or PKCS #1 for RSA; not encrypted
     * @param trusted the certificates that peers' certificates must lead to
     * @throws IsengardException naming the file that cannot be used
     */
    static SSLContext context(Path certificate, Path privateKey, Path trusted) {
        try {
            KeyStore own = empty();
            own.setKeyEntry("dicom", key(privateKey), new char[0], certificates(certificate));
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, new char[0]);
            KeyStore peers = empty();
            for (Certificate peer : certificates(trusted)) {
                peers.setCertificateEntry("peer-" + peers.size(), peer);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(peers);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IsengardException(ErrorCode.INCOMPATIBLE_CONFIGURATIONS, "DICOM TLS: " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<Block> blocks(Path file) {
        List<Block> blocks = new ArrayList<>();
        try {
            Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (matcher.find()) {
                blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(file, e.toString());
        }
        return blocks;
    }

    private static Certificate[] certificates(Path file) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(file)) {
            if (block.type.equals(CERTIFICATE)) {
                certificates.add(factory.generateCertificate(new ByteArrayInputStream(block.content)));
            }
        }
        if (certificates.isEmpty()) {
            throw unusable(file, "there is no certificate in it");
        }
        return certificates.toArray(Certificate[]::new);
    }

    private static PrivateKey key(Path file) throws GeneralSecurityException {
        for (Block block : blocks(file)) {
            if (block.type.equals(PKCS8_KEY) || block.type.equals(PKCS1_KEY)) {
                byte[] content = block.type.equals(PKCS1_KEY) ? pkcs8(block.content) : block.content;
                return key(file, content);
            }
        }
        throw unusable(file, "there is no private key in PKCS #8 in it (openssl pkcs8 -topk8 -nocrypt makes one)");
    }

    private static PrivateKey key(Path file, byte[] pkcs8) throws GeneralSecurityException {
        String reason = "";
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                reason = e.getMessage();
            }
        }
        throw unusable(file, "the private key is neither RSA nor elliptic: " + reason);
    }

    private static byte[] pkcs8(byte[] pkcs1) {
        byte[] key = der(0x04, pkcs1);
        return der(
                0x30,
                ByteBuffer.allocate(RSA_ALGORITHM.length + key.length)
                        .put(RSA_ALGORITHM)
                        .put(key)
                        .array());
    }

    private static byte[] der(int tag, byte[] content) {
        int length = content.length;
        int lengthBytes = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
        ByteBuffer out = ByteBuffer.allocate(2 + lengthBytes + length).put((byte) tag);
        out.put((byte) (lengthBytes == 0 ? length : 0x80 | lengthBytes));
        for (int i = lengthBytes - 1; i >= 0; i--) {
            out.put((byte) (length >> 8 * i));
        }
        return out.put(content).array();
    }

    private static IsengardException unusable(Path file, String why) {
        return new IsengardException(ErrorCode.INCOMPATIBLE_CONFIGURATIONS, "DICOM TLS: " + file + ": " + why);
    }
}
