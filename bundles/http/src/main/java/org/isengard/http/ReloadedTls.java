package org.isengard.http;

import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.isengard.runtime.tls.TlsFiles;

/** TLS for Jetty from files that are looked at for each connection. */
final class ReloadedTls extends SslContextFactory.Server {
    private final TlsFiles files;
    private final boolean clientCertificate;

    /** @param clientCertificate clients have to show a certificate that the trusted ones sign */
    ReloadedTls(TlsFiles files, boolean clientCertificate) {
        this.files = files;
        this.clientCertificate = clientCertificate;
        setSslContext(files.context());
        setNeedClientAuth(clientCertificate);
    }

    @Override
    public SSLEngine newSSLEngine() {
        return engine(files.context().createSSLEngine());
    }

    @Override
    public SSLEngine newSSLEngine(String host, int port) {
        return engine(files.context().createSSLEngine(host, port));
    }

    /** The address is no name that the client asked for, and looking up its name would only take time. */
    @Override
    public SSLEngine newSSLEngine(InetSocketAddress address) {
        return newSSLEngine();
    }

    private SSLEngine engine(SSLEngine engine) {
        SSLContext context = files.context();
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(files.protocols().toArray(String[]::new));
        parameters.setCipherSuites(files.cipherSuites().toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        parameters.setNeedClientAuth(clientCertificate);
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters);
        return engine;
    }
}
