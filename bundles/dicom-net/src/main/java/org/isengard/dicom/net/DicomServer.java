package org.isengard.dicom.net;

import java.io.IOException;
import java.net.InetAddress;
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
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves associations on a listening socket that it is given and never closes: the owner of the socket can hand it to the
 * next server while connections wait in its backlog.
 *
 * <p>A connection counts as an association when its request is whole. Connections before that are bounded on their own, so
 * that silent ones keep nobody out: when there are too many, the server closes the oldest of the address that has most.
 *
 * <p>Threads: one that accepts, one for each connection. The thread of the association calls its handler.
 */
public final class DicomServer {
    private static final Logger LOG = LoggerFactory.getLogger(DicomServer.class);
    /** How long an association may pause between two messages and still count as running. */
    private static final long IDLE_NANOS = 1_500_000_000L;

    /** Connections without a whole association request, at once. */
    private static final int MOST_SILENT = 128;

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final ServerSocketChannel listening;
    private final Acceptor acceptor;
    private final Function<Association, DimseHandler> handlers;
    private final AssociationSlots slots;
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
        slots = new AssociationSlots(options.maxAssociations());
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
                slots.close();
                connections.forEach(Connection::abort);
                threads.awaitTermination(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            slots.close();
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
                acceptOne();
            }
        } catch (IOException e) {
            LOG.error("The DICOM server stops accepting connections", e);
        }
        try {
            if (listening.isOpen()) {
                listening.configureBlocking(true);
            }
        } catch (IOException e) {
            LOG.warn("The listening socket cannot be handed on", e);
        }
    }

    /** Waits for a connection, at most a second. */
    private void acceptOne() throws IOException {
        selector.select(1_000);
        selector.selectedKeys().clear();
        if (stopped) {
            return;
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
            return;
        }
        dropSilent();
        var connection = new Connection(channel.socket());
        connections.add(connection);
        threads.execute(connection);
    }

    /** Makes room for one more connection without a request. */
    private void dropSilent() {
        List<Connection> silent =
                connections.stream().filter(Connection::isSilent).toList();
        if (silent.size() < MOST_SILENT) {
            return;
        }
        Map<InetAddress, List<Connection>> byAddress =
                silent.stream().collect(Collectors.groupingBy(Connection::address));
        byAddress.values().stream()
                .max(Comparator.comparingInt(List::size))
                .flatMap(most -> most.stream().min(Comparator.comparingLong(one -> one.since)))
                .ifPresent(oldest -> {
                    LOG.info("{} sends no association request and makes room for others", oldest.address());
                    Sockets.closeQuietly(oldest.socket);
                    connections.remove(oldest);
                });
    }

    private final class Connection implements Runnable {
        private final Socket socket;
        private final long since = System.nanoTime();
        private final InetAddress address;
        private volatile Association association;
        private volatile boolean requested;
        /** Used by the thread of this connection only. */
        private boolean admitted;

        Connection(Socket socket) {
            this.socket = socket;
            address = socket.getInetAddress() == null ? InetAddress.getLoopbackAddress() : socket.getInetAddress();
        }

        InetAddress address() {
            return address;
        }

        /** Whether the association request is not whole yet. */
        boolean isSilent() {
            return !requested;
        }

        /** Waits for one of the places that other associations hold. */
        private void admit() throws AssociationException {
            requested = true;
            try {
                admitted = slots.take(address, System.nanoTime() + 1_000_000L * acceptor.artimMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (!admitted) {
                throw AssociationRejectedException.localLimitExceeded();
            }
        }

        @Override
        public void run() {
            SocketAddress remote = socket.getRemoteSocketAddress();
            try {
                association = acceptor.accept(socket, this::admit);
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
                if (admitted) {
                    slots.free(address);
                }
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
            if (!requested && System.nanoTime() - since > acceptor.patienceNanos()) {
                Sockets.closeQuietly(socket);
            }
        }

        boolean isIdle() {
            return association == null
                    ? !requested && System.nanoTime() - since > IDLE_NANOS
                    : association.isIdleFor(IDLE_NANOS);
        }

        void abort() {
            if (association != null) {
                association.abort();
            }
            Sockets.closeQuietly(socket);
        }
    }
}
