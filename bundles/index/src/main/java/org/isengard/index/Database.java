package org.isengard.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The embedded SQLite database: how to open it, and the one place where its SQL differs from other databases. All other
 * SQL is what SQLite and PostgreSQL have in common.
 */
final class Database {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    static final String FILE = "isengard.db";

    private static final int BUSY_MILLIS = 30_000;
    private static final int WRITER_CACHE_KIB = 64 << 10;
    private static final int READER_CACHE_KIB = 16 << 10;

    /** The writer copies its journal into the database when it is this long; usually {@link #checkpoint} was faster. */
    private static final int CHECKPOINT_PAGES = 16_000;

    private static final long CHECKPOINT_BYTES = 16 << 20;
    private static final int JOURNAL_LIMIT = 64 << 20;

    private final Path file;

    Database(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new IsengardException(ErrorCode.CANNOT_WRITE_FILE, "Cannot create the index directory", e);
        }
        file = directory.resolve(FILE);
    }

    Session writer() throws SQLException {
        SQLiteConfig config = config(WRITER_CACHE_KIB);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setJournalSizeLimit(JOURNAL_LIMIT);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setPragma(SQLiteConfig.Pragma.FOREIGN_KEYS, "true");
        Session session = new Session(open(config));
        session.execute("PRAGMA wal_autocheckpoint=" + CHECKPOINT_PAGES);
        return session;
    }

    Session reader() throws SQLException {
        SQLiteConfig config = config(READER_CACHE_KIB);
        Session session = new Session(open(config));
        session.execute("PRAGMA query_only=1");
        return session;
    }

    /** Copies a long journal into the database while others read and write. To be called from time to time. */
    void checkpoint() {
        Path journal = file.resolveSibling(FILE + "-wal");
        try {
            if (!Files.exists(journal) || Files.size(journal) < CHECKPOINT_BYTES) {
                return;
            }
            try (Session session = new Session(open(config(READER_CACHE_KIB)))) {
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

    /** Writes what the schema leaves open: {@code ${rowid}} and the like. */
    static String translate(String schema) {
        return schema.replace("${rowid}", "INTEGER PRIMARY KEY")
                .replace("${bytes}", "BLOB")
                .replace("${binary}", "COLLATE BINARY")
                .replace("${clustered}", "WITHOUT ROWID");
    }
}
