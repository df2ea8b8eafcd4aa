package org.isengard.dicom;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;

/** Bytes with look-ahead: a whole array, or a stream read in blocks which the values of the data set then share. */
final class DicomInput {
    private static final int BLOCK = 1 << 14;
    private static final int STEP = 1 << 20;

    private final InputStream in;
    private long base;
    byte[] buffer;
    int position;
    int limit;

    DicomInput(byte[] bytes, int start, int length) {
        in = null;
        buffer = bytes;
        position = start;
        limit = start + length;
        base = -start;
    }

    DicomInput(InputStream in) {
        this.in = in;
        buffer = new byte[BLOCK];
    }

    /** The offset of the next byte from the beginning of the input. */
    long offset() {
        return base + position;
    }

    /** Whether so many bytes are left; they are then in the buffer, from {@link #position} on. */
    boolean has(int count) throws IOException {
        return limit - position >= count || fill(count);
    }

    private boolean fill(int count) throws IOException {
        if (in == null) {
            return false;
        }
        if (buffer.length - position < count) {
            // Values may point into the old block, so it is left alone.
            byte[] next = new byte[Math.max(BLOCK, count)];
            System.arraycopy(buffer, position, next, 0, limit - position);
            base += position;
            limit -= position;
            position = 0;
            buffer = next;
        }
        while (limit - position < count) {
            int read = in.read(buffer, limit, buffer.length - limit);
            if (read < 0) {
                return false;
            }
            limit += read;
        }
        return true;
    }

    /** Whether an array of this many bytes is known to be shorter than {@code count} from here on. */
    boolean lacks(long count) throws IOException {
        return count <= BLOCK ? !has((int) count) : in == null && limit - position < count;
    }

    /** A value of up to {@code length} bytes, less where the input ends; grown as bytes come, never by the length alone. */
    Value value(int tag, VR vr, int length) throws IOException {
        if (length <= BLOCK ? has(length) : limit - position >= length) {
            var value = new Value(tag, vr, buffer, position, length);
            position += length;
            return value;
        }
        byte[] bytes = new byte[Math.min(length, Math.max(STEP, limit - position))];
        int filled = Math.min(length, limit - position);
        System.arraycopy(buffer, position, bytes, 0, filled);
        position += filled;
        while (in != null && filled < length) {
            if (filled == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * filled));
            }
            int read = in.read(bytes, filled, bytes.length - filled);
            if (read < 0) {
                break;
            }
            filled += read;
            base += read;
        }
        return new Value(tag, vr, filled == bytes.length ? bytes : Arrays.copyOf(bytes, filled), 0, filled);
    }

    /** Passes over up to {@code count} bytes; returns how many there were. */
    long skip(long count) throws IOException {
        int held = (int) Math.min(count, limit - position);
        position += held;
        long skipped = held;
        while (in != null && skipped < count) {
            // The last byte is read: streams of files let one skip beyond their end.
            long step = in.skip(count - skipped - 1);
            if (step <= 0) {
                if (in.read() < 0) {
                    break;
                }
                step = 1;
            }
            skipped += step;
            base += step;
        }
        return skipped;
    }

    /** The rest of the input as a stream. */
    InputStream rest() {
        var held = new ByteArrayInputStream(buffer, position, limit - position);
        return in == null ? held : new SequenceInputStream(held, in);
    }
}
