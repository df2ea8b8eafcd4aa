package org.isengard.http;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.isengard.runtime.tls.TlsFiles;

/** The protocols of a connector: HTTP/1.1, or TLS with HTTP/1.1 and HTTP/2. */
final class Connections {
    private static final int MEBIBYTE = 1 << 20;
    private static final int STREAMS = 100;

    private Connections() {}

    /**
     * Makes the protocols.
     *
     * @param model its configuration of HTTP is taken over
     * @throws org.isengard.runtime.tls.TlsException naming the file that cannot be used
     */
    static ConnectionFactory[] of(LingeringConnectors.Settings settings, ServerConnector model) {
        HttpConfiguration http = new HttpConfiguration(
                model.getConnectionFactory(HttpConnectionFactory.class).getHttpConfiguration());
        http.setPersistentConnectionsEnabled(settings.keepAlive());
        http.addCustomizer(
                new BodyLimits(settings.minimumBodyRate(), (long) settings.maximumBodyMegabytes() * MEBIBYTE));
        if (!settings.tls()) {
            return new ConnectionFactory[] {new HttpConnectionFactory(http)};
        }
        // Without a check of the name that the client asked for: addresses are names here, too.
        http.addCustomizer(new SecureRequestCustomizer(false));
        List<ConnectionFactory> factories = new ArrayList<>();
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(http);
        http2.setMaxConcurrentStreams(STREAMS);
        factories.add(new SslConnectionFactory(tls(settings), Http2Negotiation.NAME));
        factories.add(new Http2Negotiation(http1.getProtocol()));
        factories.add(http2);
        factories.add(http1);
        return factories.toArray(ConnectionFactory[]::new);
    }

    private static ReloadedTls tls(LingeringConnectors.Settings settings) {
        Path certificate = Path.of(settings.certificate());
        return new ReloadedTls(
                new TlsFiles(new TlsFiles.Options(
                        "Ssl",
                        certificate,
                        certificate,
                        settings.password(),
                        settings.verifyPeers() ? Path.of(settings.trusted()) : null,
                        settings.minimumVersion(),
                        List.of(settings.ciphers()))),
                settings.verifyPeers());
    }
}
