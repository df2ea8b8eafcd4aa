package org.isengard.runtime.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS as options say it. The files are looked at for each connection and read again when they have changed; files that
 * cannot be used then leave the former certificates in force.
 *
 * <p>Threading: any thread may ask for the context.
 */
public final class TlsFiles {
    /** Minimum version by Orthanc's numbers: 5 is TLS 1.3. TLS before 1.2 is gone from Java. */
    private static final int TLS_1_3 = 5;

    private static final int TLS_1_2 = 4;
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

    /**
     * The options.
     *
     * @param prefix of their names, {@code Ssl} or {@code DicomTls}
     * @param certificate PEM, or PKCS #12
     * @param privateKey PEM; not looked at with PKCS #12
     * @param password of the key, "" for none
     * @param trusted certificates, in PEM, that those of the other side must lead to; null: any certificate is taken
     * @param minimumVersion from 0 to 5
     * @param ciphers IANA's or OpenSSL's names; empty for those with forward secrecy
     */
    public record Options(
            String prefix,
            Path certificate,
            Path privateKey,
            String password,
            Path trusted,
            int minimumVersion,
            List<String> ciphers) {}

    private final Options options;
    private SSLContext context;
    private List<String> cipherSuites = List.of();
    private List<Object> state = List.of();

    /** @throws TlsException when the minimum version is none, or the name of a cipher suite is unknown */
    public TlsFiles(Options options) {
        this.options = options;
        if (options.minimumVersion < 0 || options.minimumVersion > TLS_1_3) {
            throw new TlsException(
                    options.prefix + "MinimumProtocolVersion must be from 0 to 5, not " + options.minimumVersion);
        }
        if (options.minimumVersion > 0 && options.minimumVersion < TLS_1_2) {
            LOG.warn(
                    "{}MinimumProtocolVersion {}: TLS before 1.2 is not spoken all the same",
                    options.prefix,
                    options.minimumVersion);
        }
        try {
            options.ciphers.forEach(CipherSuites::iana);
        } catch (TlsException e) {
            throw new TlsException(options.prefix + "CiphersAccepted: " + e.getMessage(), e);
        }
    }

    /** {@return the versions that are spoken, by Java's names} */
    public List<String> protocols() {
        return options.minimumVersion == TLS_1_3 ? List.of("TLSv1.3") : List.of("TLSv1.3", "TLSv1.2");
    }

    /** {@return the suites that are offered} @throws TlsException when Java lacks one, or a file cannot be used */
    public synchronized List<String> cipherSuites() {
        context();
        return cipherSuites;
    }

    /** {@return the context of the files as they are now} @throws TlsException naming the file that cannot be used */
    public synchronized SSLContext context() {
        List<Object> now = state();
        if (context == null) {
            read();
            state = now;
        } else if (!now.equals(state)) {
            state = now;
            try {
                read();
                LOG.info("The certificates of {}... were read again", options.prefix);
            } catch (TlsException e) {
                LOG.error("The former certificates of {}... stay in use: {}", options.prefix, e.getMessage());
            }
        }
        return context;
    }

    private void read() {
        TrustManager[] trust =
                options.trusted == null ? new TrustManager[] {new TrustEverybody()} : PemTls.trust(options.trusted);
        SSLContext read = PemTls.context(PemTls.keys(options.certificate, options.privateKey, options.password), trust);
        try {
            cipherSuites = CipherSuites.select(read, options.ciphers);
        } catch (TlsException e) {
            throw new TlsException(options.prefix + "CiphersAccepted: " + e.getMessage(), e);
        }
        context = read;
    }

    private List<Object> state() {
        List<Object> found = new ArrayList<>();
        List<Path> files = new ArrayList<>(List.of(options.certificate, options.privateKey));
        if (options.trusted != null) {
            files.add(options.trusted);
        }
        for (Path file : files) {
            try {
                found.add(Files.getLastModifiedTime(file));
                found.add(Files.size(file));
            } catch (IOException e) {
                found.add(String.valueOf(e));
            }
        }
        return found;
    }
}
