package org.isengard.index.rows;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Change;
import org.isengard.api.index.Exported;
import org.isengard.api.index.Page;
import org.isengard.api.index.Statistics;
import org.isengard.index.sql.Session;

/** The logs of changes and of exports. */
public final class Logs {
    private static final ResourceLevel[] LEVELS = ResourceLevel.values();
    private static final String CHANGE = "SELECT seq, type, level, public_id, date FROM changes";
    private static final String EXPORT =
            "SELECT seq, level, public_id, modality, date, patient_id, study_uid, series_uid, sop_uid FROM exports";

    private Logs() {}

    /**
     * Changes after {@code since}; with {@code to} at least 0 not after that one.
     *
     * @param descending the newest first: then {@code to} is where to begin
     */
    public static Page<Change> changes(
            Session session, long since, long to, int limit, Set<String> types, boolean descending)
            throws SQLException {
        StringBuilder sql = new StringBuilder(CHANGE).append(" WHERE seq > ?");
        List<Object> arguments = new ArrayList<>(List.of(since));
        if (to >= 0) {
            sql.append(" AND seq <= ?");
            arguments.add(to);
        }
        if (!types.isEmpty()) {
            List<Integer> numbers = types.stream()
                    .map(ChangeType::of)
                    .flatMap(Optional::stream)
                    .map(ChangeType::number)
                    .sorted()
                    .toList();
            sql.append(numbers.isEmpty() ? " AND 1 = 0" : " AND type IN (?" + ", ?".repeat(numbers.size() - 1) + ")");
            arguments.addAll(numbers);
        }
        sql.append(" ORDER BY seq ").append(descending ? "DESC" : "ASC").append(" LIMIT ?");
        // One more than asked for tells whether anything follows.
        arguments.add(limit + 1L);
        List<Change> changes = session.list(sql.toString(), Logs::change, arguments.toArray());
        return page(changes, limit, session.number("SELECT value FROM counters WHERE name = 'changes'"));
    }

    public static Optional<Change> lastChange(Session session) throws SQLException {
        return session.first(CHANGE + " ORDER BY seq DESC LIMIT 1", Logs::change);
    }

    private static Change change(ResultSet row) throws SQLException {
        return new Change(
                row.getLong(1),
                ChangeType.of(row.getInt(2)).label(),
                LEVELS[row.getInt(3)],
                PublicId.toText(row.getBytes(4)),
                Timestamps.toText(row.getLong(5)));
    }

    public static Page<Exported> exports(Session session, long since, int limit) throws SQLException {
        List<Exported> exports =
                session.list(EXPORT + " WHERE seq > ? ORDER BY seq LIMIT ?", Logs::exported, since, limit + 1L);
        long last = session.number("SELECT COALESCE(MAX(seq), 0) FROM exports");
        return page(exports, limit, last);
    }

    public static Optional<Exported> lastExported(Session session) throws SQLException {
        return session.first(EXPORT + " ORDER BY seq DESC LIMIT 1", Logs::exported);
    }

    private static Exported exported(ResultSet row) throws SQLException {
        return new Exported(
                row.getLong(1),
                LEVELS[row.getInt(2)],
                PublicId.toText(row.getBytes(3)),
                row.getString(4),
                Timestamps.toText(row.getLong(5)),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getString(9));
    }

    private static <T> Page<T> page(List<T> items, int limit, long last) {
        boolean more = items.size() > limit;
        return new Page<>(more ? items.subList(0, limit) : items, !more, last);
    }

    /**
     * Notes that a resource was sent to a modality.
     *
     * @param seq a number that no other entry of the log has
     * @param now as {@link Timestamps} has it
     */
    public static void logExported(Session session, long seq, long now, Row row, String modality) throws SQLException {
        String sop = "";
        String series = "";
        Row at = row;
        if (at.level() == ResourceLevel.INSTANCE) {
            sop = value(at.tags(), Tables.SOP_UID);
            at = parent(session, at);
        }
        if (at.level() == ResourceLevel.SERIES) {
            series = value(at.tags(), Tables.SERIES_UID);
            at = parent(session, at);
        }
        String study = at.level() == ResourceLevel.STUDY ? value(at.tags(), Tables.STUDY_UID) : "";
        String patientTags = at.level() == ResourceLevel.STUDY ? at.patientTags() : at.tags();
        session.update(
                "INSERT INTO exports (seq, level, public_id, modality, date, patient_id, study_uid, series_uid,"
                        + " sop_uid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                seq,
                row.level().ordinal(),
                row.publicId(),
                modality,
                now,
                value(patientTags, Tables.PATIENT_ID),
                study,
                series,
                sop);
    }

    private static Row parent(Session session, Row row) throws SQLException {
        return Row.find(session, Tables.parent(row.level()), row.parentId()).orElseThrow();
    }

    private static String value(String tags, int tag) {
        String value = PackedTags.get(tags, tag);
        return value == null ? "" : value;
    }

    /** {@return the totals of the server} The sizes of DICOM files alone are not kept: they are known for single resources only. */
    public static Statistics totals(Session session) throws SQLException {
        Map<String, Long> counters = new HashMap<>();
        session.each("SELECT name, value FROM counters", row -> counters.put(row.getString(1), row.getLong(2)));
        return new Statistics(
                counters.get("patients"),
                counters.get("studies"),
                counters.get("series"),
                counters.get("instances"),
                counters.get("disk"),
                counters.get("uncompressed"),
                0,
                0);
    }
}
