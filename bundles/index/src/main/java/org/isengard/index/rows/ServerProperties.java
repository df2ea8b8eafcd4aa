package org.isengard.index.rows;

import java.sql.SQLException;
import java.util.Optional;
import org.isengard.index.sql.Session;

/** Values of the whole server, by name. */
public final class ServerProperties {
    private ServerProperties() {}

    public static Optional<String> get(Session session, String name) throws SQLException {
        return session.first("SELECT value FROM properties WHERE name = ?", row -> row.getString(1), name);
    }

    public static int put(Session session, String name, String value) throws SQLException {
        return insert(session, name, value, "UPDATE SET value = EXCLUDED.value");
    }

    /** Keeps a value that is there: another server that shares the database may have been faster. */
    public static int putIfAbsent(Session session, String name, String value) throws SQLException {
        return insert(session, name, value, "NOTHING");
    }

    private static int insert(Session session, String name, String value, String conflict) throws SQLException {
        return session.update(
                "INSERT INTO properties (name, value) VALUES (?, ?) ON CONFLICT (name) DO " + conflict, name, value);
    }
}
