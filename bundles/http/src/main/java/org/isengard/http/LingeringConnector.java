package org.isengard.http;

import java.io.IOException;
import java.net.BindException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A connector whose connections are {@link LingeringEndPoint}s; all else is as another one was model. */
final class LingeringConnector extends ServerConnector {
    private static final long PORT_NANOS = 5_000_000_000L;
    private static final long PORT_STEP_NANOS = 2_000_000;

    LingeringConnector(Server server, ServerConnector model, int port, String host) {
        super(
                server,
                model.getAcceptors(),
                model.getSelectorManager().getSelectorCount(),
                model.getConnectionFactories().toArray(ConnectionFactory[]::new));
        setHost(host);
        setPort(port);
        setIdleTimeout(model.getIdleTimeout());
        setAcceptQueueSize(model.getAcceptQueueSize());
    }

    /** The one before closes its port only when its thread has come back from waiting there. */
    @Override
    protected ServerSocketChannel openAcceptChannel() throws IOException {
        long end = System.nanoTime() + PORT_NANOS;
        while (true) {
            try {
                return super.openAcceptChannel();
            } catch (IOException e) {
                if (!(e.getCause() instanceof BindException) || System.nanoTime() - end >= 0) {
                    throw e;
                }
                LockSupport.parkNanos(PORT_STEP_NANOS);
            }
        }
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        LingeringEndPoint endPoint = new LingeringEndPoint(
                channel, selector, key, getScheduler(), getServer().getThreadPool());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }
}
