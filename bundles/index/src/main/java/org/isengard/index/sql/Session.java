package org.isengard.index.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A connection with its prepared statements, which live as long as it does: preparing costs more than running most of
 * the index's statements.
 *
 * <p>Threading: used by one thread at a time.
 */
public final class Session implements AutoCloseable {
    /** Reads a value from the current row. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Takes the current row. */
    @FunctionalInterface
    public interface RowConsumer {
        void accept(ResultSet row) throws SQLException;
    }

    /** Makes sure that nobody else writes before this transaction ends. */
    @FunctionalInterface
    public interface WriteLock {
        /** {@return a number by which {@link #outcome} knows the transaction, 0 for none} */
        long take(Session session) throws SQLException;
    }

    private static final int MAX_STATEMENTS = 256;

    /** Rows that PostgreSQL sends at once; SQLite gives each when it is asked for. */
    private static final int FETCH = 2000;

    private final Connection connection;
    private final Dialect dialect;
    private final WriteLock lock;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(64, 0.75f, true);

    /** A session of a database whose writers keep each other out by themselves. */
    public Session(Connection connection, Dialect dialect) {
        this(connection, dialect, session -> 0);
    }

    public Session(Connection connection, Dialect dialect, WriteLock lock) {
        this.connection = connection;
        this.dialect = dialect;
        this.lock = lock;
    }

    public Dialect dialect() {
        return dialect;
    }

    /** Runs one statement that is not worth keeping. */
    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public int update(String sql, Object... arguments) throws SQLException {
        return bind(sql, arguments).executeUpdate();
    }

    public <T> Optional<T> first(String sql, RowReader<T> reader, Object... arguments) throws SQLException {
        try (ResultSet rows = bind(sql, arguments).executeQuery()) {
            return rows.next() ? Optional.ofNullable(reader.read(rows)) : Optional.empty();
        }
    }

    public long number(String sql, Object... arguments) throws SQLException {
        return first(sql, row -> row.getLong(1), arguments).orElse(0L);
    }

    public <T> List<T> list(String sql, RowReader<T> reader, Object... arguments) throws SQLException {
        List<T> list = new ArrayList<>();
        each(sql, row -> list.add(reader.read(row)), arguments);
        return list;
    }

    /** Reads all rows. The consumer must not run the same statement again. */
    public void each(String sql, RowConsumer consumer, Object... arguments) throws SQLException {
        try (ResultSet rows = bind(sql, arguments).executeQuery()) {
            while (rows.next()) {
                consumer.accept(rows);
            }
        }
    }

    /** Opens a cursor, to be closed. */
    public ResultSet query(String sql, List<?> arguments) throws SQLException {
        return bind(sql, arguments.toArray()).executeQuery();
    }

    private PreparedStatement bind(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            if (dialect == Dialect.POSTGRESQL) {
                statement.setFetchSize(FETCH);
            }
            statements.put(sql, statement);
            if (statements.size() > MAX_STATEMENTS) {
                var eldest = statements.entrySet().iterator();
                PreparedStatement old = eldest.next().getValue();
                eldest.remove();
                old.close();
            }
        }
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            if (argument instanceof Long || argument instanceof Integer) {
                statement.setLong(i + 1, ((Number) argument).longValue());
            } else if (argument instanceof String text) {
                // PostgreSQL's text has no NUL, and none is stored: with or without one, nothing is found.
                statement.setString(i + 1, text.indexOf(0) < 0 ? text : text.replace('\0', '\ufffd'));
            } else if (argument instanceof byte[] bytes) {
                statement.setBytes(i + 1, bytes);
            } else if (argument == null) {
                statement.setNull(i + 1, Types.NULL);
            } else {
                throw new IllegalArgumentException("No SQL type for " + argument.getClass());
            }
        }
        return statement;
    }

    public void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    /** First thing in a transaction that writes. {@return the transaction's number for {@link #outcome}, or 0} */
    public long lock() throws SQLException {
        return lock.take(this);
    }

    /**
     * The outcome of a transaction whose session was lost while it was committing. The caller holds the write lock, so
     * that it has ended.
     *
     * @return empty when nobody knows
     */
    public Optional<Boolean> outcome(long transaction) throws SQLException {
        return first("SELECT txid_status(?)", row -> row.getString(1), transaction)
                .map("committed"::equals);
    }

    public void commit() throws SQLException {
        connection.commit();
    }

    public void rollback() throws SQLException {
        connection.rollback();
    }

    /** Leaves the state in which statements are parts of transactions. */
    public void end() throws SQLException {
        connection.setAutoCommit(true);
    }

    /** From here to {@link #endSnapshot} all statements see the same commit. */
    public void beginSnapshot() throws SQLException {
        if (dialect == Dialect.SQLITE) {
            update("BEGIN");
        } else {
            begin();
        }
    }

    public void endSnapshot() throws SQLException {
        if (dialect == Dialect.SQLITE) {
            update("COMMIT");
        } else {
            rollback();
            end();
        }
    }

    /** {@return whether an error means that the connection is gone, and not that a statement was wrong} */
    public boolean isLost(SQLException error) {
        return isConnectionError(error) || isClosed();
    }

    /** By SQLSTATE: class 08, and the server going down. */
    public static boolean isConnectionError(SQLException error) {
        String state = error.getSQLState();
        return state != null && (state.startsWith("08") || state.startsWith("57P0"));
    }

    private boolean isClosed() {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            for (PreparedStatement statement : statements.values()) {
                statement.close();
            }
        } finally {
            statements.clear();
            connection.close();
        }
    }
}
