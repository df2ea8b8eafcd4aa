package org.isengard.dicom.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TCP connections and TLS on top of them. */
final class Sockets {
    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

    private Sockets() {}

    /** The client side of TLS over a connection. */
    static Socket tlsClient(Socket tcp, TlsOptions options, String host, int port, boolean checkHostname)
            throws IOException {
        var tls = (SSLSocket) options.context().get().getSocketFactory().createSocket(tcp, host, port, true);
        restrict(tls, options);
        if (checkHostname) {
            var parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
        }
        tls.setUseClientMode(true);
        tls.startHandshake();
        return tls;
    }

    /** The server side of TLS over a connection. */
    static Socket tlsServer(Socket tcp, TlsOptions options, boolean needClientCertificate) throws IOException {
        var remote = (InetSocketAddress) tcp.getRemoteSocketAddress();
        var tls = (SSLSocket) options.context()
                .get()
                .getSocketFactory()
                .createSocket(tcp, remote.getAddress().getHostAddress(), remote.getPort(), true);
        restrict(tls, options);
        tls.setUseClientMode(false);
        tls.setNeedClientAuth(needClientCertificate);
        tls.startHandshake();
        return tls;
    }

    private static void restrict(SSLSocket tls, TlsOptions options) throws IOException {
        try {
            if (!options.protocols().isEmpty()) {
                tls.setEnabledProtocols(options.protocols().toArray(new String[0]));
            }
            if (!options.cipherSuites().isEmpty()) {
                tls.setEnabledCipherSuites(options.cipherSuites().toArray(new String[0]));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("TLS cannot be spoken as configured: " + e.getMessage(), e);
        }
    }

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("Closing a connection failed: {}", e.getMessage());
        }
    }
}
