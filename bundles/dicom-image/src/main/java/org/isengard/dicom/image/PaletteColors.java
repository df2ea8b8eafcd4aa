package org.isengard.dicom.image;

import java.util.Arrays;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;

/** The red, green and blue lookup tables of PALETTE COLOR images (PS3.3 sections C.7.6.3.1.5, C.7.6.3.1.6, C.7.9). */
final class PaletteColors {
    private static final int MAX_ENTRIES = 65536;

    /**
     * One table.
     *
     * @param first the pixel value that has the first entry
     * @param bits of the entries, 8 or 16
     */
    private record Table(int first, int bits, short[] entries) {
        /** {@return the entry of a pixel value, brought to 8 bits} */
        byte at(int value) {
            int v = entries[Math.max(0, Math.min(value - first, entries.length - 1))] & 0xffff;
            return (byte) (bits == 16 ? v >> 8 : v);
        }
    }

    private final Table[] tables;
    private final boolean packed;

    private PaletteColors(Table[] tables, boolean packed) {
        this.tables = tables;
        this.packed = packed;
    }

    static PaletteColors of(Attributes dataset) throws ImageException {
        int[] descriptors = {
            Tag.RedPaletteColorLookupTableDescriptor,
            Tag.GreenPaletteColorLookupTableDescriptor,
            Tag.BluePaletteColorLookupTableDescriptor
        };
        int[] data = {
            Tag.RedPaletteColorLookupTableData,
            Tag.GreenPaletteColorLookupTableData,
            Tag.BluePaletteColorLookupTableData
        };
        int[] segmented = {
            Tag.SegmentedRedPaletteColorLookupTableData,
            Tag.SegmentedGreenPaletteColorLookupTableData,
            Tag.SegmentedBluePaletteColorLookupTableData
        };
        Table[] tables = new Table[3];
        boolean packed = false;
        for (int c = 0; c < 3; c++) {
            int[] descriptor = dataset.getInts(descriptors[c]);
            if (descriptor == null || descriptor.length < 3) {
                throw ImageException.bad("No palette");
            }
            int count = (descriptor[0] & 0xffff) == 0 ? MAX_ENTRIES : descriptor[0] & 0xffff;
            int first =
                    dataset.getInt(Tag.PixelRepresentation, 0) == 1 ? (short) descriptor[1] : descriptor[1] & 0xffff;
            int entryBits = descriptor[2] & 0xffff;
            if (entryBits != 8 && entryBits != 16) {
                throw ImageException.bad("A palette of " + entryBits + " bits");
            }
            byte[] bytes = dataset.getBytes(data[c]);
            short[] entries;
            if (bytes != null) {
                // Tables of 8 bits come packed or, often, with a word for each entry.
                boolean words = bytes.length >= 2 * count;
                packed |= !words;
                entries = words ? words(bytes, count) : packed(bytes, count);
            } else {
                bytes = dataset.getBytes(segmented[c]);
                if (bytes == null) {
                    throw ImageException.bad("The palette has no data");
                }
                packed |= entryBits == 8;
                entries = expand(entryBits == 16 ? words(bytes, bytes.length / 2) : packed(bytes, bytes.length), count);
            }
            tables[c] = new Table(first, entryBits, entries);
        }
        return new PaletteColors(tables, packed);
    }

    /** {@return whether a table has one byte for each entry} */
    boolean isPacked() {
        return packed;
    }

    private static short[] words(byte[] bytes, int count) {
        short[] entries = new short[count];
        for (int i = 0; i < count; i++) {
            entries[i] = (short) (bytes[2 * i] & 0xff | bytes[2 * i + 1] << 8);
        }
        return entries;
    }

    private static short[] packed(byte[] bytes, int count) {
        short[] entries = new short[count];
        for (int i = 0; i < Math.min(count, bytes.length); i++) {
            entries[i] = (short) (bytes[i] & 0xff);
        }
        return entries;
    }

    /** Expands segments: 0 discrete, 1 linear, 2 indirect (PS3.3 section C.7.9.2). */
    static short[] expand(short[] in, int count) throws ImageException {
        short[] out = new short[count];
        int[] at = {0};
        int i = 0;
        while (i + 1 < in.length && at[0] < count) {
            int op = in[i] & 0xffff;
            int length = in[i + 1] & 0xffff;
            if (op == 2) {
                if (i + 3 >= in.length) {
                    throw ImageException.bad("Truncated indirect palette segment");
                }
                long from = in[i + 2] & 0xffffL | (in[i + 3] & 0xffffL) << 16;
                // The offset is in bytes from the start of the table.
                int start = (int) Math.min(in.length, from / 2);
                for (int n = 0; n < length && at[0] < count; n++) {
                    start = segment(in, start, out, at);
                }
                i += 4;
            } else {
                i = segment(in, i, out, at);
            }
        }
        Arrays.fill(out, at[0], count, at[0] == 0 ? 0 : out[at[0] - 1]);
        return out;
    }

    private static int segment(short[] in, int i, short[] out, int[] at) throws ImageException {
        int op = i + 1 < in.length ? in[i] & 0xffff : -1;
        int length = op < 0 ? 0 : in[i + 1] & 0xffff;
        int data = op == 0 ? length : 1;
        if (op != 0 && op != 1 || i + 2 + data > in.length || op == 1 && at[0] == 0) {
            throw ImageException.bad("Bad palette segment at word " + i);
        }
        int n = Math.min(length, out.length - at[0]);
        if (op == 0) {
            System.arraycopy(in, i + 2, out, at[0], n);
        } else {
            int from = out[at[0] - 1] & 0xffff;
            int to = in[i + 2] & 0xffff;
            for (int k = 1; k <= n; k++) {
                out[at[0] + k - 1] = (short) Math.round(from + (to - from) * (double) k / length);
            }
        }
        at[0] += n;
        return i + 2 + data;
    }

    Frame toRgb(Frame frame) {
        int n = frame.samples();
        byte[] rgb = new byte[Math.multiplyExact(n, 3)];
        if (frame.type() == SampleType.UINT8) {
            byte[] map = new byte[256 * 3];
            for (int v = 0; v < 256; v++) {
                for (int c = 0; c < 3; c++) {
                    map[3 * v + c] = tables[c].at(v);
                }
            }
            byte[] in = frame.bytes();
            for (int i = 0, k = 0; i < n; i++) {
                int m = 3 * (in[i] & 0xff);
                rgb[k++] = map[m];
                rgb[k++] = map[m + 1];
                rgb[k++] = map[m + 2];
            }
        } else {
            for (int i = 0, k = 0; i < n; i++) {
                int v = (int) frame.value(i);
                rgb[k++] = tables[0].at(v);
                rgb[k++] = tables[1].at(v);
                rgb[k++] = tables[2].at(v);
            }
        }
        return Frame.rgb8(frame.columns(), frame.rows(), rgb);
    }
}
