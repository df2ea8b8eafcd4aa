package org.isengard.api.index;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.isengard.dicom.Attributes;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Searches resources by any tag: in the index, by computing, or by reading DICOM files where the option
 * StorageAccessOnFind allows it. The limits LimitFindResults and LimitFindInstances hold.
 */
@ProviderType
public interface ResourceSearch {
    /**
     * A resource that was found.
     *
     * @param values the requested tags that the resource has, as Orthanc's text (several values with backslashes)
     * @param sequences the requested sequences that the resource has, in the character set of their file
     */
    record Found(String id, Map<Integer, String> values, Attributes sequences) {
        public Found {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /**
     * {@return the identifiers of what is found, in the order that was asked for}
     *
     * @throws org.isengard.api.IsengardException PARAMETER_OUT_OF_RANGE for wildcards where PS3.4 has none
     */
    List<String> findIds(SearchRequest request) throws IOException;

    /**
     * Finds resources with their requested tags.
     *
     * @param found takes one resource after the other, and returns false to end the search
     */
    void find(SearchRequest request, Predicate<Found> found) throws IOException;

    /** {@return how many there are, whatever the page and the limits} */
    long count(SearchRequest request) throws IOException;
}
