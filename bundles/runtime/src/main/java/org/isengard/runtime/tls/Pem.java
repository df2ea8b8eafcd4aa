package org.isengard.runtime.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
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
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Certificates and private keys in PEM files (RFC 7468). */
public final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PKCS8_KEY = "PRIVATE KEY";
    private static final String ENCRYPTED_KEY = "ENCRYPTED PRIVATE KEY";
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

    private Pem() {}

    /** @throws TlsException naming the file, when there is no certificate in it */
    static Certificate[] certificates(Path file) throws CertificateException {
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

    /**
     * Reads a key in PKCS #8, or PKCS #1 for RSA.
     *
     * @param password of an encrypted one, "" for none
     * @throws TlsException naming the file, when there is no usable key in it
     */
    static PrivateKey key(Path file, String password) throws GeneralSecurityException {
        for (Block block : blocks(file)) {
            switch (block.type) {
                case PKCS8_KEY:
                    return key(file, block.content);
                case PKCS1_KEY:
                    return key(file, pkcs8(block.content));
                case ENCRYPTED_KEY:
                    return key(file, decrypt(file, block.content, password));
                default:
                    break;
            }
        }
        throw unusable(file, "there is no private key in PKCS #8 in it (openssl pkcs8 -topk8 -nocrypt makes one)");
    }

    private static byte[] decrypt(Path file, byte[] content, String password) throws GeneralSecurityException {
        try {
            var encrypted = new EncryptedPrivateKeyInfo(content);
            // With PBES2 (RFC 8018) the parameters say which scheme it is; their text is the name of the algorithm.
            String algorithm = encrypted.getAlgName().equals("PBES2")
                            || encrypted.getAlgName().equals("1.2.840.113549.1.5.13")
                    ? encrypted.getAlgParameters().toString()
                    : encrypted.getAlgName();
            var secret = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, secret, encrypted.getAlgParameters());
            return encrypted.getKeySpec(cipher).getEncoded();
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(file, "the private key cannot be decrypted: " + e.getMessage());
        }
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

    private static List<Block> blocks(Path file) {
        List<Block> blocks = new ArrayList<>();
        try {
            Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (matcher.find()) {
                blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(file, PemTls.describe(e));
        }
        return blocks;
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

    public static TlsException unusable(Path file, String why) {
        return new TlsException("TLS: " + file + ": " + why);
    }
}
