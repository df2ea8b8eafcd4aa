package org.isengard.index.find;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.isengard.api.ResourceLevel;
import org.isengard.index.rows.Tables;
import org.isengard.index.sql.Session;

/**
 * Where the pages of the full list of a level begin, so that "since 90,000" need not count 90,000 rows: every 512th row
 * number of a level is kept once it has been passed. Rows are only ever added at the end; when any is deleted, by
 * whatever server, the marks are found again.
 *
 * <p>Threading: any thread.
 */
public final class PageMarks {
    private static final int STEP = 512;
    private static final Map<ResourceLevel, String> NEXT =
            Tables.sql(level -> "SELECT id FROM " + Tables.name(level) + " WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?");
    private static final Map<ResourceLevel, String> PAGE = Tables.sql(
            level -> "SELECT id, public_id FROM " + Tables.name(level) + " WHERE id > ? ORDER BY id LIMIT ? OFFSET ?");

    /** {@code rows[k]} is the number of the row before the {@code k * STEP}-th; immutable. */
    private record Marks(long deletions, long[] rows) {}

    private final Map<ResourceLevel, Marks> known = new EnumMap<>(ResourceLevel.class);

    public void page(Session session, ResourceLevel level, long since, long limit, Finder.Found found)
            throws SQLException {
        long after = 0;
        long offset = since;
        if (since >= STEP) {
            long[] rows = marks(session, level, since / STEP);
            int mark = (int) Math.min(since / STEP, rows.length - 1L);
            after = rows[mark];
            offset = since - (long) mark * STEP;
        }
        session.each(
                PAGE.get(level),
                row -> found.accept(row.getLong(1), row.getBytes(2)),
                after,
                limit == 0 ? Long.MAX_VALUE : limit,
                offset);
    }

    private long[] marks(Session session, ResourceLevel level, long wanted) throws SQLException {
        long deletions = session.number("SELECT value FROM counters WHERE name = 'deletions'");
        Marks marks;
        synchronized (known) {
            marks = known.get(level);
        }
        if (marks == null || marks.deletions() != deletions) {
            marks = new Marks(deletions, new long[] {0});
        }
        long[] rows = marks.rows();
        boolean end = false;
        while (!end && rows.length <= wanted) {
            long last = rows[rows.length - 1];
            long next = session.number(NEXT.get(level), last, STEP - 1);
            end = next == 0;
            if (!end) {
                rows = Arrays.copyOf(rows, rows.length + 1);
                rows[rows.length - 1] = next;
            }
        }
        synchronized (known) {
            known.put(level, new Marks(deletions, rows));
        }
        return rows;
    }
}
