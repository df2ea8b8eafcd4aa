package org.isengard.index.sql;

import java.sql.SQLException;

/**
 * Where the index is kept: how to open sessions of it. What is written differently in its SQL is in {@link Dialect}; all
 * other SQL is what the databases have in common.
 */
public interface Database extends AutoCloseable {
    /**
     * How long to try to reach a database that does not answer.
     *
     * @param retries how often to try again
     * @param seconds between two attempts
     */
    record Patience(int retries, int seconds) {
        static final Patience NONE = new Patience(0, 0);
    }

    /** Opens the session of the one writer of this server; again after the one before was lost. */
    Session writer() throws SQLException;

    /** A session for reading, to be given back or, after an error, closed. */
    Session take() throws SQLException;

    void giveBack(Session session) throws SQLException;

    /** Hears that a session for reading was lost, and with it perhaps the others that wait to be taken. */
    default void lost() {}

    /** {@return how many may read at once} */
    int readers();

    /** {@return whether other servers may write to it, so that nothing it says may be remembered} */
    boolean isShared();

    Patience patience();

    /** Periodic maintenance, about once a second. */
    default void upkeep() {}

    @Override
    void close();
}
