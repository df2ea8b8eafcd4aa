package org.isengard.index.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/** Brings the schema up to date: numbered files of SQL, each run once in a transaction and noted in a table. */
public final class Schema {
    private Schema() {}

    public static void update(Session session) throws SQLException {
        List<String> files = session.dialect().schemaFiles();
        session.begin();
        try {
            while (step(session, files)) {
                session.commit();
            }
            session.commit();
        } catch (SQLException | RuntimeException e) {
            session.rollback();
            throw e;
        } finally {
            session.end();
        }
    }

    /** Runs one file. {@return whether there was any to run} */
    private static boolean step(Session session, List<String> files) throws SQLException {
        // Of several servers that start on one new database, one makes the tables.
        session.lock();
        session.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)");
        long version = session.number("SELECT COALESCE(MAX(version), 0) FROM schema_version");
        if (version > files.size()) {
            throw new IsengardException(
                    ErrorCode.DATABASE_VERSION,
                    "The index was written by a later version of this server (schema " + version + ")");
        }
        if (version == files.size()) {
            return false;
        }
        for (String statement : statements(session.dialect().translate(read(files.get((int) version))))) {
            session.execute(statement);
        }
        session.update("INSERT INTO schema_version (version) VALUES (?)", version + 1);
        return true;
    }

    private static String read(String file) {
        try (InputStream in = Schema.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("This bundle has no " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Statements end with a semicolon at the end of a line, but for those in a $$ block; comments are lines of their own. */
    private static List<String> statements(String file) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        boolean block = false;
        for (String line : file.lines().toList()) {
            if (line.strip().startsWith("--")) {
                continue;
            }
            statement.append(line).append('\n');
            block ^= line.contains("$$");
            if (!block && line.stripTrailing().endsWith(";")) {
                statements.add(statement.toString().strip().replaceFirst(";$", ""));
                statement.setLength(0);
            }
        }
        if (!statement.toString().isBlank()) {
            throw new IllegalStateException("A statement of the schema does not end: " + statement);
        }
        return statements;
    }
}
