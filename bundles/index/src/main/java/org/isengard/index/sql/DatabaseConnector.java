package org.isengard.index.sql;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the writer's session, with the patience that is configured for a database that does not answer. */
public final class DatabaseConnector {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseConnector.class);

    private DatabaseConnector() {}

    /**
     * @param givenUp whether nobody waits for it any more
     * @throws IsengardException SERVICE_UNAVAILABLE with one line for the operator when the database cannot be reached
     */
    public static Session open(Database database, BooleanSupplier givenUp) throws SQLException {
        Database.Patience patience = database.patience();
        for (int attempt = 0; ; attempt++) {
            try {
                return database.writer();
            } catch (SQLException e) {
                if (!database.isShared()) {
                    throw e;
                }
                if (attempt >= patience.retries() || givenUp.getAsBoolean() || !mayPass(e)) {
                    throw new IsengardException(
                            ErrorCode.SERVICE_UNAVAILABLE, "Cannot open " + database + ": " + line(e), e);
                }
                if (attempt == 0) {
                    LOG.warn(
                            "Cannot open {}, trying again for {} s: {}",
                            database,
                            patience.retries() * patience.seconds(),
                            line(e));
                }
                pause(patience.seconds());
            }
        }
    }

    /** Whether an error may be gone in a moment; a wrong password or the name of a database will not. */
    private static boolean mayPass(SQLException e) {
        String state = e.getSQLState();
        return state == null || !(state.startsWith("28") || state.startsWith("3D") || state.startsWith("42"));
    }

    private static String line(SQLException e) {
        return String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
    }

    private static void pause(int seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "Interrupted while opening the database", e);
        }
    }
}
