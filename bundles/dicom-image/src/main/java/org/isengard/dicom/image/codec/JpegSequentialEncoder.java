package org.isengard.dicom.image.codec;

import java.util.Set;
import org.isengard.dicom.UID;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameEncoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.Photometric;

/** Sequential JPEG of 8 or 12 bits (ITU-T T.81 process 4), gray or full colour resolution, best Huffman tables. */
final class JpegSequentialEncoder implements FrameEncoder {
    /** The tables of T.81 annex K.1, in natural order. */
    private static final int[] LUMINANCE = {
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
        51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
        120, 101, 72, 92, 95, 98, 112, 100, 103, 99
    };

    /** Version 1.1, square pixels, no thumbnail (ITU-T T.871 section 10.1). */
    private static final byte[] JFIF = {'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};

    @Override
    public Set<String> transferSyntaxes() {
        return Set.of(UID.JPEGBaseline8Bit, UID.JPEGExtended12Bit);
    }

    @Override
    public Photometric accepts(ImageDescription d, String transferSyntax) throws ImageException {
        int most = UID.JPEGBaseline8Bit.equals(transferSyntax) ? 8 : 12;
        if (d.bitsStored() > most || d.bitsAllocated() == 1 || d.floating() || d.signed()) {
            throw ImageException.unsupported(
                    "Lossy JPEG of " + (d.signed() ? "signed " : "") + d.bitsStored() + " bits");
        }
        if (d.photometric() == Photometric.PALETTE_COLOR) {
            throw ImageException.unsupported("Lossy JPEG of palette indices");
        }
        return d.samplesPerPixel() == 1 ? d.photometric() : Photometric.YBR_FULL;
    }

    @Override
    public byte[] encode(Frame frame, String transferSyntax, int quality) throws ImageException {
        int precision = frame.bitsStored() > 8 ? 12 : 8;
        int[] table = quantization(quality);
        int[][] blocks = blocks(frame, precision, table);
        int spp = frame.samplesPerPixel();
        int[] dcFrequencies = new int[17];
        int[] acFrequencies = new int[256];
        code(blocks, spp, (value, size) -> dcFrequencies[size]++, (symbol, value, size) -> acFrequencies[symbol]++);
        HuffmanTable dc = HuffmanTable.optimal(dcFrequencies);
        HuffmanTable ac = HuffmanTable.optimal(acFrequencies);
        JpegBitWriter out = new JpegBitWriter(frame.samples() / 4, false);
        out.marker(JpegSegments.SOI, 0);
        out.marker(JpegSegments.APP0, 2 + JFIF.length);
        for (byte b : JFIF) {
            out.u8(b);
        }
        out.marker(JpegSegments.DQT, 67);
        out.u8(0);
        for (int i = 0; i < 64; i++) {
            out.u8(table[Dct.ZIGZAG[i]]);
        }
        out.marker(precision == 8 ? 0xc0 : 0xc1, 8 + 3 * spp);
        out.u8(precision);
        out.u16(frame.rows());
        out.u16(frame.columns());
        out.u8(spp);
        for (int c = 1; c <= spp; c++) {
            out.u8(c);
            out.u8(0x11);
            out.u8(0);
        }
        out.marker(JpegSegments.DHT, 2 + dc.payload());
        dc.write(out, 0, 0);
        out.marker(JpegSegments.DHT, 2 + ac.payload());
        ac.write(out, 1, 0);
        out.marker(JpegSegments.SOS, 6 + 2 * spp);
        out.u8(spp);
        for (int c = 1; c <= spp; c++) {
            out.u8(c);
            out.u8(0);
        }
        out.u8(0);
        out.u8(63);
        out.u8(0);
        code(
                blocks,
                spp,
                (value, size) -> {
                    dc.encode(out, size);
                    out.write(value < 0 ? value - 1 : value, size);
                },
                (symbol, value, size) -> {
                    ac.encode(out, symbol);
                    out.write(value < 0 ? value - 1 : value, size);
                });
        out.flush();
        out.marker(JpegSegments.EOI, 0);
        return out.toByteArray();
    }

    /** Scaled as the JPEG group's library made usual: 50 is the table of the standard, 100 is all ones. */
    private static int[] quantization(int quality) {
        int q = Math.max(1, Math.min(100, quality));
        int scale = q < 50 ? 5000 / q : 200 - 2 * q;
        int[] table = new int[64];
        for (int i = 0; i < 64; i++) {
            table[i] = Math.max(1, Math.min(255, (LUMINANCE[i] * scale + 50) / 100));
        }
        return table;
    }

    /** {@return quantized blocks in the order of the scan, coefficients in zigzag order} */
    private static int[][] blocks(Frame frame, int precision, int[] table) throws ImageException {
        int[] samples = JpegLosslessEncoder.samples(frame);
        int spp = frame.samplesPerPixel();
        int across = (frame.columns() + 7) / 8;
        int down = (frame.rows() + 7) / 8;
        int[][] blocks = new int[Math.multiplyExact(across * down, spp)][];
        float[] block = new float[64];
        int middle = 1 << precision - 1;
        int n = 0;
        for (int by = 0; by < down; by++) {
            for (int bx = 0; bx < across; bx++) {
                for (int c = 0; c < spp; c++) {
                    for (int i = 0; i < 64; i++) {
                        // Beyond the edges its last pixels are repeated.
                        int y = Math.min(by * 8 + i / 8, frame.rows() - 1);
                        int x = Math.min(bx * 8 + i % 8, frame.columns() - 1);
                        block[i] = samples[(y * frame.columns() + x) * spp + c] - middle;
                    }
                    Dct.forward(block);
                    int[] quantized = new int[64];
                    for (int i = 0; i < 64; i++) {
                        int natural = Dct.ZIGZAG[i];
                        // Halves go away from 0 whatever the sign, as in the JPEG group's library.
                        int eighths = Math.round(8 * block[natural]);
                        int rounded = (Math.abs(eighths) + 4 * table[natural]) / (8 * table[natural]);
                        quantized[i] = eighths < 0 ? -rounded : rounded;
                    }
                    blocks[n++] = quantized;
                }
            }
        }
        return blocks;
    }

    /** Takes the difference of a DC coefficient to the one before. */
    @FunctionalInterface
    private interface DcSink {
        void put(int value, int size);
    }

    /** Takes an AC symbol (T.81 section F.1.2.2) with the bits that follow it. */
    @FunctionalInterface
    private interface AcSink {
        void put(int symbol, int value, int size);
    }

    private static void code(int[][] blocks, int spp, DcSink dc, AcSink ac) {
        int[] before = new int[spp];
        for (int n = 0; n < blocks.length; n++) {
            int[] block = blocks[n];
            int difference = block[0] - before[n % spp];
            before[n % spp] = block[0];
            dc.put(difference, size(difference));
            int zeros = 0;
            for (int k = 1; k < 64; k++) {
                int value = block[k];
                if (value == 0) {
                    zeros++;
                    continue;
                }
                for (; zeros > 15; zeros -= 16) {
                    ac.put(0xf0, 0, 0);
                }
                int size = size(value);
                ac.put(zeros << 4 | size, value, size);
                zeros = 0;
            }
            if (zeros > 0) {
                ac.put(0, 0, 0);
            }
        }
    }

    private static int size(int value) {
        return 32 - Integer.numberOfLeadingZeros(Math.abs(value));
    }
}
