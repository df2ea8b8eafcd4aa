package org.isengard.http;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.ThreadPool;

/**
 * A connection whose thread, having answered a request, waits a moment for the next one itself before it gives the
 * connection back to Jetty's selector. Clients of a REST API mostly ask again at once; through the selector each of these
 * requests costs several wake-ups of threads, here one.
 *
 * <p>No thread lingers while the pool has none to spare, so silent clients hold nobody up: a connection then works as
 * Jetty's own.
 *
 * <p>Threading: one thread at a time lingers, the one that was woken for a request; its state is in its own
 * {@link Lingering}. What other threads ask for goes to the selector, and so does every other interest than in the next
 * request: a handler that waits for the body of a request is below that thread's feet and must not wait for itself. Threads
 * that are woken meanwhile, for a body or to write on, only do what they were woken for: they may still be on their way out
 * when the first one, having answered, lingers.
 */
final class LingeringEndPoint extends SocketChannelEndPoint {
    private static final long LINGER_MILLIS = 5;

    private final ThreadPool pool;
    /** Jetty's wish to be told of the next request; known from the first one. */
    private Callback next;

    /** Whether what the selector waits for is the next request. */
    private volatile boolean nextAwaited;

    private volatile Lingering lingering;
    private Selector own;

    LingeringEndPoint(
            SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler, ThreadPool pool) {
        super(channel, selector, key, scheduler);
        this.pool = pool;
    }

    @Override
    public void fillInterested(Callback callback) {
        if (next == null) {
            next = callback;
        }
        Lingering current = lingering;
        if (callback == next && current != null && current.isOfThisThread()) {
            current.again = true;
        } else {
            awaitBySelector(callback);
        }
    }

    private void awaitBySelector(Callback callback) {
        nextAwaited = callback == next;
        super.fillInterested(callback);
    }

    @Override
    public Runnable onSelected() {
        Runnable task = super.onSelected();
        return task == null || !nextAwaited ? task : new Lingering(task);
    }

    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        closeOwn();
    }

    /** {@return true when there is something to read, be it the end} */
    private boolean comesAgain() {
        if (pool.isLowOnThreads() || !isOpen()) {
            return false;
        }
        try {
            Selector selector = own();
            int ready = selector.select(LINGER_MILLIS);
            selector.selectedKeys().clear();
            return ready > 0;
        } catch (IOException | ClosedSelectorException e) {
            // Closed meanwhile: Jetty notices by itself.
            return false;
        }
    }

    /** A second selector of the same channel: Jetty's serves many, and is waited for by another thread. */
    private synchronized Selector own() throws IOException {
        if (own == null) {
            Selector selector = Selector.open();
            try {
                getChannel().register(selector, SelectionKey.OP_READ);
            } catch (IOException | RuntimeException e) {
                selector.close();
                throw e;
            }
            own = selector;
        }
        return own;
    }

    private synchronized void closeOwn() {
        if (own != null) {
            try {
                own.close();
            } catch (IOException e) {
                // Nothing is left that could be done.
            }
        }
    }

    /** Runs on a thread of its own, as it waits. */
    private final class Lingering implements Runnable, Invocable {
        private final Runnable task;
        private Thread thread;
        /** Set and read by {@link #thread} only: it has answered, and Jetty wants the next request. */
        private boolean again;

        private Lingering(Runnable task) {
            this.task = task;
        }

        private boolean isOfThisThread() {
            return thread == Thread.currentThread();
        }

        @Override
        public void run() {
            nextAwaited = false;
            thread = Thread.currentThread();
            lingering = this;
            try {
                task.run();
                while (again && comesAgain()) {
                    again = false;
                    next.succeeded();
                }
            } finally {
                if (lingering == this) {
                    lingering = null;
                }
                if (again) {
                    awaitBySelector(next);
                }
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.BLOCKING;
        }
    }
}
