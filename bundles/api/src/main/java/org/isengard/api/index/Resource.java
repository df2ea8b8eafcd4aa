package org.isengard.api.index;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ResourceLevel;

/**
 * One resource as the index knows it. Parts that were not asked for are empty.
 *
 * @param parent Orthanc identifier of the parent, "" for patients
 * @param tags main DICOM tags by level, of this level and, where asked for, the levels above and below; tag -> text
 * @param children identifiers one level below
 * @param isProtected of patients: kept from recycling
 */
public record Resource(
        ResourceLevel level,
        String id,
        String parent,
        Map<ResourceLevel, Map<Integer, String>> tags,
        List<String> children,
        Map<String, MetadataValue> metadata,
        List<Attachment> attachments,
        Set<String> labels,
        boolean stable,
        boolean isProtected) {
    public Resource {
        // Views, not copies: the order counts, and the makers give their collections away.
        tags = Collections.unmodifiableMap(tags);
        children = Collections.unmodifiableList(children);
        metadata = Collections.unmodifiableMap(metadata);
        attachments = Collections.unmodifiableList(attachments);
        labels = Collections.unmodifiableSet(labels);
    }
}
