package org.isengard.dicom.image.codec;

import java.util.Arrays;

/** Writes a JPEG or JPEG-LS stream: markers, words, and entropy-coded bits with the stuffing of either. */
final class JpegBitWriter {
    private byte[] bytes;
    private int length;
    private final boolean ls;
    private long buffer;
    private int bits;
    private boolean afterFf;

    JpegBitWriter(int size, boolean ls) {
        bytes = new byte[Math.max(256, size)];
        this.ls = ls;
    }

    void u8(int value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.addExact(length, length / 2));
        }
        bytes[length++] = (byte) value;
    }

    void u16(int value) {
        u8(value >> 8);
        u8(value);
    }

    /** A marker with the length of its segment, the two bytes of the length included; 0 for a bare marker. */
    void marker(int marker, int segmentLength) {
        u8(0xff);
        u8(marker);
        if (segmentLength > 0) {
            u16(segmentLength);
        }
    }

    /** Adds the lowest {@code n} bits of a value, 0 to 32. */
    void write(int value, int n) {
        buffer = buffer << n | value & (1L << n) - 1;
        bits += n;
        while (bits >= 8) {
            int width = ls && afterFf ? 7 : 8;
            bits -= width;
            put((int) (buffer >>> bits) & (1 << width) - 1);
        }
    }

    private void put(int b) {
        u8(b);
        if (ls) {
            afterFf = b == 0xff;
        } else if (b == 0xff) {
            u8(0);
        }
    }

    /** Ends the entropy-coded data: fills the last byte, with ones in JPEG and zeros in JPEG-LS. */
    void flush() {
        if (ls) {
            if (bits > 0) {
                int width = afterFf ? 7 : 8;
                put((int) (buffer << width - bits) & (1 << width) - 1);
            }
            if (afterFf) {
                put(0);
            }
        } else if (bits > 0) {
            put((int) (buffer << 8 - bits) & 0xff | (1 << 8 - bits) - 1);
        }
        bits = 0;
        buffer = 0;
        afterFf = false;
    }

    /** {@return what was written, padded with a zero to an even number of bytes if need be} */
    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length + (length & 1));
    }
}
