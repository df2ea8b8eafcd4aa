package org.isengard.runtime.swap;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.HashMap;
import java.util.Map;

/**
 * Listening sockets that stay open while the bundle that serves them is swapped: connections made meanwhile wait in the
 * backlog. A socket given back and not taken again within the grace period is closed.
 *
 * <p>They stay open too while this very class is swapped: they are kept with the virtual machine, as types that every
 * version of it knows.
 *
 * <p>Threading: all methods may be called from any thread; the map is locked, which all versions share.
 */
public final class ListeningSockets {
    private static final long GRACE_MILLIS = 60_000;
    private static final String KEPT = "isengard.listening.sockets";
    /** By address; the key of the entry tells a second stay of the same socket from the first. */
    private static final Map<InetSocketAddress, Map.Entry<Object, ServerSocketChannel>> PARKED = kept();

    private ListeningSockets() {}

    @SuppressWarnings("unchecked")
    private static Map<InetSocketAddress, Map.Entry<Object, ServerSocketChannel>> kept() {
        return (Map<InetSocketAddress, Map.Entry<Object, ServerSocketChannel>>)
                System.getProperties().computeIfAbsent(KEPT, key -> new HashMap<>());
    }

    /** {@return a bound socket, the parked one if there is one} */
    public static ServerSocketChannel take(InetSocketAddress address, int backlog) throws IOException {
        synchronized (PARKED) {
            Map.Entry<Object, ServerSocketChannel> parked = PARKED.remove(address);
            if (parked != null && parked.getValue().isOpen()) {
                return parked.getValue();
            }
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
    public static void park(InetSocketAddress address, ServerSocketChannel channel) {
        Map.Entry<Object, ServerSocketChannel> parked = new SimpleImmutableEntry<>(new Object(), channel);
        synchronized (PARKED) {
            PARKED.put(address, parked);
        }
        Thread closer = new Thread(() -> closeLater(address, parked), "isengard-socket-grace");
        closer.setDaemon(true);
        closer.start();
    }

    private static void closeLater(InetSocketAddress address, Map.Entry<Object, ServerSocketChannel> parked) {
        try {
            Thread.sleep(GRACE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (PARKED) {
            if (PARKED.remove(address, parked)) {
                closeQuietly(parked.getValue());
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
}
