package org.isengard.api.ingest;

import java.io.IOException;
import java.io.InputStream;
import org.isengard.api.index.StoreStatus;
import org.isengard.dicom.orthanc.ResourceIds;
import org.osgi.annotation.versioning.ProviderType;

/** Receives instances: parse, filter, store, index, tell. Returns only when the instance is durable. */
@ProviderType
public interface Ingest {
    /** What became of one instance. */
    record Outcome(StoreStatus status, ResourceIds ids) {}

    /**
     * Receives one DICOM file.
     *
     * @param file a whole DICOM file (PS3.10), streamed
     * @throws org.isengard.api.IsengardException BAD_FILE_FORMAT, INEXISTENT_TAG, FULL_STORAGE
     */
    Outcome receive(InputStream file, Source source) throws IOException;

    /** The same, with another answer to "is it there already?" than the configuration's. */
    Outcome receive(InputStream file, Source source, Options options) throws IOException;
}
