package org.isengard.index.store;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.store.Queues;
import org.isengard.index.SqlIndex;
import org.isengard.index.sql.Session;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Queues in the table {@code queued}. Each method that takes a value is one transaction of the writer, and on PostgreSQL the
 * writers of all servers keep each other out: no two callers get the same value.
 */
@Component
public final class SqlQueues implements Queues {
    private static final Duration LONGEST = Duration.ofDays(3653);
    private static final SecureRandom TOKENS = new SecureRandom();

    private record Row(long id, byte[] content) {}

    private final SqlIndex index;
    private final Clock clock;

    @Activate
    public SqlQueues(@Reference SqlIndex index) {
        this(index, Clock.systemUTC());
    }

    SqlQueues(SqlIndex index, Clock clock) {
        this.index = index;
        this.clock = clock;
    }

    @Override
    public void enqueue(String queue, byte[] value) {
        Limits.checkName("queue", queue);
        Limits.checkValue(value);
        index.write(transaction -> transaction
                .session()
                .update("INSERT INTO queued (queue, content, reserved_until) VALUES (?, ?, 0)", queue, value));
    }

    @Override
    public Optional<byte[]> dequeue(String queue, End end) {
        Limits.checkName("queue", queue);
        return index.write(transaction -> {
            Session session = transaction.session();
            Optional<Row> row = next(session, queue, end, session.dialect().millis(session, clock));
            if (row.isPresent()) {
                session.update("DELETE FROM queued WHERE id = ?", row.get().id);
            }
            return row.map(Row::content);
        });
    }

    @Override
    public Optional<Reserved> reserve(String queue, End end, Duration time) {
        Limits.checkName("queue", queue);
        if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE,
                    "The time of a reservation must be more than 0 and at most 10 years");
        }
        long token = TOKENS.nextLong() >>> 1;
        return index.write(transaction -> {
            Session session = transaction.session();
            long now = session.dialect().millis(session, clock);
            Optional<Row> row = next(session, queue, end, now);
            if (row.isPresent()) {
                session.update(
                        "UPDATE queued SET token = ?, reserved_until = ? WHERE id = ?",
                        token,
                        now + Math.max(1, time.toMillis()),
                        row.get().id);
            }
            return row.map(found -> new Reserved(found.content, token));
        });
    }

    private static Optional<Row> next(Session session, String queue, End end, long now) throws SQLException {
        return session.first(
                "SELECT id, content FROM queued WHERE queue = ? AND reserved_until <= ? ORDER BY id "
                        + (end == End.FRONT ? "ASC" : "DESC") + " LIMIT 1",
                row -> new Row(row.getLong(1), row.getBytes(2)),
                queue,
                now);
    }

    @Override
    public boolean acknowledge(String queue, long token) {
        Limits.checkName("queue", queue);
        return index.write(transaction ->
                transaction.session().update("DELETE FROM queued WHERE queue = ? AND token = ?", queue, token) > 0);
    }

    @Override
    public long size(String queue) {
        Limits.checkName("queue", queue);
        return index.read(session -> session.number("SELECT COUNT(*) FROM queued WHERE queue = ?", queue));
    }
}
