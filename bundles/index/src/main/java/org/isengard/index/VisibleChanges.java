package org.isengard.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.isengard.api.index.Change;
import org.isengard.api.index.Page;

/** Pages of the log of changes for a user who sees a part of the studies. */
final class VisibleChanges {
    /** The lines that one call looks through at most; the client goes on from the last one. */
    private static final int MOST_LINES = 10_000;

    private static final int LINES = 500;

    private VisibleChanges() {}

    /** {@return the changes that are visible, with the arguments of {@link org.isengard.api.index.Index#changes}} */
    static Page<Change> page(
            SqlIndex all,
            Predicate<Change> isVisible,
            long since,
            long to,
            int limit,
            Set<String> types,
            boolean descending) {
        List<Change> visible = new ArrayList<>();
        long first = since;
        long last = to;
        for (int seen = 0; seen < MOST_LINES; seen += LINES) {
            Page<Change> page = all.changes(first, last, LINES, types, descending);
            for (Change change : page.items()) {
                if (isVisible.test(change)) {
                    visible.add(change);
                }
                if (visible.size() == limit) {
                    Change newest = page.items().get(page.items().size() - 1);
                    return new Page<>(visible, page.done() && change.seq() == newest.seq(), change.seq());
                }
                first = descending ? first : change.seq();
                last = descending ? change.seq() - 1 : last;
            }
            if (page.done()) {
                return new Page<>(visible, true, page.last());
            }
        }
        return new Page<>(visible, false, descending ? last + 1 : first);
    }
}
