package org.isengard.dicom.image.codec;

import java.util.Arrays;
import org.isengard.dicom.image.ImageException;

/** A Huffman table of JPEG (ITU-T T.81 annexes C, F.2.2.3, K.2). */
final class HuffmanTable {
    private static final int FAST = 10;

    private final int[] counts;
    private final int[] values;
    /** By the next bits: length << 8 | value; 0 for longer codes. */
    private final short[] fast = new short[1 << FAST];

    private final int[] maxCode = new int[18];
    private final int[] offset = new int[17];
    private final int[] codes = new int[256];
    private final int[] lengths = new int[256];

    /**
     * Makes the table.
     *
     * @param counts number of codes of length 1 to 16, at index 0 to 15
     */
    HuffmanTable(int[] counts, int[] values) throws ImageException {
        this.counts = counts.clone();
        this.values = values.clone();
        int code = 0;
        int k = 0;
        for (int length = 1; length <= 16; length++) {
            offset[length] = k - code;
            for (int i = 0; i < counts[length - 1]; i++, code++, k++) {
                if (k >= values.length || code >= 1 << length) {
                    throw ImageException.bad("Bad Huffman table");
                }
                codes[values[k]] = code;
                lengths[values[k]] = length;
                if (length <= FAST) {
                    int from = code << FAST - length;
                    Arrays.fill(fast, from, from + (1 << FAST - length), (short) (length << 8 | values[k]));
                }
            }
            maxCode[length] = counts[length - 1] > 0 ? code : 0;
            code <<= 1;
        }
    }

    /** Reads all tables of a DHT segment into a place for each class (0 DC, 1 AC) and number. */
    static void read(JpegSegments segment, HuffmanTable[][] tables) throws ImageException {
        int at = 0;
        while (at < segment.length()) {
            int head = segment.u8(at++);
            int[] counts = new int[16];
            int total = 0;
            for (int i = 0; i < 16; i++) {
                counts[i] = segment.u8(at++);
                total += counts[i];
            }
            if (head >> 4 > 1 || (head & 15) > 3 || total > 256) {
                throw ImageException.bad("Bad Huffman table");
            }
            int[] values = new int[total];
            for (int i = 0; i < total; i++) {
                values[i] = segment.u8(at++);
            }
            tables[head >> 4][head & 15] = new HuffmanTable(counts, values);
        }
    }

    int decode(JpegBitReader in) throws ImageException {
        int bits = in.peek(16);
        int entry = fast[bits >> 16 - FAST];
        if (entry != 0) {
            in.skip(entry >> 8);
            return entry & 0xff;
        }
        for (int length = FAST + 1; length <= 16; length++) {
            int code = bits >> 16 - length;
            if (code < maxCode[length]) {
                in.skip(length);
                return values[code + offset[length]];
            }
        }
        throw ImageException.bad("A code that is not in the Huffman table");
    }

    void encode(JpegBitWriter out, int value) {
        out.write(codes[value], lengths[value]);
    }

    /** Writes the payload of a DHT segment for this table. */
    void write(JpegBitWriter out, int tableClass, int number) {
        out.u8(tableClass << 4 | number);
        for (int count : counts) {
            out.u8(count);
        }
        for (int value : values) {
            out.u8(value);
        }
    }

    int payload() {
        return 17 + values.length;
    }

    /** {@return the best table for how often each value occurs (T.81 section K.2)} */
    static HuffmanTable optimal(int[] frequencies) throws ImageException {
        long[] freq = new long[257];
        int[] size = new int[257];
        int[] next = new int[257];
        Arrays.fill(next, -1);
        for (int i = 0; i < frequencies.length; i++) {
            freq[i] = frequencies[i];
        }
        // One code is reserved, so that none is all ones.
        freq[256] = 1;
        while (true) {
            int a = least(freq, -1);
            int b = least(freq, a);
            if (b < 0) {
                break;
            }
            freq[a] += freq[b];
            freq[b] = 0;
            lengthen(size, next, a, b);
        }
        int[] counts = new int[258];
        for (int s : size) {
            counts[s]++;
        }
        counts[0] = 0;
        for (int i = 257; i > 16; i--) {
            while (counts[i] > 0) {
                int j = i - 2;
                while (counts[j] == 0) {
                    j--;
                }
                counts[i] -= 2;
                counts[i - 1]++;
                counts[j + 1] += 2;
                counts[j]--;
            }
        }
        int longest = 16;
        while (longest > 0 && counts[longest] == 0) {
            longest--;
        }
        counts[longest]--;
        int[] values = new int[256];
        int n = 0;
        for (int s = 1; s <= 256; s++) {
            for (int v = 0; v < 256; v++) {
                if (size[v] == s) {
                    values[n++] = v;
                }
            }
        }
        return new HuffmanTable(Arrays.copyOfRange(counts, 1, 17), Arrays.copyOf(values, n));
    }

    private static int least(long[] freq, int except) {
        int found = -1;
        for (int i = 0; i < freq.length; i++) {
            if (freq[i] > 0 && i != except && (found < 0 || freq[i] <= freq[found])) {
                found = i;
            }
        }
        return found;
    }

    private static void lengthen(int[] size, int[] next, int a, int b) {
        int i = a;
        size[i]++;
        while (next[i] >= 0) {
            i = next[i];
            size[i]++;
        }
        next[i] = b;
        i = b;
        size[i]++;
        while (next[i] >= 0) {
            i = next[i];
            size[i]++;
        }
    }
}
