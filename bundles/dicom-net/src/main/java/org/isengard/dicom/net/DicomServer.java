package org.isengard.dicom.net;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves associations on a listening socket that it is given and never closes: who owns the socket can hand it to the
 * next server while connections wait in its backlog.
 *
 * <p>Threads: one that accepts, one for each association. Handlers are called by the association's thread.
 */
public final class DicomServer {
    private static final Logger LOG = LoggerFactory.getLogger(DicomServer.class);
    /** How long an association may pause between two messages and still count as running. */
    private static final long IDLE_NANOS = 1_500_000_000L;

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final ServerSocketChannel listening;
    private final Acceptor acceptor;
    private final Function<Association, DimseHandler> handlers;
    private final Semaphore free;
    private final Selector selector;
    private final Thread accepting;
    private final ExecutorService threads;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    private DicomServer(
            ServerSocketChannel listening,
            AssociationPolicy policy,
            Function<Association, DimseHandler> handlers,
            ServerOptions options)
            throws IOException {
        this.listening = listening;
        this.acceptor = new Acceptor(policy, options);
        this.handlers = handlers;
        free = new Semaphore(options.maxAssociations());
        ThreadFactory factory = task -> new Thread(task, "dicom-association-" + THREADS.incrementAndGet());
        threads = Executors.newCachedThreadPool(factory);
        selector = Selector.open();
        listening.configureBlocking(false);
        listening.register(selector, SelectionKey.OP_ACCEPT);
        accepting = new Thread(this::acceptAll, "dicom-accept-" + localAddress());
    }

    /**
     * Starts serving.
     *
     * @param listening bound; used by nobody else until {@link #close} has returned
     * @param handlers makes the handler of each association
     */
    public static DicomServer start(
            ServerSocketChannel listening,
            AssociationPolicy policy,
            Function<Association, DimseHandler> handlers,
            ServerOptions options)
            throws IOException {
        var server = new DicomServer(listening, policy, handlers, options);
        server.accepting.start();
        return server;
    }

    /** Where the server listens. */
    public SocketAddress localAddress() throws IOException {
        return listening.getLocalAddress();
    }

    /** Connections that are being served now. */
    public int connections() {
        return connections.size();
    }

    /** The associations that are established now, the oldest first. */
    public List<Association> associations() {
        return connections.stream()
                .map(connection -> connection.association)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(Association::since))
                .toList();
    }

    /**
     * Takes no further connections and waits for the running associations at most as long as {@code drain}; those that
     * stay idle are not waited for. What is left then is aborted. The listening socket stays open, in blocking mode as
     * it came.
     *
     * @return whether all associations ended by themselves
     */
    public boolean close(Duration drain) {
        stopped = true;
        selector.wakeup();
        boolean drained = false;
        try {
            accepting.join();
            threads.shutdown();
            drained = awaitBusy(System.nanoTime() + drain.toNanos());
            if (!drained) {
                LOG.info("{} associations are aborted, to stop", connections.size());
                connections.forEach(Connection::abort);
                threads.awaitTermination(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            connections.forEach(Connection::abort);
            Thread.currentThread().interrupt();
        }
        return drained;
    }

    private boolean awaitBusy(long deadline) throws InterruptedException {
        while (!threads.awaitTermination(20, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() > deadline || connections.stream().allMatch(Connection::isIdle)) {
                return connections.isEmpty() && threads.awaitTermination(1, TimeUnit.SECONDS);
            }
        }
        return true;
    }

    private void acceptAll() {
        try (selector) {
            while (!stopped) {
                connections.forEach(Connection::endIfLate);
                if (free.tryAcquire(200, TimeUnit.MILLISECONDS)) {
                    if (!acceptOne()) {
                        free.release();
                    }
                }
            }
        } catch (IOException e) {
            LOG.error("The DICOM server stops accepting connections", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            if (listening.isOpen()) {
                listening.configureBlocking(true);
            }
        } catch (IOException e) {
            LOG.warn("The listening socket cannot be handed on", e);
        }
    }

    /** Waits for a connection. @return whether one came, and now holds the permit */
    private boolean acceptOne() throws IOException {
        selector.select(1_000);
        selector.selectedKeys().clear();
        if (stopped) {
            return false;
        }
        SocketChannel channel = null;
        try {
            channel = listening.accept();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            // Out of descriptors, or the peer has gone: the server itself is well.
            LOG.warn("A connection could not be accepted: {}", e.getMessage());
            LockSupport.parkNanos(100_000_000);
        }
        if (channel == null) {
            return false;
        }
        var connection = new Connection(channel.socket());
        connections.add(connection);
        threads.execute(connection);
        return true;
    }

    private final class Connection implements Runnable {
        private final Socket socket;
        private final long since = System.nanoTime();
        private volatile Association association;

        Connection(Socket socket) {
            this.socket = socket;
        }

        @Override
        public void run() {
            SocketAddress remote = socket.getRemoteSocketAddress();
            try {
                association = acceptor.accept(socket);
                serve(association);
            } catch (AssociationRejectedException e) {
                LOG.info("{}: {}", remote, e.getMessage());
            } catch (AssociationException e) {
                LOG.info("Association with {} ended: {}", remote, e.getMessage());
            } catch (RuntimeException | LinkageError e) {
                LOG.warn("Association with {} failed", remote, e);
            } finally {
                if (association != null) {
                    association.abort();
                }
                Sockets.closeQuietly(socket);
                connections.remove(this);
                free.release();
            }
        }

        private void serve(Association established) throws AssociationException {
            DimseHandler handler = handlers.apply(established);
            try {
                new DimseDispatcher(established, handler).run();
            } finally {
                handler.closed(established);
            }
        }

        /** Ends a connection that does not become an association, such as one whose TLS handshake only trickles in. */
        void endIfLate() {
            if (association == null && System.nanoTime() - since > acceptor.patienceNanos()) {
                Sockets.closeQuietly(socket);
            }
        }

        boolean isIdle() {
            return association != null && association.isIdleFor(IDLE_NANOS);
        }

        void abort() {
            if (association != null) {
                association.abort();
            }
            Sockets.closeQuietly(socket);
        }
    }
}
