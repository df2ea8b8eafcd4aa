package org.isengard.networking.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.net.TlsOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of DICOM by Orthanc's options {@code DicomTls...}. The files are looked at for each connection and read again
 * when they have changed; what cannot be used then leaves the former certificates in force.
 */
public final class DicomTls {
    private static final Logger LOG = LoggerFactory.getLogger(DicomTls.class);

    /** By the values of DicomTlsMinimumProtocolVersion; those before TLS 1.2 are gone from Java. */
    private static final int TLS_1_3 = 5;

    private static final Pattern OPENSSL_NAME = Pattern.compile(
            "(?:(ECDHE|DHE)-(RSA|ECDSA|DSS)-)?(?:AES(128|256)(-GCM)?-(SHA|SHA256|SHA384)|(CHACHA20-POLY1305))");

    private final Path certificate;
    private final Path privateKey;
    private final Path trusted;
    private final boolean remoteRequired;
    private final List<String> protocols;
    private final List<String> cipherSuites;
    private SSLContext context;
    private List<Object> state = List.of();

    /** @param trusted not looked at unless {@code remoteRequired} */
    public DicomTls(
            Path certificate,
            Path privateKey,
            Path trusted,
            boolean remoteRequired,
            int minimumVersion,
            List<String> ciphers) {
        this.certificate = certificate;
        this.privateKey = privateKey;
        this.trusted = trusted;
        this.remoteRequired = remoteRequired;
        if (minimumVersion < 0 || minimumVersion > TLS_1_3) {
            throw unusable("DicomTlsMinimumProtocolVersion must be from 0 to 5, not " + minimumVersion);
        }
        protocols = minimumVersion == TLS_1_3 ? List.of("TLSv1.3") : List.of("TLSv1.3", "TLSv1.2");
        if (minimumVersion > 0 && minimumVersion < TLS_1_3 - 1) {
            LOG.warn("DicomTlsMinimumProtocolVersion {}: TLS before 1.2 is not spoken all the same", minimumVersion);
        }
        cipherSuites = ciphers.stream().map(DicomTls::cipherSuite).toList();
    }

    /** {@return the IANA name of a cipher suite} @param name that, or OpenSSL's */
    static String cipherSuite(String name) {
        if (name.startsWith("TLS_")) {
            return name;
        }
        Matcher parts = OPENSSL_NAME.matcher(name);
        if (!parts.matches()) {
            throw unusable("DicomTlsCiphersAccepted: unknown cipher suite " + name);
        }
        var suite = new StringBuilder("TLS_");
        suite.append(parts.group(1) == null ? "RSA" : parts.group(1) + "_" + parts.group(2));
        if (parts.group(6) != null) {
            return suite.append("_WITH_CHACHA20_POLY1305_SHA256").toString();
        }
        return suite.append("_WITH_AES_")
                .append(parts.group(3))
                .append(parts.group(4) == null ? "_CBC_" : "_GCM_")
                .append(parts.group(5))
                .toString();
    }

    /** @throws IsengardException naming the file that cannot be used */
    public TlsOptions options() {
        List<String> supported = List.of(context().getSupportedSSLParameters().getCipherSuites());
        for (String suite : cipherSuites) {
            if (!supported.contains(suite)) {
                throw unusable("DicomTlsCiphersAccepted: this Java does not have " + suite);
            }
        }
        return new TlsOptions(this::context, protocols, cipherSuites);
    }

    private synchronized SSLContext context() {
        List<Object> now = state();
        if (context == null) {
            context = read();
            state = now;
        } else if (!now.equals(state)) {
            state = now;
            try {
                context = read();
                LOG.info("The certificates of DICOM TLS were read again");
            } catch (IsengardException e) {
                LOG.error("The former certificates of DICOM TLS stay in use: {}", e.details());
            }
        }
        return context;
    }

    private SSLContext read() {
        TrustManager[] trust = remoteRequired ? PemTls.trust(trusted) : new TrustManager[] {new TrustEverybody()};
        return PemTls.context(PemTls.keys(certificate, privateKey, ""), trust);
    }

    private List<Object> state() {
        List<Object> found = new ArrayList<>();
        for (Path file :
                remoteRequired ? List.of(certificate, privateKey, trusted) : List.of(certificate, privateKey)) {
            try {
                FileTime modified = Files.getLastModifiedTime(file);
                found.add(modified);
                found.add(Files.size(file));
            } catch (IOException e) {
                found.add(String.valueOf(e));
            }
        }
        return found;
    }

    private static IsengardException unusable(String why) {
        return new IsengardException(ErrorCode.INCOMPATIBLE_CONFIGURATIONS, why);
    }
}
