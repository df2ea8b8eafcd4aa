package org.isengard.http;

import java.util.List;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.alpn.server.ALPNServerConnection;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NegotiatingServerConnectionFactory;

/**
 * Lets a client of HTTPS choose HTTP/2 or HTTP/1.1 in the handshake (ALPN, RFC 7301). Jetty's own factory looks for its
 * adapter to Java by a service file that Felix HTTP does not carry; Java has had the method since version 9.
 */
final class Http2Negotiation extends NegotiatingServerConnectionFactory {
    static final String NAME = "alpn";

    /** @param fallback the protocol of a client that does not negotiate */
    Http2Negotiation(String fallback) {
        super(NAME);
        setDefaultProtocol(fallback);
    }

    @Override
    protected AbstractConnection newServerConnection(
            Connector connector, EndPoint endPoint, SSLEngine engine, List<String> protocols, String fallback) {
        ALPNServerConnection connection = new ALPNServerConnection(connector, endPoint, engine, protocols, fallback);
        engine.setHandshakeApplicationProtocolSelector((unused, offered) -> {
            // A client that offers nothing gets nothing selected, and the fallback.
            if (offered.isEmpty()) {
                connection.unsupported();
                return "";
            }
            connection.select(offered);
            return connection.getProtocol();
        });
        return connection;
    }
}
