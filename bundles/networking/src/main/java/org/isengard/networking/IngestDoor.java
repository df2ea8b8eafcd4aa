package org.isengard.networking;

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
 * The way to the ingest service while that comes and goes: who wants it waits a bounded time for it, and who takes it
 * away waits a bounded time for those who use it.
 */
final class IngestDoor {
    private static final Logger LOG = LoggerFactory.getLogger(IngestDoor.class);

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

    IngestDoor(Duration patience) {
        this.patience = patience;
    }

    void open(Ingest ingest) {
        lock.lock();
        try {
            current = new Entry(ingest);
            entries.put(ingest, current);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** From now on nobody waits any more for a service that is not there: who leads here is leaving. */
    void shut() {
        lock.lock();
        try {
            shut = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody else in to this service and waits until nobody uses it. */
    void close(Ingest ingest) {
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

    /** Nobody takes instances at the moment. */
    static final class IngestAbsentException extends IOException {
        private static final long serialVersionUID = 1L;

        IngestAbsentException() {
            super("The server cannot take instances at the moment");
        }
    }
}
