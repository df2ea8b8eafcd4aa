package org.isengard.dicom.image;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A stream for readers that take its end for data: soon after the end, or when far more was read than there is, it
 * throws.
 */
final class BoundedInput extends MemoryCacheImageInputStream {
    private static final int BEYOND = 4096;
    private static final int TIMES = 64;

    private final long budget;
    private int beyond;
    private long used;

    BoundedInput(byte[] bytes, int start) {
        super(new ByteArrayInputStream(bytes, start, bytes.length - start));
        budget = (long) (bytes.length - start) * TIMES + (1 << 20);
    }

    @Override
    public int read() throws IOException {
        return account(super.read(), 1);
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        return account(super.read(b, off, len), Math.max(1, len));
    }

    private int account(int result, int asked) throws EOFException {
        used += asked;
        if (result < 0 && ++beyond > BEYOND || used > budget) {
            throw new EOFException("The stream ends too early");
        }
        return result;
    }
}
