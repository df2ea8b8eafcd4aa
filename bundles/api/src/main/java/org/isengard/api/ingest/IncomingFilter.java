package org.isengard.api.ingest;

import org.isengard.dicom.DicomFile;
import org.osgi.annotation.versioning.ConsumerType;

/** Decides whether an instance comes in. All registered filters must accept. */
@ConsumerType
public interface IncomingFilter {
    /**
     * {@return false to refuse; an exception counts as acceptance and is logged}
     *
     * @throws InstanceRefused to refuse with a status
     * @throws org.isengard.api.IsengardException SERVICE_UNAVAILABLE when it cannot tell now: the sender has to come again
     */
    boolean accept(DicomFile header, Source source);
}
