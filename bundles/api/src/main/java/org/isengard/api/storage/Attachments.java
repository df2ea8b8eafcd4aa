package org.isengard.api.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.isengard.api.index.Attachment;
import org.osgi.annotation.versioning.ProviderType;

/** Files in the storage area, with compression and MD5 as configured (StorageCompression, StoreMD5ForAttachments). */
@ProviderType
public interface Attachments {
    /** An attachment being written. */
    interface Upload extends Closeable {
        void write(ByteBuffer bytes) throws IOException;

        /** {@return the description of the durable file; the caller records it in the index or deletes it} */
        Attachment commit() throws IOException;
    }

    /** Starts a new file, compressed as configured. */
    Upload create(String type) throws IOException;

    /** Starts a new file with or without compression. */
    Upload create(String type, boolean compress) throws IOException;

    /**
     * Stores a file that is in memory, which is faster than part by part. On return the bytes are no longer used.
     *
     * @return the description of the durable file; the caller records it in the index or discards it
     */
    default Attachment store(String type, ByteBuffer file) throws IOException {
        try (Upload upload = create(type)) {
            upload.write(file);
            return upload.commit();
        }
    }

    /** {@return the uncompressed bytes from an offset on} */
    InputStream open(Attachment attachment, long offset) throws IOException;

    /** {@return the bytes as they are stored} */
    InputStream openStored(Attachment attachment) throws IOException;

    /** {@return the file where the uncompressed bytes are, if they are in a file of this machine} */
    Optional<Path> path(Attachment attachment);

    /** Removes a file that no index row names. */
    void discard(Attachment attachment) throws IOException;

    /** Removes the files that the index gave up. Called after deletions; also runs by itself. */
    void collectGarbage();
}
