package org.isengard.dicom.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TCP connections and TLS on top of them. */
final class Sockets {
    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

    private Sockets() {}

    /** The client side of TLS over a connection. */
    static Socket tlsClient(Socket tcp, SSLContext context, String host, int port, boolean checkHostname)
            throws IOException {
        var tls = (SSLSocket) context.getSocketFactory().createSocket(tcp, host, port, true);
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
    static Socket tlsServer(Socket tcp, SSLContext context, boolean needClientCertificate) throws IOException {
        var remote = (InetSocketAddress) tcp.getRemoteSocketAddress();
        var tls = (SSLSocket) context.getSocketFactory()
                .createSocket(tcp, remote.getAddress().getHostAddress(), remote.getPort(), true);
        tls.setUseClientMode(false);
        tls.setNeedClientAuth(needClientCertificate);
        tls.startHandshake();
        return tls;
    }

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("Closing a connection failed: {}", e.getMessage());
        }
    }
}
