package org.isengard.dicom;

/** Numbers in little-endian bytes. */
final class Bytes {
    private Bytes() {}

    static int int16(byte[] b, int i) {
        return b[i] & 0xff | (b[i + 1] & 0xff) << 8;
    }

    static int int32(byte[] b, int i) {
        return b[i] & 0xff | (b[i + 1] & 0xff) << 8 | (b[i + 2] & 0xff) << 16 | b[i + 3] << 24;
    }

    static long int64(byte[] b, int i) {
        return int32(b, i) & 0xffffffffL | (long) int32(b, i + 4) << 32;
    }

    static void put16(byte[] b, int i, int v) {
        b[i] = (byte) v;
        b[i + 1] = (byte) (v >> 8);
    }

    static void put32(byte[] b, int i, int v) {
        put16(b, i, v);
        put16(b, i + 2, v >> 16);
    }

    static void put64(byte[] b, int i, long v) {
        put32(b, i, (int) v);
        put32(b, i + 4, (int) (v >> 32));
    }

    /** Turns the byte order of words of {@code unit} bytes around, in place; a rest shorter than a word stays. */
    static void swap(byte[] b, int start, int length, int unit) {
        if (unit < 2) {
            return;
        }
        for (int word = start; word + unit <= start + length; word += unit) {
            for (int i = word, j = word + unit - 1; i < j; i++, j--) {
                byte swapped = b[i];
                b[i] = b[j];
                b[j] = swapped;
            }
        }
    }
}
