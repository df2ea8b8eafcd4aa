package org.isengard.api.net;

import org.isengard.dicom.Attributes;
import org.osgi.annotation.versioning.ConsumerType;

/** May change queries on their way in and out. Each gives the query that is used, the same one for no change. */
@ConsumerType
public interface FindFilter {
    /** A C-FIND that a remote modality asks of this server. */
    default Attributes incomingFind(Attributes query, Requestor requestor) {
        return query;
    }

    /** A C-FIND of the modality worklist that a remote modality asks of this server. */
    default Attributes incomingWorklist(Attributes query, Requestor requestor) {
        return query;
    }

    /**
     * A C-FIND that this server asks of a remote modality.
     *
     * @param modality symbolic name
     */
    default Attributes outgoingFind(Attributes query, String modality) {
        return query;
    }
}
