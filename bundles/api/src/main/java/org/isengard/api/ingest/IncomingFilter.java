package org.isengard.api.ingest;

import org.isengard.dicom.DicomFile;
import org.osgi.annotation.versioning.ConsumerType;

/** Decides whether an instance comes in. All registered filters must accept. */
@ConsumerType
public interface IncomingFilter {
    /** {@return false to refuse; an exception other than {@link InstanceRefused} counts as acceptance and is logged} */
    boolean accept(DicomFile header, Source source);
}
