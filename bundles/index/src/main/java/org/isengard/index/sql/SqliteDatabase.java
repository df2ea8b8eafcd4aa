package org.isengard.index.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.runtime.files.DirectoryLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** The embedded database: one file of SQLite with a write-ahead log. Sessions keep their statements from use to use. */
public final class SqliteDatabase implements Database {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);

    public static final String FILE = "isengard.db";

    private static final int MIN_READERS = 8;
    private static final int BUSY_MILLIS = 30_000;
    private static final int WRITER_CACHE_KIB = 64 << 10;
    private static final int READER_CACHE_KIB = 16 << 10;

    /** The writer copies its journal into the database when it is this long; usually {@link #upkeep} was faster. */
    private static final int CHECKPOINT_PAGES = 16_000;

    private static final long CHECKPOINT_BYTES = 16 << 20;
    private static final int JOURNAL_LIMIT = 64 << 20;

    private final Path file;
    private final ConcurrentLinkedDeque<Session> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /** @throws IsengardException when the directory cannot be written, or another server uses it */
    public SqliteDatabase(Path directory) {
        try {
            Files.createDirectories(directory);
            DirectoryLock.take(directory);
        } catch (DirectoryLock.HeldException e) {
            throw new IsengardException(ErrorCode.DATABASE, e.getMessage(), e);
        } catch (IOException e) {
            throw new IsengardException(ErrorCode.CANNOT_WRITE_FILE, "Cannot create the index directory", e);
        }
        file = directory.resolve(FILE);
    }

    @Override
    public Session writer() throws SQLException {
        SQLiteConfig config = config(WRITER_CACHE_KIB);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setJournalSizeLimit(JOURNAL_LIMIT);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setPragma(SQLiteConfig.Pragma.FOREIGN_KEYS, "true");
        Session session = new Session(open(config), Dialect.SQLITE);
        session.execute("PRAGMA wal_autocheckpoint=" + CHECKPOINT_PAGES);
        return session;
    }

    @Override
    public Session take() throws SQLException {
        Session session = idle.pollFirst();
        if (session == null) {
            session = new Session(open(config(READER_CACHE_KIB)), Dialect.SQLITE);
            session.execute("PRAGMA query_only=1");
        }
        return session;
    }

    @Override
    public void giveBack(Session session) throws SQLException {
        if (closed) {
            session.close();
        } else {
            idle.addFirst(session);
        }
    }

    @Override
    public int readers() {
        return Math.max(MIN_READERS, 4 * Runtime.getRuntime().availableProcessors());
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public Patience patience() {
        return Patience.NONE;
    }

    /** Copies a long journal into the database while others read and write. */
    @Override
    public void upkeep() {
        Path journal = file.resolveSibling(FILE + "-wal");
        try {
            if (!Files.exists(journal) || Files.size(journal) < CHECKPOINT_BYTES) {
                return;
            }
            try (Session session = new Session(open(config(READER_CACHE_KIB)), Dialect.SQLITE)) {
                session.execute("PRAGMA wal_checkpoint(PASSIVE)");
            }
        } catch (IOException | SQLException e) {
            LOG.warn("Copying the journal of the index", e);
        }
    }

    private static SQLiteConfig config(int cacheKib) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setCacheSize(-cacheKib);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        return config;
    }

    private Connection open(SQLiteConfig config) throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source.getConnection();
    }

    @Override
    public void close() {
        closed = true;
        for (Session session = idle.pollFirst(); session != null; session = idle.pollFirst()) {
            try {
                session.close();
            } catch (SQLException e) {
                LOG.debug("Closing a session", e);
            }
        }
    }
}
