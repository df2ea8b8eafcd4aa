package org.isengard.index;

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
final class Session implements AutoCloseable {
    /** Reads a value from the current row. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Takes the current row. */
    @FunctionalInterface
    interface RowConsumer {
        void accept(ResultSet row) throws SQLException;
    }

    private static final int MAX_STATEMENTS = 256;

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(64, 0.75f, true);

    Session(Connection connection) {
        this.connection = connection;
    }

    /** Runs one statement that is not worth keeping. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    int update(String sql, Object... arguments) throws SQLException {
        return bind(sql, arguments).executeUpdate();
    }

    <T> Optional<T> first(String sql, RowReader<T> reader, Object... arguments) throws SQLException {
        try (ResultSet rows = bind(sql, arguments).executeQuery()) {
            return rows.next() ? Optional.ofNullable(reader.read(rows)) : Optional.empty();
        }
    }

    long number(String sql, Object... arguments) throws SQLException {
        return first(sql, row -> row.getLong(1), arguments).orElse(0L);
    }

    <T> List<T> list(String sql, RowReader<T> reader, Object... arguments) throws SQLException {
        List<T> list = new ArrayList<>();
        each(sql, row -> list.add(reader.read(row)), arguments);
        return list;
    }

    /** Reads all rows. The consumer must not run the same statement again. */
    void each(String sql, RowConsumer consumer, Object... arguments) throws SQLException {
        try (ResultSet rows = bind(sql, arguments).executeQuery()) {
            while (rows.next()) {
                consumer.accept(rows);
            }
        }
    }

    /** Opens a cursor, to be closed. */
    ResultSet query(String sql, List<?> arguments) throws SQLException {
        return bind(sql, arguments.toArray()).executeQuery();
    }

    private PreparedStatement bind(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
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
                statement.setString(i + 1, text);
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

    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    void commit() throws SQLException {
        connection.commit();
    }

    void rollback() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        statements.clear();
        connection.close();
    }
}
