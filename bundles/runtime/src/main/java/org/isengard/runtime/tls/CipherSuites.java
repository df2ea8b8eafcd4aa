package org.isengard.runtime.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** Names of cipher suites, and those that are offered where the configuration names none. */
public final class CipherSuites {
    private static final Pattern OPENSSL_NAME = Pattern.compile(
            "(?:(ECDHE|DHE)-(RSA|ECDSA|DSS)-)?(?:AES(128|256)(-GCM)?-(SHA|SHA256|SHA384)|(CHACHA20-POLY1305))");

    /** Suites with ephemeral keys (forward secrecy) and authenticated encryption, as RFC 9325 recommends them. */
    private static final Pattern RECOMMENDED =
            Pattern.compile("TLS_(?:AES|CHACHA20)_.*|TLS_(?:ECDHE|DHE)_.*_(?:GCM|CHACHA20_POLY1305)_.*");

    private CipherSuites() {}

    /** {@return the IANA name of a suite} @param name that, or OpenSSL's @throws TlsException when it is neither */
    public static String iana(String name) {
        if (name.startsWith("TLS_")) {
            return name;
        }
        Matcher parts = OPENSSL_NAME.matcher(name);
        if (!parts.matches()) {
            throw new TlsException("unknown cipher suite " + name);
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

    /**
     * Selects suites that a context has.
     *
     * @param names IANA's or OpenSSL's; empty for those that RFC 9325 recommends
     * @throws TlsException when Java lacks one that is named
     */
    static List<String> select(SSLContext context, List<String> names) {
        if (names.isEmpty()) {
            List<String> recommended = new ArrayList<>();
            for (String suite : context.getDefaultSSLParameters().getCipherSuites()) {
                if (RECOMMENDED.matcher(suite).matches()) {
                    recommended.add(suite);
                }
            }
            return List.copyOf(recommended);
        }
        List<String> supported = List.of(context.getSupportedSSLParameters().getCipherSuites());
        List<String> suites = names.stream().map(CipherSuites::iana).toList();
        for (String suite : suites) {
            if (!supported.contains(suite)) {
                throw new TlsException("this Java does not have the cipher suite " + suite);
            }
        }
        return suites;
    }
}
