package org.isengard.index;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index.Ref;

/**
 * Declares patients, studies and series stable when nothing came in for a while (StableAge). Which ones are not yet
 * stable is in the database, so that none is forgotten when the server stops; their ages begin anew then.
 *
 * <p>Threading: {@link #touched} is called by the writer, {@link #sweep} by one other thread.
 */
final class StableAges {
    private static final int MAX_AT_ONCE = 1000;

    private final long ageNanos;
    private final LongSupplier nanoTime;
    /** In the order in which they were touched last. */
    private final Map<Ref, Long> unstable = new LinkedHashMap<>();

    /** @param nanoTime as {@link System#nanoTime} */
    StableAges(long ageSeconds, LongSupplier nanoTime) {
        this.ageNanos = TimeUnit.SECONDS.toNanos(ageSeconds);
        this.nanoTime = nanoTime;
    }

    /** Takes up those that a former run left unstable. */
    void load(Session session) throws SQLException {
        long now = nanoTime.getAsLong();
        for (ResourceLevel level : List.of(ResourceLevel.SERIES, ResourceLevel.STUDY, ResourceLevel.PATIENT)) {
            List<Ref> refs = session.list(
                    "SELECT public_id FROM " + Tables.name(level) + " WHERE stable = 0 ORDER BY id",
                    row -> new Ref(level, PublicId.toText(row.getBytes(1))));
            synchronized (unstable) {
                refs.forEach(ref -> unstable.put(ref, now));
            }
        }
    }

    void touched(WriteTransaction transaction, byte[] series, byte[] study, byte[] patient) {
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
    void sweep(Writer writer) {
        List<Ref> due = due();
        while (!due.isEmpty()) {
            List<Ref> refs = due;
            writer.write(transaction -> {
                for (Ref ref : refs) {
                    declare(transaction, ref);
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

    private void declare(WriteTransaction transaction, Ref ref) throws SQLException {
        synchronized (unstable) {
            if (unstable.containsKey(ref)) {
                return; // something came in since
            }
        }
        Session session = transaction.session();
        byte[] publicId = PublicId.parse(ref.id());
        long id = Row.id(session, ref.level(), publicId);
        if (id != 0) {
            int changed = session.update(
                    "UPDATE " + Tables.name(ref.level()) + " SET stable = 1 WHERE id = ? AND stable = 0", id);
            if (changed > 0) {
                transaction.change(type(ref.level()), ref.level(), id, publicId);
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
