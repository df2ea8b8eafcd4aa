package org.isengard.api.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;

/** Keeps files by UUID. Several may be there; the one of highest service ranking is used. */
@ConsumerType
public interface StorageArea {
    /** A file being written; closing it without {@link #commit} removes it. */
    interface Incoming extends Closeable {
        void write(ByteBuffer bytes) throws IOException;

        /** Makes it durable and visible. */
        void commit() throws IOException;
    }

    Incoming create(String uuid) throws IOException;

    /**
     * Opens a file for reading.
     *
     * @param offset first byte
     * @throws java.nio.file.NoSuchFileException when there is none
     */
    InputStream open(String uuid, long offset) throws IOException;

    long size(String uuid) throws IOException;

    /** {@return the file where the bytes are, if they are in a file of this machine} */
    Optional<Path> path(String uuid);

    /** Removes a file; one that is not there is no error. */
    void delete(String uuid) throws IOException;

    /** {@return the names of all files, to be closed} */
    Stream<String> list() throws IOException;
}
