package org.isengard.dicom.net;

import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * How TLS is spoken.
 *
 * @param context asked for each connection, so that certificates may change while the server runs
 * @param protocols such as {@code TLSv1.3}; empty: those the Java runtime has by itself
 * @param cipherSuites by their IANA names; empty: those the Java runtime has by itself
 */
public record TlsOptions(Supplier<SSLContext> context, List<String> protocols, List<String> cipherSuites) {
    public TlsOptions {
        protocols = List.copyOf(protocols);
        cipherSuites = List.copyOf(cipherSuites);
    }

    public static TlsOptions of(SSLContext context) {
        return new TlsOptions(() -> context, List.of(), List.of());
    }
}
