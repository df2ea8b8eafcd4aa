package org.isengard.api.worklist;

import java.io.IOException;
import java.util.List;
import org.isengard.dicom.Attributes;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Scheduled procedure steps for the modality worklist (PS3.4 annex K), published as a service. All sources that are
 * there are asked at each query, on the thread of the association.
 */
@ConsumerType
public interface WorklistSource {
    /**
     * Gives the items that may be of interest. The server itself compares them with the query and sends only the
     * attributes asked for, so a source may well give all it has.
     *
     * @return items, which the caller does not change
     * @throws IOException the query fails then (status 0xC000)
     */
    List<Attributes> items(WorklistQuery query) throws IOException;
}
