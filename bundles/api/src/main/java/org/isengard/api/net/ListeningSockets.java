package org.isengard.api.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.Map;

/**
 * Listening sockets that stay open while the bundle that serves them is swapped: connections made meanwhile wait in the
 * backlog. A socket given back and not taken again within the grace period is closed.
 *
 * <p>Threading: all methods may be called from any thread.
 */
public final class ListeningSockets {
    private static final long GRACE_MILLIS = 60_000;
    private static final Map<InetSocketAddress, Parked> PARKED = new HashMap<>();

    private ListeningSockets() {}

    /** {@return a bound socket, the parked one if there is one} */
    public static synchronized ServerSocketChannel take(InetSocketAddress address, int backlog) throws IOException {
        Parked parked = PARKED.remove(address);
        if (parked != null && parked.channel.isOpen()) {
            return parked.channel;
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, backlog);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Gives a socket back; it keeps collecting connections until it is taken again or the grace period ends. */
    public static synchronized void park(InetSocketAddress address, ServerSocketChannel channel) {
        Parked parked = new Parked(channel);
        PARKED.put(address, parked);
        Thread closer = new Thread(() -> closeLater(address, parked), "isengard-socket-grace");
        closer.setDaemon(true);
        closer.start();
    }

    private static void closeLater(InetSocketAddress address, Parked parked) {
        try {
            Thread.sleep(GRACE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (ListeningSockets.class) {
            if (PARKED.remove(address, parked)) {
                closeQuietly(parked.channel);
            }
        }
    }

    private static void closeQuietly(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(ListeningSockets.class.getName()).log(System.Logger.Level.DEBUG, "closing", e);
        }
    }

    /** One stay in the park; identity tells a second stay of the same socket from the first. */
    private static final class Parked {
        private final ServerSocketChannel channel;

        Parked(ServerSocketChannel channel) {
            this.channel = channel;
        }
    }
}
