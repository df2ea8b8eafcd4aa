package org.isengard.index.write;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Change;
import org.isengard.index.rows.Timestamps;
import org.isengard.index.sql.Database;
import org.isengard.index.sql.DatabaseConnector;
import org.isengard.index.sql.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. What callers ask for while a commit is on its way to the disk goes into the next
 * transaction together, each part within a savepoint of its own, so that many callers share one fsync and the failure
 * of one leaves the others' parts whole.
 *
 * <p>When the connection to the database is lost, the same parts are written again on a new one, unless the transaction
 * turns out to be committed: nobody is told of success or failure before that is known.
 *
 * <p>Threading: {@link #write} may be called by any thread but the writer's own; it returns after the commit.
 */
public final class Writer implements AutoCloseable {
    /** One caller's part of a transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T write(WriteTransaction transaction) throws SQLException;
    }

    private static final class Part<T> {
        private final Work<T> work;
        private final CompletableFuture<T> outcome = new CompletableFuture<>();
        private T result;
        private boolean done;

        Part(Work<T> work) {
            this.work = work;
        }

        void run(WriteTransaction transaction) throws SQLException {
            done = false;
            transaction.mark();
            try {
                result = work.write(transaction);
                transaction.release();
                done = true;
            } catch (SQLException | RuntimeException e) {
                // Without a connection this fails too, and the part is run again as if it had never been.
                transaction.rollbackToMark();
                outcome.completeExceptionally(e);
            }
        }

        void committed() {
            if (done) {
                outcome.complete(result);
            }
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MAX_PARTS = 512;

    /** How often a transaction is begun whose connections are lost one after the other. */
    private static final int ATTEMPTS = 4;

    private static final Part<Void> END = new Part<>(transaction -> null);

    private final Database database;
    private final Clock clock;
    private final Runnable committed;
    private final Consumer<List<Change>> told;
    private final LinkedBlockingQueue<Part<?>> queue = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "isengard-index-writer");
    private Session session;
    private volatile boolean closed;

    /**
     * @param session of the database's writer, with its schema up to date
     * @param committed runs after each commit, before the writers are told
     * @param told hears of the changes of each transaction after its commit
     */
    public Writer(Database database, Session session, Clock clock, Runnable committed, Consumer<List<Change>> told)
            throws SQLException {
        this.database = database;
        this.session = session;
        this.clock = clock;
        this.committed = committed;
        this.told = told;
        session.begin();
        thread.start();
    }

    public <T> T write(Work<T> work) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("The writer would wait for itself");
        }
        Part<T> part = new Part<>(work);
        synchronized (this) {
            if (closed) {
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The index is closed");
            }
            queue.add(part);
        }
        try {
            return part.outcome.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IsengardException known) {
                // A new exception, so that the caller's own stack is in it.
                throw new IsengardException(known.error(), known.httpStatus(), known.details(), known);
            }
            throw new IsengardException(ErrorCode.DATABASE, String.valueOf(e.getCause()), e.getCause());
        }
    }

    private void run() {
        List<Part<?>> parts = new ArrayList<>();
        boolean more = true;
        while (more) {
            try {
                parts.clear();
                parts.add(queue.take());
                queue.drainTo(parts, MAX_PARTS);
            } catch (InterruptedException e) {
                LOG.debug("The writer is only stopped by closing it", e);
            }
            more = !parts.remove(END);
            if (!parts.isEmpty()) {
                write(parts);
            }
        }
    }

    private void write(List<Part<?>> parts) {
        WriteTransaction transaction;
        try {
            transaction = commit(parts);
        } catch (SQLException | RuntimeException | Error e) {
            LOG.error("A transaction of {} writers failed", parts.size(), e);
            rollback();
            parts.forEach(part -> part.outcome.completeExceptionally(e));
            return;
        }
        try {
            committed.run();
            transaction.committed();
            if (!transaction.changes().isEmpty()) {
                told.accept(transaction.changes());
            }
        } catch (RuntimeException | Error e) {
            // The commit stands, and the next writers wait for this thread.
            LOG.error("After a commit", e);
        }
        parts.forEach(Part::committed);
    }

    private WriteTransaction commit(List<Part<?>> parts) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            long number = 0;
            WriteTransaction transaction = new WriteTransaction(session, Timestamps.now(clock));
            boolean committing = false;
            try {
                number = session.lock();
                for (Part<?> part : parts) {
                    if (!part.outcome.isDone()) {
                        part.run(transaction);
                    }
                }
                transaction.finish();
                committing = true;
                session.commit();
                return transaction;
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !session.isLost(e)) {
                    throw e;
                }
                LOG.warn("The connection to the database was lost: {}", e.getMessage());
                reconnect();
                if (committing && wasCommitted(number)) {
                    return transaction;
                }
            }
        }
    }

    private void reconnect() throws SQLException {
        try {
            session.close();
        } catch (SQLException e) {
            LOG.debug("Closing a lost session", e);
        }
        session = DatabaseConnector.open(database, () -> closed && queue.isEmpty());
        session.begin();
        LOG.info("The connection to the database is there again");
    }

    private boolean wasCommitted(long transaction) throws SQLException {
        // The lock is free once the database has ended what the lost session had begun.
        session.lock();
        Optional<Boolean> outcome = session.outcome(transaction);
        session.rollback();
        return outcome.orElseThrow(() -> new IsengardException(
                ErrorCode.DATABASE, "The connection was lost, and whether the change was made is not known"));
    }

    private void rollback() {
        try {
            session.rollback();
        } catch (SQLException e) {
            LOG.error("Cannot roll back", e);
        }
    }

    /** Ends after what was asked for before. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            queue.add(END);
        }
        try {
            thread.join();
            session.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.warn("Closing the index", e);
        }
    }
}
