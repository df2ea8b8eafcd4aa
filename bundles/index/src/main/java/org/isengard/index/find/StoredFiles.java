package org.isengard.index.find;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;

/** The DICOM files behind the index, for tags that it does not keep. Who reads them may not be installed. */
public final class StoredFiles {
    private static final long SWAP_NANOS = 30_000_000_000L;

    private final Index index;
    private final AtomicReference<DicomFiles> files = new AtomicReference<>();
    private volatile boolean wasThere;

    public StoredFiles(Index index) {
        this.index = index;
    }

    public void set(DicomFiles service) {
        files.set(service);
        wasThere = true;
        synchronized (files) {
            files.notifyAll();
        }
    }

    /** A reader that was there comes back after a swap of its bundle: the caller waits a bounded time for it. */
    private DicomFiles present() {
        long end = System.nanoTime() + SWAP_NANOS;
        synchronized (files) {
            DicomFiles service = files.get();
            for (long left = SWAP_NANOS; service == null && wasThere && left > 0; left = end - System.nanoTime()) {
                try {
                    files.wait(left / 1_000_000 + 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return null;
                }
                service = files.get();
            }
            return service;
        }
    }

    public void unset(DicomFiles service) {
        files.compareAndSet(service, null);
    }

    /** {@return the dictionary with the private tags of the configuration, as far as it is known here} */
    public Dictionary dictionary() {
        DicomFiles service = files.get();
        return service == null ? Dictionary.standard() : service.dictionary();
    }

    /**
     * The data set of the first instance of a resource.
     *
     * @throws IsengardException UNKNOWN_RESOURCE when it is gone, SERVICE_UNAVAILABLE without a reader of files
     */
    public Attributes first(ResourceLevel level, String id) throws IOException {
        DicomFiles service = present();
        if (service == null) {
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The DICOM files cannot be read now");
        }
        if (level == ResourceLevel.INSTANCE) {
            return service.dataset(id);
        }
        List<String> first = index.findIds(FindRequest.all(ResourceLevel.INSTANCE, Set.of())
                .within(level, id)
                .page(0, 1));
        if (first.isEmpty()) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No such resource: " + id);
        }
        return service.dataset(first.get(0));
    }
}
