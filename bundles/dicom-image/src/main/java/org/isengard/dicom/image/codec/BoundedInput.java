package org.isengard.dicom.image.codec;

import java.util.Objects;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A byte array as a stream for readers that take its end for data: some way behind the end, or when far more was read
 * than there is, it throws.
 */
final class BoundedInput extends ImageInputStreamImpl {
    private static final int BEYOND = 4096;
    private static final int TIMES = 64;

    private final byte[] bytes;
    private final int start;
    private final int length;
    private final long budget;
    private int beyond;
    private long used;

    BoundedInput(byte[] bytes, int start) {
        this.bytes = bytes;
        this.start = start;
        length = bytes.length - start;
        budget = (long) length * TIMES + (1 << 20);
    }

    @Override
    public int read() {
        bitOffset = 0;
        if (streamPos >= length) {
            return end();
        }
        account(1);
        return bytes[start + (int) streamPos++] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) {
        Objects.checkFromIndexSize(off, len, b.length);
        bitOffset = 0;
        if (len == 0) {
            return 0;
        }
        if (streamPos >= length) {
            return end();
        }
        int n = (int) Math.min(len, length - streamPos);
        System.arraycopy(bytes, start + (int) streamPos, b, off, n);
        streamPos += n;
        account(n);
        return n;
    }

    private int end() {
        if (++beyond > BEYOND) {
            throw new IllegalStateException("The stream ends too early");
        }
        return -1;
    }

    private void account(int n) {
        used += n;
        if (used > budget) {
            throw new IllegalStateException("The stream is read over and over");
        }
    }

    @Override
    public long length() {
        return length;
    }
}
