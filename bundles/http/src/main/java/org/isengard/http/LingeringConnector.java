package org.isengard.http;

import java.io.IOException;
import java.net.BindException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connector whose connections are {@link LingeringEndPoint}s, and that leaves none open when it stops; all else is as
 * another one was model.
 *
 * <p>Jetty stops its selectors without waiting for those who let clients in: whoever is on the threshold then is handed to
 * a selector that looks at nobody any more, and would wait for ever.
 */
final class LingeringConnector extends ServerConnector {
    private static final long PORT_NANOS = 5_000_000_000L;
    private static final long PORT_STEP_NANOS = 2_000_000;

    private final Set<SelectableChannel> onThreshold = ConcurrentHashMap.newKeySet();
    private final boolean lingers;
    private volatile boolean closing;

    /**
     * Makes a connector after the model of another one.
     *
     * @param lingers through TLS no connection lingers: the end of a request cannot be told from the end of a record
     */
    LingeringConnector(
            Server server,
            ServerConnector model,
            int port,
            String host,
            boolean lingers,
            ConnectionFactory... protocols) {
        super(server, model.getAcceptors(), model.getSelectorManager().getSelectorCount(), protocols);
        this.lingers = lingers;
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
    protected void doStart() throws Exception {
        closing = false;
        super.doStart();
    }

    @Override
    protected void doStop() throws Exception {
        closing = true;
        super.doStop();
        getConnectedEndPoints().forEach(EndPoint::close);
        for (SelectableChannel channel : onThreshold) {
            turnAway(channel);
        }
    }

    private void turnAway(SelectableChannel channel) {
        onThreshold.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left that could be done.
        }
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key)
            throws IOException {
        if (closing) {
            throw new ClosedChannelException();
        }
        if (!lingers) {
            return super.newEndPoint(channel, selector, key);
        }
        LingeringEndPoint endPoint = new LingeringEndPoint(
                channel, selector, key, getScheduler(), getServer().getThreadPool());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    /** Asked for by the constructor of the parent, when nothing of this class is there yet. */
    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        return new Threshold(executor, scheduler, selectors);
    }

    /** Knows who was let in, but is not yet among the connections. */
    private final class Threshold extends ServerConnectorManager {
        private Threshold(Executor executor, Scheduler scheduler, int selectors) {
            super(executor, scheduler, selectors);
        }

        @Override
        public void accept(SelectableChannel channel, Object attachment) {
            onThreshold.add(channel);
            if (closing) {
                turnAway(channel);
            } else {
                super.accept(channel, attachment);
            }
        }

        @Override
        protected void onAcceptFailed(SelectableChannel channel, Throwable cause) {
            onThreshold.remove(channel);
            super.onAcceptFailed(channel, cause);
        }

        @Override
        protected void endPointOpened(EndPoint endPoint) {
            super.endPointOpened(endPoint);
            onThreshold.remove(((SocketChannelEndPoint) endPoint).getChannel());
            if (closing) {
                endPoint.close();
            }
        }
    }
}
