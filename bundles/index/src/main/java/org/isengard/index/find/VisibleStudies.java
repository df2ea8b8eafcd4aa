package org.isengard.index.find;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Statistics;
import org.isengard.api.security.Visibility;
import org.isengard.index.rows.PublicId;
import org.isengard.index.rows.ResourceReader;
import org.isengard.index.sql.Session;

/**
 * The studies that a user may see, as SQL in two forms with the same arguments: one looks at a study at a time, for searches
 * that find few or end early; the other begins with all visible studies, for counts and sums.
 */
public final class VisibleStudies {
    private final Visibility visibility;
    private final List<Object> labels;
    private final List<Object> studies = new ArrayList<>();

    public VisibleStudies(Visibility visibility) {
        this.visibility = visibility;
        labels = List.copyOf(new TreeSet<>(visibility.labels()));
        for (String id : new TreeSet<>(visibility.studies())) {
            byte[] publicId = PublicId.parse(id);
            if (publicId != null) {
                studies.add(publicId);
            }
        }
    }

    boolean isEverything() {
        return visibility.everything();
    }

    List<Object> arguments() {
        List<Object> arguments = new ArrayList<>(labels);
        arguments.addAll(studies);
        return arguments;
    }

    /** {@return a condition on one row of the table of studies} */
    String admits(String study) {
        List<String> either = new ArrayList<>();
        if (!labels.isEmpty()) {
            either.add("EXISTS (SELECT 1 FROM labels v WHERE v.resource_id = " + study + ".id AND v.level = "
                    + ResourceLevel.STUDY.ordinal() + " AND v.label " + in(labels) + ")");
        }
        if (!studies.isEmpty()) {
            either.add(study + ".public_id " + in(studies));
        }
        return either.isEmpty() ? "1 = 0" : "(" + String.join(" OR ", either) + ")";
    }

    /** {@return the identifiers in the table of studies, as an operator with its right side} */
    String ids() {
        List<String> all = new ArrayList<>();
        if (!labels.isEmpty()) {
            all.add("SELECT resource_id FROM labels WHERE level = " + ResourceLevel.STUDY.ordinal() + " AND label "
                    + in(labels));
        }
        if (!studies.isEmpty()) {
            all.add("SELECT id FROM studies WHERE public_id " + in(studies));
        }
        return "IN (" + (all.isEmpty() ? "NULL" : String.join(" UNION ALL ", all)) + ")";
    }

    /** {@return the totals of the studies, without what belongs to their patients alone} */
    public Statistics statistics(Session session, long patients) throws SQLException {
        Statistics sum = ResourceReader.statistics(
                session, ResourceLevel.STUDY, ids(), arguments().toArray());
        return new Statistics(
                patients,
                sum.studies(),
                sum.series(),
                sum.instances(),
                sum.diskSize(),
                sum.uncompressedSize(),
                sum.dicomDiskSize(),
                sum.dicomUncompressedSize());
    }

    private static String in(List<Object> values) {
        return "IN (?" + ", ?".repeat(values.size() - 1) + ")";
    }
}
