package org.isengard.networking.scp;

import java.io.IOException;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.isengard.api.ingest.Ingest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the ingest service to its callers while its bundle is swapped. A caller waits a bounded time for the service to
 * appear; the removal of the service waits a bounded time for the calls that run.
 */
public final class IngestLease {
    /** Senders lose their patience when they wait longer. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(IngestLease.class);

    /** What is done with the service. */
    @FunctionalInterface
    interface Use<T> {
        T apply(Ingest ingest) throws IOException;
    }

    private static final class Entry {
        private final Ingest ingest;
        private int users;

        Entry(Ingest ingest) {
            this.ingest = ingest;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Duration patience;
    private final Map<Ingest, Entry> entries = new IdentityHashMap<>();
    private Entry current;
    private boolean shut;

    public IngestLease(Duration patience) {
        this.patience = patience;
    }

    public void open(Ingest ingest) {
        lock.lock();
        try {
            current = new Entry(ingest);
            entries.put(ingest, current);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waiting: this component stops, so no service comes any more. */
    void shut() {
        lock.lock();
        try {
            shut = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Gives this service to no further caller and waits until the running calls end. */
    public void close(Ingest ingest) {
        lock.lock();
        try {
            Entry entry = entries.remove(ingest);
            if (entry == null) {
                return;
            }
            if (current == entry) {
                current = null;
            }
            long left = patience.toNanos();
            while (entry.users > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (entry.users > 0) {
                LOG.warn("{} instances are still being received by the service that leaves", entry.users);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Uses the service, waiting for it if need be.
     *
     * @throws IngestAbsentException if it does not come in time
     */
    <T> T use(Use<T> use) throws IOException {
        Entry entry = enter();
        try {
            return use.apply(entry.ingest);
        } finally {
            leave(entry);
        }
    }

    private Entry enter() throws IOException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (current == null) {
                if (left <= 0 || shut) {
                    throw new IngestAbsentException();
                }
                left = changed.awaitNanos(left);
            }
            current.users++;
            return current;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IngestAbsentException();
        } finally {
            lock.unlock();
        }
    }

    private void leave(Entry entry) {
        lock.lock();
        try {
            entry.users--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The ingest service is absent and did not come in time. */
    static final class IngestAbsentException extends IOException {
        private static final long serialVersionUID = 1L;

        IngestAbsentException() {
            super("The server cannot take instances at the moment");
        }
    }
}
