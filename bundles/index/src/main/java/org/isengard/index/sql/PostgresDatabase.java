package org.isengard.index.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL database, perhaps shared with other servers. Readers come from a pool, whose connections keep what the
 * driver has prepared; the writer has a connection of its own.
 *
 * <p>One server writes at a time: each transaction begins by taking an advisory lock. So what one has read in it stays
 * true until its commit, changes are numbered in the order of their commits, and the rows of a table are added in the
 * order of their numbers, just as with the embedded database.
 */
public final class PostgresDatabase implements Database {
    private static final String OF_SCHEMA = "(?::int, hashtext(COALESCE(current_schema(), '')))";

    /** The first halves of advisory locks; the second is the schema. */
    private static final int WRITE_LOCK = 0x49534e57;

    private static final int SERVER_LOCK = 0x49534e53;

    private static final int MIN_IDLE = 4;
    private static final long TAKE_MILLIS = 15_000;
    private static final long KEEP_ALIVE_MILLIS = 120_000;

    private final PostgresOptions options;
    private final PGSimpleDataSource source = new PGSimpleDataSource();
    private HikariDataSource pool;

    public PostgresDatabase(PostgresOptions options) {
        this.options = options;
        source.setUrl(options.url());
        source.setUser(options.username());
        source.setPassword(options.password());
    }

    @Override
    public Session writer() throws SQLException {
        Connection connection = source.getConnection();
        boolean usable = false;
        try {
            Session session = new Session(connection, Dialect.POSTGRESQL, PostgresDatabase::lock);
            if (options.schema() != null) {
                session.execute(
                        "CREATE SCHEMA IF NOT EXISTS \"" + options.schema().replace("\"", "\"\"") + "\"");
            }
            // An acknowledged instance is on the disk, whatever the server's default is.
            session.execute("DO $$ BEGIN IF current_setting('synchronous_commit') = 'off' THEN"
                    + " SET synchronous_commit = on; END IF; END $$");
            // Shared unless a server wants the database for itself: then neither can have it beside the other.
            String lock = options.exclusive() ? "pg_try_advisory_lock" : "pg_try_advisory_lock_shared";
            if (!session.first("SELECT " + lock + OF_SCHEMA, row -> row.getBoolean(1), SERVER_LOCK)
                    .orElse(false)) {
                throw new SQLException(
                        "another server is using it (several servers may share it if all have \"Lock\": false)");
            }
            usable = true;
            return session;
        } finally {
            if (!usable) {
                connection.close();
            }
        }
    }

    private static long lock(Session session) throws SQLException {
        return session.first(
                        "SELECT pg_advisory_xact_lock" + OF_SCHEMA + ", txid_current()",
                        row -> row.getLong(2),
                        WRITE_LOCK)
                .orElseThrow();
    }

    /** Made when it is first needed: by then the writer has found the database and made its tables. */
    private synchronized HikariDataSource pool() {
        if (pool == null) {
            HikariConfig config = new HikariConfig();
            config.setPoolName("isengard-index");
            config.setDataSource(source);
            config.setMaximumPoolSize(readers());
            config.setMinimumIdle(Math.min(MIN_IDLE, readers()));
            config.setConnectionTimeout(TAKE_MILLIS);
            config.setKeepaliveTime(KEEP_ALIVE_MILLIS);
            config.setInitializationFailTimeout(-1);
            config.setConnectionInitSql(
                    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            pool = new HikariDataSource(config);
        }
        return pool;
    }

    @Override
    public Session take() throws SQLException {
        return new Session(pool().getConnection(), Dialect.POSTGRESQL);
    }

    @Override
    public void giveBack(Session session) throws SQLException {
        session.close();
    }

    /** The pool trusts a connection that was used a moment ago; after a restart of the database none is good. */
    @Override
    public void lost() {
        pool().getHikariPoolMXBean().softEvictConnections();
    }

    @Override
    public int readers() {
        return options.connections() - 1;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public Patience patience() {
        return options.patience();
    }

    @Override
    public synchronized void close() {
        if (pool != null) {
            pool.close();
        }
    }

    @Override
    public String toString() {
        return "the PostgreSQL database " + options.place();
    }
}
