package org.isengard.ingest;

import java.io.FilterInputStream;
import java.io.IOException;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/**
 * An entry of an archive, which may not grow far beyond what it takes there. Deflate reaches 1,032 to 1 at most, so only
 * a bound below that is one; empty masks reach it too, but are not that large.
 */
final class BoundedEntry extends FilterInputStream {
    /** From here on, in bytes, the ratio counts. */
    private static final long FREE = 1L << 30;

    private static final long MAX_RATIO = 250;

    private final ZipArchiveInputStream zip;
    private final long free;
    private long count;

    BoundedEntry(ZipArchiveInputStream zip) {
        this(zip, FREE);
    }

    BoundedEntry(ZipArchiveInputStream zip, long free) {
        super(zip);
        this.zip = zip;
        this.free = free;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n;
        try {
            n = zip.read(bytes, offset, length);
        } catch (IOException e) {
            throw badArchive(e);
        }
        count += Math.max(0, n);
        if (count > free && count / Math.max(1, zip.getCompressedCount()) > MAX_RATIO) {
            throw new IsengardException(
                    ErrorCode.BAD_REQUEST,
                    "An entry of the archive grows to more than " + MAX_RATIO + " times what it takes there");
        }
        return n;
    }

    /** A failure to read the archive is the sender's fault; a failure to write is not. */
    static IsengardException badArchive(IOException e) {
        return new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Bad ZIP archive: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        // The archive goes on with its next entry.
    }
}
