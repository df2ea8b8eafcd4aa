package org.isengard.api.index;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ResourceLevel;

/**
 * A search in the index.
 *
 * @param level what is looked for
 * @param within restrict to one resource at this or a higher level, or null
 * @param constraints all must hold
 * @param labels with {@code labelsConstraint}
 * @param metadata name -> wildcard pattern, all must match
 * @param orderBy in order of weight; empty: in the order of arrival or of the values searched for, always the same
 * @param since number of leading results to leave out
 * @param limit largest number of results, 0 for all
 * @param with which parts of a resource to read
 */
public record FindRequest(
        ResourceLevel level,
        Within within,
        List<Constraint> constraints,
        Set<String> labels,
        LabelsConstraint labelsConstraint,
        Map<String, String> metadata,
        List<Order> orderBy,
        long since,
        long limit,
        Set<Part> with) {
    public FindRequest {
        constraints = List.copyOf(constraints);
        labels = Set.copyOf(labels);
        metadata = Map.copyOf(metadata);
        orderBy = List.copyOf(orderBy);
        with = Set.copyOf(with);
    }

    /** Everything at one level. */
    public static FindRequest all(ResourceLevel level, Set<Part> with) {
        return new FindRequest(level, null, List.of(), Set.of(), LabelsConstraint.ALL, Map.of(), List.of(), 0, 0, with);
    }

    public FindRequest page(long newSince, long newLimit) {
        return new FindRequest(
                level, within, constraints, labels, labelsConstraint, metadata, orderBy, newSince, newLimit, with);
    }

    public FindRequest within(ResourceLevel ancestorLevel, String id) {
        return new FindRequest(
                level,
                new Within(ancestorLevel, id),
                constraints,
                labels,
                labelsConstraint,
                metadata,
                orderBy,
                since,
                limit,
                with);
    }

    /** A resource at the searched level or above, by its Orthanc identifier. */
    public record Within(ResourceLevel level, String id) {}

    /** Parts of a resource that cost something to read. */
    public enum Part {
        /** Main tags of the level itself. */
        TAGS,
        /** Main tags of all levels above. */
        PARENT_TAGS,
        CHILDREN,
        METADATA,
        ATTACHMENTS,
        LABELS
    }

    /** How {@code labels} select. */
    public enum LabelsConstraint {
        ALL,
        ANY,
        NONE
    }

    /**
     * A condition on a main tag of this level or a level above.
     *
     * @param values one for EQUAL, WILDCARD; several for LIST; {from, to} for RANGE, "" for an open end
     * @param mandatory false: a resource without the tag matches too (C-FIND universal matching)
     */
    public record Constraint(int tag, Match match, List<String> values, boolean caseSensitive, boolean mandatory) {
        public Constraint {
            values = List.copyOf(values);
        }
    }

    /** Kinds of matching (PS3.4 section C.2.2.2). */
    public enum Match {
        EQUAL,
        WILDCARD,
        LIST,
        RANGE
    }

    /** How the values of a sort key are compared; text that does not begin with a number counts as 0. */
    public enum Cast {
        NONE,
        INTEGER,
        FLOAT
    }

    /** One sort key: a main tag ({@code tag >= 0} as unsigned) or, with {@code metadata}, a metadata name. */
    public record Order(int tag, String metadata, Cast cast, boolean ascending) {
        public Order(int tag, String metadata, boolean ascending) {
            this(tag, metadata, Cast.NONE, ascending);
        }
    }
}
