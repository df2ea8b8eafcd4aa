package org.isengard.index.sql;

import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reading from the database. What was cut off because the connection was lost is read again on another one.
 *
 * <p>Threading: any thread; a bounded number reads at once, the others wait.
 */
public final class Readers implements AutoCloseable {
    /** Reads something; may be run again from the start. */
    @FunctionalInterface
    public interface Reading<T> {
        T read(Session session) throws SQLException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

    /** How often something is read whose connections are lost one after the other. */
    private static final int ATTEMPTS = 4;

    private final Database database;
    private final Semaphore permits;
    private volatile boolean closed;

    public Readers(Database database) {
        this.database = database;
        permits = new Semaphore(database.readers());
    }

    /** Reads with several statements, all of which see the same commit. */
    public <T> T snapshot(Reading<T> reading) {
        return read(session -> {
            session.beginSnapshot();
            T result;
            try {
                result = reading.read(session);
            } catch (SQLException | RuntimeException | Error e) {
                try {
                    session.endSnapshot();
                } catch (SQLException second) {
                    e.addSuppressed(second);
                }
                throw e;
            }
            session.endSnapshot();
            return result;
        });
    }

    /** Reads with one statement, or several that need not see the same commit. */
    public <T> T read(Reading<T> reading) {
        permits.acquireUninterruptibly();
        try {
            for (int attempt = 1; ; attempt++) {
                if (closed) {
                    throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The index is closed");
                }
                Session session = take();
                try {
                    T result = reading.read(session);
                    database.giveBack(session);
                    return result;
                } catch (SQLException e) {
                    boolean lost = session.isLost(e);
                    discard(session);
                    if (attempt == ATTEMPTS || !lost) {
                        throw new IsengardException(ErrorCode.DATABASE, String.valueOf(e.getMessage()), e);
                    }
                    database.lost();
                } catch (RuntimeException | Error e) {
                    // Each reading closes its cursors, so the session is as good as before.
                    release(session);
                    throw e;
                }
            }
        } finally {
            permits.release();
        }
    }

    private Session take() {
        try {
            return database.take();
        } catch (SQLException e) {
            throw new IsengardException(
                    database.isShared() ? ErrorCode.SERVICE_UNAVAILABLE : ErrorCode.DATABASE,
                    "The database cannot be reached: " + e.getMessage(),
                    e);
        }
    }

    private void release(Session session) {
        try {
            database.giveBack(session);
        } catch (SQLException e) {
            LOG.debug("Giving a session back", e);
        }
    }

    private static void discard(Session session) {
        try {
            session.close();
        } catch (SQLException e) {
            LOG.debug("Closing a session", e);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
