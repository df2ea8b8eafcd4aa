package org.isengard.index.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Change;
import org.isengard.index.rows.ChangeType;
import org.isengard.index.rows.PublicId;
import org.isengard.index.rows.Timestamps;
import org.isengard.index.sql.Session;

/**
 * The state that the writers of one commit share: the session, the time, totals that changed, and the changes to be told after
 * the commit. One writer's part can be taken back without the others'.
 *
 * <p>Threading: the writer thread only.
 */
public final class WriteTransaction {
    /** Totals kept in the table {@code counters}. */
    public enum Counter {
        PATIENTS,
        STUDIES,
        SERIES,
        INSTANCES,
        DISK,
        UNCOMPRESSED,
        DELETIONS;

        public static Counter of(ResourceLevel level) {
            return values()[level.ordinal()];
        }

        public String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Session session;
    private final long now;
    private final Map<Counter, Long> deltas = new EnumMap<>(Counter.class);
    private final List<Change> changes = new ArrayList<>();
    private final List<Runnable> afterCommit = new ArrayList<>();
    private long lastChange;
    private boolean numbered;

    private Map<Counter, Long> markedDeltas = Map.of();
    private int markedChanges;
    private int markedAfterCommit;

    public WriteTransaction(Session session, long now) {
        this.session = session;
        this.now = now;
    }

    public Session session() {
        return session;
    }

    /** {@return the time of all changes of this transaction, as {@link Timestamps} has it} */
    public long now() {
        return now;
    }

    public void mark() throws SQLException {
        session.update("SAVEPOINT part");
        markedDeltas = new EnumMap<>(deltas);
        markedChanges = changes.size();
        markedAfterCommit = afterCommit.size();
    }

    public void release() throws SQLException {
        session.update("RELEASE part");
    }

    public void rollbackToMark() throws SQLException {
        session.update("ROLLBACK TO part");
        session.update("RELEASE part");
        deltas.clear();
        deltas.putAll(markedDeltas);
        changes.subList(markedChanges, changes.size()).clear();
        afterCommit.subList(markedAfterCommit, afterCommit.size()).clear();
    }

    public void count(Counter counter, long delta) {
        deltas.merge(counter, delta, Long::sum);
    }

    /** {@return a total as it stands within this transaction} */
    public long total(Counter counter) throws SQLException {
        return session.number("SELECT value FROM counters WHERE name = ?", counter.column())
                + deltas.getOrDefault(counter, 0L);
    }

    /** {@return a number that was never given before} */
    public long next(String sequence) throws SQLException {
        return session.number("UPDATE counters SET value = value + 1 WHERE name = ? RETURNING value", sequence);
    }

    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    /** Writes to the changes log and tells it after the commit. */
    public void change(ChangeType type, ResourceLevel level, long rowId, byte[] publicId) throws SQLException {
        long seq = nextChange();
        session.update(
                "INSERT INTO changes (seq, type, level, resource_id, public_id, date) VALUES (?, ?, ?, ?, ?, ?)",
                seq,
                type.number(),
                level.ordinal(),
                rowId,
                publicId,
                now);
        changes.add(new Change(seq, type.label(), level, PublicId.toText(publicId), Timestamps.toText(now)));
    }

    /** Tells a change after the commit that has no place in the log. */
    public void tell(ChangeType type, ResourceLevel level, byte[] publicId) throws SQLException {
        changes.add(new Change(nextChange(), type.label(), level, PublicId.toText(publicId), Timestamps.toText(now)));
    }

    /** Numbers are taken from the database once for a transaction, and given back when it ends. */
    private long nextChange() throws SQLException {
        if (!numbered) {
            lastChange = session.number("UPDATE counters SET value = value WHERE name = 'changes' RETURNING value");
            numbered = true;
        }
        return ++lastChange;
    }

    /** Writes the totals; to be called right before the commit. */
    public void finish() throws SQLException {
        for (Map.Entry<Counter, Long> delta : deltas.entrySet()) {
            if (delta.getValue() != 0) {
                session.update(
                        "UPDATE counters SET value = value + ? WHERE name = ?",
                        delta.getValue(),
                        delta.getKey().column());
            }
        }
        if (numbered) {
            session.update("UPDATE counters SET value = ? WHERE name = 'changes'", lastChange);
        }
    }

    public List<Change> changes() {
        return changes;
    }

    public void committed() {
        afterCommit.forEach(Runnable::run);
    }
}
