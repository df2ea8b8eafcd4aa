package org.isengard.index.rows;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isengard.api.ResourceLevel;
import org.isengard.index.sql.Dialect;
import org.isengard.index.sql.Session;

/**
 * Trigram indexes of names and descriptions (SQLite's FTS5): candidates for wildcards with text in the middle. Other
 * databases keep such an index by themselves (see {@link Dialect#hasTextTables}); then there is nothing to do here.
 */
public final class TextSearch {
    private static final int TRIGRAM = 3;
    private static final int MAX_TRIGRAMS = 12;

    private static final Map<ResourceLevel, List<String>> COLUMNS = Map.of(
            ResourceLevel.PATIENT, List.of("k_patient_name"),
            ResourceLevel.STUDY, List.of("k_patient_name", "k_study_description", "k_accession"),
            ResourceLevel.SERIES, List.of("k_series_description"),
            ResourceLevel.INSTANCE, List.of());

    private TextSearch() {}

    public static String table(ResourceLevel level) {
        return Tables.name(level) + "_text";
    }

    public static boolean covers(Dialect dialect, ResourceLevel level, String column) {
        return dialect.hasTextTables() && COLUMNS.get(level).contains(column);
    }

    public static void insert(Session session, ResourceLevel level, long id, Map<String, Object> keys)
            throws SQLException {
        List<String> columns = COLUMNS.get(level);
        if (columns.isEmpty() || !session.dialect().hasTextTables()) {
            return;
        }
        Object[] values = new Object[columns.size() + 1];
        values[0] = id;
        for (int i = 0; i < columns.size(); i++) {
            values[i + 1] = keys.get(columns.get(i));
        }
        session.update(
                "INSERT INTO " + table(level) + " (rowid, " + String.join(", ", columns) + ") VALUES (?"
                        + ", ?".repeat(columns.size()) + ")",
                values);
    }

    /** @param below a condition on the level's table with one parameter, as {@link Tables#below} makes it */
    public static void delete(Session session, ResourceLevel level, String below, long id) throws SQLException {
        if (!COLUMNS.get(level).isEmpty() && session.dialect().hasTextTables()) {
            session.update(
                    "DELETE FROM " + table(level) + " WHERE rowid IN (SELECT id FROM " + Tables.name(level) + " WHERE "
                            + below + ")",
                    id);
        }
    }

    /** {@return what to look for to find all texts that a normalised wildcard pattern can match, or null if anything} */
    public static String query(String column, String pattern) {
        List<String> trigrams = new ArrayList<>();
        for (String run : pattern.split("[*?]")) {
            int[] points = run.codePoints().toArray();
            for (int at = 0; at + TRIGRAM <= points.length && trigrams.size() < MAX_TRIGRAMS; at++) {
                boolean last = at + TRIGRAM == points.length;
                // Neighbours that overlap add little; the last one is taken so that the end of the run counts.
                if (at % TRIGRAM == 0 || last) {
                    trigrams.add('"' + new String(points, at, TRIGRAM).replace("\"", "\"\"") + '"');
                }
            }
        }
        return trigrams.isEmpty() ? null : column + " : (" + String.join(" AND ", trigrams) + ")";
    }
}
