package org.isengard.index.write;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index.Ref;
import org.isengard.index.rows.ChangeType;
import org.isengard.index.rows.PublicId;
import org.isengard.index.rows.Row;
import org.isengard.index.rows.Tables;
import org.isengard.index.rows.Timestamps;
import org.isengard.index.sql.Readers;
import org.isengard.index.sql.Session;

/**
 * Declares patients, studies and series stable when nothing came in for a while (StableAge). Which ones are not yet
 * stable is in the database, so that none is forgotten when the server stops; their ages begin anew then. In a database
 * that other servers use too the time of the last update decides, since what came in there is not seen here.
 *
 * <p>Threading: {@link #touched} is called by the writer, {@link #sweep} by one other thread.
 */
public final class StableAges {
    private static final int MAX_AT_ONCE = 1000;
    private static final List<ResourceLevel> UNSTABLE_LEVELS =
            List.of(ResourceLevel.SERIES, ResourceLevel.STUDY, ResourceLevel.PATIENT);

    private final long ageNanos;
    private final LongSupplier nanoTime;
    private final long ageSeconds;
    private final boolean shared;
    /** In the order in which they were touched last. */
    private final Map<Ref, Long> unstable = new LinkedHashMap<>();

    /**
     * @param shared whether others write to the database
     * @param nanoTime as {@link System#nanoTime}
     */
    public StableAges(long ageSeconds, boolean shared, LongSupplier nanoTime) {
        this.ageSeconds = ageSeconds;
        this.shared = shared;
        this.ageNanos = TimeUnit.SECONDS.toNanos(ageSeconds);
        this.nanoTime = nanoTime;
    }

    /** Takes up those that a former run left unstable. */
    public void load(Session session) throws SQLException {
        if (shared) {
            return;
        }
        long now = nanoTime.getAsLong();
        for (ResourceLevel level : UNSTABLE_LEVELS) {
            List<Ref> refs = session.list(
                    "SELECT public_id FROM " + Tables.name(level) + " WHERE stable = 0 ORDER BY id",
                    row -> new Ref(level, PublicId.toText(row.getBytes(1))));
            synchronized (unstable) {
                refs.forEach(ref -> unstable.put(ref, now));
            }
        }
    }

    public void touched(WriteTransaction transaction, byte[] series, byte[] study, byte[] patient) {
        if (shared) {
            return;
        }
        Ref seriesRef = new Ref(ResourceLevel.SERIES, PublicId.toText(series));
        Ref studyRef = new Ref(ResourceLevel.STUDY, PublicId.toText(study));
        Ref patientRef = new Ref(ResourceLevel.PATIENT, PublicId.toText(patient));
        transaction.afterCommit(() -> {
            long now = nanoTime.getAsLong();
            synchronized (unstable) {
                for (Ref ref : List.of(seriesRef, studyRef, patientRef)) {
                    unstable.remove(ref);
                    unstable.put(ref, now);
                }
            }
        });
    }

    /** Declares those stable whose time has come. */
    public void sweep(Readers readers, Writer writer, Clock clock) {
        if (shared) {
            sweepShared(readers, writer, clock);
        } else {
            sweepOwn(writer);
        }
    }

    private void sweepShared(Readers readers, Writer writer, Clock clock) {
        // Strictly before: times are in whole seconds, and stable a moment late is better than too early.
        long before = Timestamps.now(Clock.offset(clock, Duration.ofSeconds(-ageSeconds)));
        for (ResourceLevel level : UNSTABLE_LEVELS) {
            String old = " FROM " + Tables.name(level) + " WHERE stable = 0 AND last_update < ?";
            boolean more = readers.read(session -> session.number("SELECT COUNT(*)" + old, before)) > 0;
            while (more) {
                more = writer.write(transaction -> {
                    List<byte[]> due = transaction
                            .session()
                            .list(
                                    "SELECT public_id" + old + " ORDER BY last_update, id LIMIT ?",
                                    row -> row.getBytes(1),
                                    before,
                                    MAX_AT_ONCE);
                    for (byte[] publicId : due) {
                        declare(transaction, level, publicId);
                    }
                    return due.size() == MAX_AT_ONCE;
                });
            }
        }
    }

    private void sweepOwn(Writer writer) {
        List<Ref> due = due();
        while (!due.isEmpty()) {
            List<Ref> refs = due;
            writer.write(transaction -> {
                for (Ref ref : refs) {
                    if (!isTouchedAgain(ref)) {
                        declare(transaction, ref.level(), PublicId.parse(ref.id()));
                    }
                }
                return null;
            });
            due = due();
        }
    }

    private List<Ref> due() {
        long now = nanoTime.getAsLong();
        List<Ref> due = new ArrayList<>();
        synchronized (unstable) {
            Iterator<Map.Entry<Ref, Long>> oldest = unstable.entrySet().iterator();
            while (oldest.hasNext() && due.size() < MAX_AT_ONCE) {
                Map.Entry<Ref, Long> entry = oldest.next();
                if (now - entry.getValue() < ageNanos) {
                    break;
                }
                due.add(entry.getKey());
                oldest.remove();
            }
        }
        return due;
    }

    private boolean isTouchedAgain(Ref ref) {
        synchronized (unstable) {
            return unstable.containsKey(ref);
        }
    }

    private static void declare(WriteTransaction transaction, ResourceLevel level, byte[] publicId)
            throws SQLException {
        Session session = transaction.session();
        long id = Row.id(session, level, publicId);
        if (id != 0) {
            int changed =
                    session.update("UPDATE " + Tables.name(level) + " SET stable = 1 WHERE id = ? AND stable = 0", id);
            if (changed > 0) {
                transaction.change(type(level), level, id, publicId);
            }
        }
    }

    private static ChangeType type(ResourceLevel level) {
        return switch (level) {
            case PATIENT -> ChangeType.STABLE_PATIENT;
            case STUDY -> ChangeType.STABLE_STUDY;
            case SERIES -> ChangeType.STABLE_SERIES;
            case INSTANCE -> throw new IllegalArgumentException("Instances are always stable");
        };
    }
}
