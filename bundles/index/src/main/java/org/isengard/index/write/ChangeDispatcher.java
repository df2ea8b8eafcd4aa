package org.isengard.index.write;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.isengard.api.event.ResourceListener;
import org.isengard.api.index.Change;
import org.isengard.runtime.swap.LazyServices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what was committed, in order, on a thread of its own: a listener may write to the index itself.
 *
 * <p>Threading: listeners come and go on any thread; {@link #tell} is called by the writer.
 */
public final class ChangeDispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeDispatcher.class);
    private static final List<Change> END = List.of();

    private final LazyServices<ResourceListener> listeners;
    private final LinkedBlockingQueue<List<Change>> queue = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "isengard-index-changes");

    /** @param listeners each is told everything that is committed after it came; they are closed with this dispatcher */
    public ChangeDispatcher(LazyServices<ResourceListener> listeners) {
        this.listeners = listeners;
        thread.start();
    }

    public void tell(List<Change> changes) {
        if (!listeners.isEmpty()) {
            queue.add(List.copyOf(changes));
        }
    }

    private void run() {
        while (true) {
            try {
                List<Change> changes = queue.take();
                if (changes == END) {
                    return;
                }
                List<ResourceListener> present = listeners.all();
                for (Change change : changes) {
                    present.forEach(listener -> tell(listener, change));
                }
            } catch (InterruptedException e) {
                LOG.debug("The dispatcher is only stopped by closing it", e);
            }
        }
    }

    private static void tell(ResourceListener listener, Change change) {
        try {
            listener.changed(change);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("{} failed on {} of {}", listener.getClass().getName(), change.type(), change.id(), e);
        }
    }

    /** Ends after what was told before. */
    @Override
    public void close() {
        queue.add(END);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        listeners.close();
    }
}
