package org.isengard.index;

import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions for reading. The usual pools close a connection's statements whenever it is given back; here they stay.
 *
 * <p>Threading: any thread; at most {@code limit} read at once, the others wait.
 */
final class Readers implements AutoCloseable {
    /** Reads something. */
    @FunctionalInterface
    interface Reading<T> {
        T read(Session session) throws SQLException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

    private final Database database;
    private final Semaphore permits;
    private final ConcurrentLinkedDeque<Session> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    Readers(Database database, int limit) {
        this.database = database;
        permits = new Semaphore(limit);
    }

    /** Reads with several statements, all of which see the same commit. */
    <T> T snapshot(Reading<T> reading) {
        return read(session -> {
            session.update("BEGIN");
            try {
                return reading.read(session);
            } finally {
                session.update("COMMIT");
            }
        });
    }

    /** Reads with one statement, or several that need not see the same commit. */
    <T> T read(Reading<T> reading) {
        permits.acquireUninterruptibly();
        Session session = idle.pollFirst();
        try {
            if (session == null) {
                if (closed) {
                    throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The index is closed");
                }
                session = database.reader();
            }
            T result = reading.read(session);
            release(session);
            return result;
        } catch (SQLException e) {
            discard(session);
            throw new IsengardException(ErrorCode.DATABASE, String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | Error e) {
            // Each reading closes its cursors, so the session is as good as before.
            if (session != null) {
                release(session);
            }
            throw e;
        } finally {
            permits.release();
        }
    }

    private void release(Session session) {
        if (closed) {
            discard(session);
        } else {
            idle.addFirst(session);
        }
    }

    private static void discard(Session session) {
        if (session != null) {
            try {
                session.close();
            } catch (SQLException e) {
                LOG.debug("Closing a session", e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Session session = idle.pollFirst(); session != null; session = idle.pollFirst()) {
            discard(session);
        }
    }
}
