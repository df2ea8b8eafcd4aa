package org.isengard.dicom;

import java.io.IOException;
import java.io.InputStream;

/** A value that was left in its source: where it lies, and how to get at it. */
public final class BulkData extends Element {
    /** Opens a part of what a data set was read from. */
    @FunctionalInterface
    public interface Source {
        /** The bytes from {@code offset} on; the caller reads as many as it needs, then closes. */
        InputStream open(long offset) throws IOException;
    }

    private final long offset;
    private final long length;
    private final boolean bigEndian;
    private final Source source;

    /**
     * @param offset where the value starts in the source, in bytes
     * @param bigEndian whether the source has words in big-endian order
     * @param source null if the source cannot be opened again; the value can then be located, not read
     */
    public BulkData(int tag, VR vr, long offset, long length, boolean bigEndian, Source source) {
        super(tag, vr);
        this.offset = offset;
        this.length = length;
        this.bigEndian = bigEndian;
        this.source = source;
    }

    public long offset() {
        return offset;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public boolean isEmpty() {
        return length == 0;
    }

    /** Whether the bytes in the source, and those of {@link #read}, are in big-endian order. */
    public boolean bigEndian() {
        return bigEndian;
    }

    /** A part of the value, as it is in the source. */
    public byte[] read(long start, int count) throws IOException {
        if (start < 0 || count < 0 || start > length - count) {
            throw new DicomException(
                    "Bytes " + start + " to " + (start + count) + " lie outside of a value of " + length + " bytes",
                    Tags.toString(tag()),
                    offset,
                    null);
        }
        try (InputStream in = open(start)) {
            byte[] bytes = in.readNBytes(count);
            if (bytes.length < count) {
                throw new DicomException("The source has become shorter", Tags.toString(tag()), offset, null);
            }
            return bytes;
        }
    }

    /** The value from its byte {@code start} on, as it is in the source; what follows the value may follow here too. */
    public InputStream open(long start) throws IOException {
        if (source == null) {
            throw new DicomException(
                    "This value was left in a source that cannot be read again", Tags.toString(tag()), offset, null);
        }
        return source.open(offset + start);
    }

    @Override
    Element copy() {
        return this;
    }
}
