package org.isengard.index;

import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.event.ResourceListener;
import org.isengard.index.sql.Database;
import org.isengard.index.sql.DatabaseConnector;
import org.isengard.index.sql.Readers;
import org.isengard.index.sql.Schema;
import org.isengard.index.sql.Session;
import org.isengard.index.write.ChangeDispatcher;
import org.isengard.index.write.StableAges;
import org.isengard.index.write.Writer;
import org.isengard.runtime.swap.LazyServices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machinery of an open index: the database with its readers and its writer, the dispatcher of changes, and the
 * upkeep, once a second. All end with it, in the order in which they need each other.
 */
final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final int CLOSE_SECONDS = 30;

    private final Database database;
    private final Readers readers;
    private final Writer writer;
    private final StableAges ages;
    private final Clock clock;
    private final ChangeDispatcher dispatcher;
    private final ScheduledExecutorService upkeep =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "isengard-index-upkeep"));

    /**
     * @param committed runs after each commit, before the writers are told
     * @param listeners are told of changes, and closed at the end
     */
    Engine(
            Database database,
            StableAges ages,
            Clock clock,
            Runnable committed,
            LazyServices<ResourceListener> listeners) {
        dispatcher = new ChangeDispatcher(listeners);
        this.database = database;
        this.ages = ages;
        this.clock = clock;
        try {
            Session session = DatabaseConnector.open(database, () -> false);
            Schema.update(session);
            ages.load(session);
            writer = new Writer(database, session, clock, committed, dispatcher::tell);
        } catch (SQLException | RuntimeException e) {
            upkeep.shutdown();
            dispatcher.close();
            database.close();
            if (e instanceof IsengardException known) {
                throw known;
            }
            throw new IsengardException(ErrorCode.DATABASE, "Cannot open the index: " + e.getMessage(), e);
        }
        readers = new Readers(database);
    }

    /** To be called when all else is ready. */
    void startUpkeep() {
        upkeep.scheduleWithFixedDelay(this::sweep, 1, 1, TimeUnit.SECONDS);
        upkeep.scheduleWithFixedDelay(database::upkeep, 1, 1, TimeUnit.SECONDS);
    }

    private void sweep() {
        try {
            ages.sweep(readers, writer, clock);
        } catch (RuntimeException e) {
            LOG.error("Looking for stable resources: {}", e.getMessage(), e);
        }
    }

    Readers readers() {
        return readers;
    }

    Writer writer() {
        return writer;
    }

    @Override
    public void close() {
        upkeep.shutdown();
        try {
            // A running upkeep still needs the writer.
            if (!upkeep.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The upkeep of the index does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer.close();
        readers.close();
        database.close();
        dispatcher.close();
    }
}
