package org.isengard.index.find;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.runtime.swap.DrainTime;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.ServiceAbsentException;
import org.isengard.runtime.swap.SwapTimeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DICOM files behind the index, for tags that it does not keep. A reader of files that was there comes back after a
 * swap of its bundle, so callers wait for it; a server without the feature storage has none, and callers do not wait.
 *
 * <p>Threading: any thread; a reader that leaves waits for its calls in flight.
 */
public final class StoredFiles {
    private static final Logger LOG = LoggerFactory.getLogger(StoredFiles.class);

    private final Index index;
    private final Lease<DicomFiles> readers;
    /** Of the reader that came last, which may be away; null until the first one comes. */
    private volatile Dictionary dictionary;

    public StoredFiles(Index index, SwapTimeout timeout) {
        this.index = index;
        readers = new Lease<>("feature storage", timeout);
    }

    public void set(DicomFiles service) {
        dictionary = service.dictionary();
        readers.offer(service);
    }

    public void unset(DicomFiles service) {
        int inFlight = readers.withdraw(service, DrainTime.nanos(StoredFiles.class));
        if (inFlight > 0) {
            LOG.warn("The reader of files leaves with {} calls in flight", inFlight);
        }
    }

    /** From now on callers do not wait for a reader. */
    void close() {
        readers.end();
    }

    /** {@return the dictionary with the private tags of the configuration, as far as it is known here} */
    public Dictionary dictionary() {
        Dictionary known = dictionary;
        return known == null ? Dictionary.standard() : known;
    }

    /**
     * The data set of the first instance of a resource.
     *
     * @throws IsengardException UNKNOWN_RESOURCE when it is gone, SERVICE_UNAVAILABLE without a reader of files
     */
    public Attributes first(ResourceLevel level, String id) throws IOException {
        if (dictionary == null) {
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The server has no reader of DICOM files");
        }
        try {
            return readers.use(service -> service.dataset(instance(level, id)));
        } catch (ServiceAbsentException e) {
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, e.getMessage(), e);
        }
    }

    private String instance(ResourceLevel level, String id) {
        if (level == ResourceLevel.INSTANCE) {
            return id;
        }
        List<String> first = index.findIds(FindRequest.all(ResourceLevel.INSTANCE, Set.of())
                .within(level, id)
                .page(0, 1));
        if (first.isEmpty()) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No such resource: " + id);
        }
        return first.get(0);
    }
}
