package org.isengard.runtime.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.util.Locale;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** TLS from the files that options name: PEM, and PKCS #12 for a certificate with its key. */
public final class PemTls {
    private PemTls() {}

    /**
     * Makes what TLS of DICOM needs.
     *
     * @param certificate our certificate, and those that sign it
     * @param privateKey PKCS #8, or PKCS #1 for RSA; not encrypted
     * @param trusted the certificates that peers' certificates must lead to
     * @throws TlsException naming the file that cannot be used
     */
    public static SSLContext context(Path certificate, Path privateKey, Path trusted) {
        return context(keys(certificate, privateKey, ""), trust(trusted));
    }

    /** @param keys null for no certificate of ours @param trust null for that of the Java runtime */
    public static SSLContext context(KeyManager[] keys, TrustManager[] trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw failure(e);
        }
    }

    /**
     * Reads our certificate and its key.
     *
     * @param certificate PEM, or PKCS #12 when its name ends with {@code .p12} or {@code .pfx}
     * @param privateKey PEM; not looked at with PKCS #12
     * @param password of the key or of the PKCS #12 file, "" for none
     */
    public static KeyManager[] keys(Path certificate, Path privateKey, String password) {
        try {
            char[] secret = password.toCharArray();
            KeyStore own = empty();
            if (isPkcs12(certificate)) {
                try (var in = Files.newInputStream(certificate)) {
                    own.load(in, secret);
                } catch (IOException e) {
                    throw Pem.unusable(certificate, describe(e));
                }
            } else {
                Certificate[] chain = Pem.certificates(certificate);
                PrivateKey key = Pem.key(privateKey, password);
                if (!isPair(key, chain[0].getPublicKey())) {
                    throw Pem.unusable(privateKey, "the private key is not that of the certificate in " + certificate);
                }
                own.setKeyEntry("own", key, secret, chain);
            }
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, secret);
            return keys.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw failure(e);
        }
    }

    /** Signs with the one and verifies with the other: a server with a wrong pair would fail at each handshake only. */
    private static boolean isPair(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        if (key.getAlgorithm().equals("RSA") != certified.getAlgorithm().equals("RSA")
                || key.getAlgorithm().equals("EC") != certified.getAlgorithm().equals("EC")) {
            return false;
        }
        byte[] probe = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(probe);
        return signature.verify(signed);
    }

    public static boolean isPkcs12(Path certificate) {
        String name = certificate.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".p12") || name.endsWith(".pfx");
    }

    /** @param trusted PEM with the certificates that peers' certificates must lead to */
    public static TrustManager[] trust(Path trusted) {
        try {
            KeyStore peers = empty();
            for (Certificate peer : Pem.certificates(trusted)) {
                peers.setCertificateEntry("peer-" + peers.size(), peer);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(peers);
            return trust.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw failure(e);
        }
    }

    /** {@return what is wrong with a file, in words} */
    static String describe(Exception e) {
        return e instanceof NoSuchFileException ? "there is no such file" : e.toString();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static TlsException failure(Exception e) {
        return new TlsException("TLS: " + e.getMessage(), e);
    }
}
