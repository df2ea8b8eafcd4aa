package org.isengard.dicom.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.function.Function;

/** A server on a free port of the loopback interface that accepts every context in its first transfer syntax. */
final class TestServer implements AutoCloseable {
    static final AssociationPolicy ACCEPT_ALL = new AssociationPolicy() {
        @Override
        public PresentationContext negotiate(
                ProposedContext proposed, AssociateRequest request, InetSocketAddress remote) {
            return proposed.accept(proposed.transferSyntaxes().get(0));
        }

        @Override
        public boolean acceptsScpRole(String sopClass) {
            return true;
        }
    };

    final ServerSocketChannel listening;
    final DicomServer server;

    TestServer(DimseHandler handler) throws IOException {
        this(ACCEPT_ALL, association -> handler, ServerOptions.DEFAULT);
    }

    TestServer(AssociationPolicy policy, Function<Association, DimseHandler> handlers, ServerOptions options)
            throws IOException {
        listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        server = DicomServer.start(listening, policy, handlers, options);
    }

    int port() {
        return listening.socket().getLocalPort();
    }

    AssociationOptions options() {
        return AssociationOptions.to("127.0.0.1", port()).callingAet("CLIENT").calledAet("SERVER");
    }

    @Override
    public void close() throws IOException {
        server.close(Duration.ofSeconds(5));
        listening.close();
    }
}
