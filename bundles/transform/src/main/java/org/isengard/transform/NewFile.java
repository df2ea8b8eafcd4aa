package org.isengard.transform;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file just made, which is sent or brought in: in memory, or if it is large in a temporary file. */
public final class NewFile implements Closeable {
    /** Writes the bytes of a file. */
    @FunctionalInterface
    interface Content {
        void write(OutputStream out) throws IOException;
    }

    /** Bytes that can be read without another copy. */
    private static final class Bytes extends ByteArrayOutputStream {
        Bytes(int size) {
            super(size);
        }

        InputStream open() {
            return new ByteArrayInputStream(buf, 0, count);
        }
    }

    private final Bytes bytes;
    private final Path path;
    private final long size;

    private NewFile(Bytes bytes, Path path, long size) {
        this.bytes = bytes;
        this.path = path;
        this.size = size;
    }

    /** @param capacity in bytes of the memory to begin with; negative for a temporary file */
    static NewFile write(int capacity, Content content) throws IOException {
        if (capacity >= 0) {
            Bytes bytes = new Bytes(capacity);
            content.write(bytes);
            return new NewFile(bytes, null, bytes.size());
        }
        Path path = Files.createTempFile("isengard", ".dcm");
        boolean written = false;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16)) {
            content.write(out);
            written = true;
        } finally {
            if (!written) {
                Files.deleteIfExists(path);
            }
        }
        return new NewFile(null, path, Files.size(path));
    }

    public long size() {
        return size;
    }

    public InputStream open() throws IOException {
        return path == null ? bytes.open() : Files.newInputStream(path);
    }

    public void writeTo(OutputStream out) throws IOException {
        if (path == null) {
            bytes.writeTo(out);
        } else {
            Files.copy(path, out);
        }
    }

    @Override
    public void close() throws IOException {
        if (path != null) {
            Files.deleteIfExists(path);
        }
    }
}
