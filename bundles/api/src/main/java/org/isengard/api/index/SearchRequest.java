package org.isengard.api.index;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ResourceLevel;

/**
 * A search by matching keys, as {@code /tools/find} and C-FIND have them (PS3.4 section C.2.2.2).
 *
 * @param level of the resources that are looked for
 * @param within restricts the search to one resource at this or a higher level; null for no restriction
 * @param query matching keys by tag: lists with backslashes, ranges with hyphens, wildcards; "" matches everything
 * @param letterCase where upper and lower case differ
 * @param labels with {@code labelsConstraint}
 * @param metadata name of a metadata -> wildcard pattern; all must match
 * @param orderBy in order of weight; empty: the index's own order
 * @param since number of leading results to leave out
 * @param limit largest number of results, 0 for all that the configuration allows
 * @param requestedTags tags to return for each resource, also computed ones (PS3.4 section C.3.4) of any level
 */
public record SearchRequest(
        ResourceLevel level,
        FindRequest.Within within,
        Map<Integer, String> query,
        LetterCase letterCase,
        Set<String> labels,
        FindRequest.LabelsConstraint labelsConstraint,
        Map<String, String> metadata,
        List<FindRequest.Order> orderBy,
        long since,
        long limit,
        List<Integer> requestedTags) {
    public SearchRequest {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        labels = Set.copyOf(labels);
        metadata = Map.copyOf(metadata);
        orderBy = List.copyOf(orderBy);
        requestedTags = List.copyOf(requestedTags);
    }

    /** Where upper and lower case differ: in names of persons (PS3.4 section C.2.2.2.1), and in all other text. */
    public record LetterCase(boolean differsInNames, boolean differsInText) {}

    /** A search without labels, metadata, order and limits. */
    public static SearchRequest of(
            ResourceLevel level, Map<Integer, String> query, LetterCase letterCase, List<Integer> requestedTags) {
        return new SearchRequest(
                level,
                null,
                query,
                letterCase,
                Set.of(),
                FindRequest.LabelsConstraint.ALL,
                Map.of(),
                List.of(),
                0,
                0,
                requestedTags);
    }
}
