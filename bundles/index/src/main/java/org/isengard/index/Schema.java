package org.isengard.index;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/** Brings the schema up to date: numbered files of SQL, each run once in a transaction and noted in a table. */
final class Schema {
    /** In order; a file that has been released is never changed, only followed by another. */
    private static final List<String> FILES = List.of("001-resources.sql", "002-text-search.sql");

    private Schema() {}

    static void update(Session session) throws SQLException {
        session.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)");
        long version = session.number("SELECT COALESCE(MAX(version), 0) FROM schema_version");
        if (version > FILES.size()) {
            throw new IsengardException(
                    ErrorCode.DATABASE_VERSION,
                    "The index was written by a later version of this server (schema " + version + ")");
        }
        for (int next = (int) version + 1; next <= FILES.size(); next++) {
            session.begin();
            try {
                for (String statement : statements(read(FILES.get(next - 1)))) {
                    session.execute(statement);
                }
                session.update("INSERT INTO schema_version (version) VALUES (?)", next);
                session.commit();
            } catch (SQLException e) {
                session.rollback();
                throw e;
            }
        }
    }

    private static String read(String file) {
        try (InputStream in = Schema.class.getResourceAsStream("sql/" + file)) {
            if (in == null) {
                throw new IllegalStateException("This bundle has no " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Statements end with a semicolon at the end of a line; comments are lines of their own. */
    private static List<String> statements(String file) {
        String sql = Database.translate(file.replaceAll("(?m)^\\s*--.*$", ""));
        return List.of(sql.split(";\\s*(\\n|$)")).stream()
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }
}
