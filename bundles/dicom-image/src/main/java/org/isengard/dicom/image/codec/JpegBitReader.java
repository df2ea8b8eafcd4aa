package org.isengard.dicom.image.codec;

import org.isengard.dicom.image.ImageException;

/**
 * Reads the bits of entropy-coded data. Stops in front of markers; behind the end come zeros, and {@link #overrun} tells
 * that some of them were used.
 */
final class JpegBitReader {
    private final byte[] data;
    private final boolean ls;
    private int at;
    /** The next bits, left-aligned, zeros behind them. */
    private long buffer;

    private int bits;
    private int padding;
    private boolean afterFf;

    /** @param ls whether a byte after 0xFF has seven bits (JPEG-LS, T.87 annex C) rather than being stuffed (T.81) */
    JpegBitReader(byte[] data, int start, boolean ls) {
        this.data = data;
        this.at = start;
        this.ls = ls;
    }

    private void fill() {
        while (bits <= 56) {
            if (at >= data.length) {
                bits += 8;
                padding += 8;
                continue;
            }
            int b = data[at] & 0xff;
            int width = 8;
            if (ls) {
                if (afterFf) {
                    if (b >= 0x80) {
                        bits += 8;
                        padding += 8;
                        continue;
                    }
                    width = 7;
                } else if (b == 0xff && at + 1 < data.length && (data[at + 1] & 0x80) != 0) {
                    bits += 8;
                    padding += 8;
                    continue;
                }
                afterFf = b == 0xff;
                at++;
            } else if (b == 0xff) {
                if (at + 1 < data.length && data[at + 1] != 0) {
                    bits += 8;
                    padding += 8;
                    continue;
                }
                at += 2;
            } else {
                at++;
            }
            buffer |= (long) b << 64 - width - bits;
            bits += width;
        }
    }

    /** {@return the next {@code n} bits, 1 to 32, without taking them} */
    int peek(int n) {
        if (bits < n) {
            fill();
        }
        return (int) (buffer >>> 64 - n);
    }

    /** Takes bits that were seen by {@link #peek}. */
    void skip(int n) {
        buffer <<= n;
        bits -= n;
    }

    /** {@return the next {@code n} bits, 0 to 32} */
    int read(int n) {
        if (n == 0) {
            return 0;
        }
        int v = peek(n);
        skip(n);
        return v;
    }

    /** {@return the number of zeros in front of the next one, which is taken too; at most {@code limit}, then nothing more} */
    int zeros(int limit) {
        int count = 0;
        while (true) {
            if (bits < 32) {
                fill();
            }
            int n = Math.min(Long.numberOfLeadingZeros(buffer), bits);
            if (count + n >= limit) {
                skip(limit - count);
                return limit;
            }
            if (n < bits) {
                skip(n + 1);
                return count + n;
            }
            skip(n);
            count += n;
        }
    }

    /** Whether more bits were taken than there are. */
    boolean overrun() {
        return padding > bits;
    }

    /** {@return the position of the next marker, or the end of the data} */
    int nextMarker() {
        int i = Math.min(at, data.length);
        while (i + 1 < data.length) {
            if (data[i] == (byte) 0xff && (ls ? data[i + 1] < 0 : data[i + 1] != 0)) {
                return i;
            }
            i++;
        }
        return data.length;
    }

    /** Goes on behind a restart marker. */
    void restart() throws ImageException {
        int marker = nextMarker();
        if (marker + 1 >= data.length || (data[marker + 1] & 0xf8) != 0xd0) {
            throw ImageException.bad("A restart marker of the JPEG stream is missing");
        }
        at = marker + 2;
        buffer = 0;
        bits = 0;
        padding = 0;
        afterFf = false;
    }
}
