package org.isengard.dicom;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** Inflates a deflated data set (PS3.5 section A.5) within the bounds of {@link ReadOptions}. */
final class BoundedInflater extends FilterInputStream {
    private static final long RATIO_MATTERS = 64L << 20;

    private final Inflater inflater;
    private final ReadOptions options;

    private BoundedInflater(InputStream deflated, Inflater inflater, ReadOptions options) {
        super(new InflaterInputStream(deflated, inflater, 1 << 13));
        this.inflater = inflater;
        this.options = options;
    }

    static BoundedInflater of(InputStream deflated, ReadOptions options) {
        return new BoundedInflater(deflated, new Inflater(true), options);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
        int count;
        try {
            count = super.read(target, start, length);
        } catch (EOFException cutOff) {
            // The parser decides whether a data set may end here.
            return -1;
        } catch (ZipException e) {
            throw new DicomException("The deflated data set is damaged: " + e.getMessage(), e);
        }
        long inflated = inflater.getBytesWritten();
        if (inflated > options.maxInflated()
                || inflated > RATIO_MATTERS && inflated / inflater.getBytesRead() > options.maxInflateRatio()) {
            throw new DicomException(
                    "The deflated data set inflates beyond the bounds", null, inflater.getBytesRead(), null);
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] sink = new byte[(int) Math.min(count, 1 << 13)];
        int read = read(sink, 0, sink.length);
        return Math.max(read, 0);
    }

    /** Frees the native memory; what is below stays open, since its owner opened it. */
    void end() {
        inflater.end();
    }
}
