package org.isengard.dicom.image.codec;

import java.util.Set;
import org.isengard.dicom.UID;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameEncoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.Photometric;

/** JPEG Lossless (ITU-T T.81 annex H), one scan, with the Huffman tables that suit each frame best. */
final class JpegLosslessEncoder implements FrameEncoder {
    @Override
    public Set<String> transferSyntaxes() {
        return Set.of(UID.JPEGLossless, UID.JPEGLosslessSV1);
    }

    @Override
    public Photometric accepts(ImageDescription d, String transferSyntax) throws ImageException {
        if (d.floating() || d.bitsAllocated() != 8 && d.bitsAllocated() != 16) {
            throw ImageException.unsupported("Lossless JPEG of " + d.bitsAllocated() + " bits");
        }
        return d.isSubsampled() ? Photometric.YBR_FULL : d.photometric();
    }

    @Override
    public byte[] encode(Frame frame, String transferSyntax, int quality) throws ImageException {
        int predictor = UID.JPEGLosslessSV1.equals(transferSyntax) ? 1 : 6;
        int spp = frame.samplesPerPixel();
        // All bits of the container, as DCMTK does: negative samples need them, and the others cost nothing.
        int precision = frame.type().bytes() * 8;
        short[] differences = differences(samples(frame), frame, predictor, 1 << precision - 1);
        int[] frequencies = new int[17];
        for (short difference : differences) {
            frequencies[size(difference)]++;
        }
        HuffmanTable table = HuffmanTable.optimal(frequencies);
        JpegBitWriter out = new JpegBitWriter(frame.samples() + 1024, false);
        out.marker(JpegSegments.SOI, 0);
        if (spp == 1) {
            // JFIF 1.01 without a pixel size; for colours it would mean YCbCr.
            out.marker(0xe0, 16);
            for (int b : new int[] {'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0}) {
                out.u8(b);
            }
        }
        out.marker(0xc3, 8 + 3 * spp);
        out.u8(precision);
        out.u16(frame.rows());
        out.u16(frame.columns());
        out.u8(spp);
        for (int c = 1; c <= spp; c++) {
            out.u8(c);
            out.u8(0x11);
            out.u8(0);
        }
        out.marker(JpegSegments.DHT, 2 + table.payload());
        table.write(out, 0, 0);
        out.marker(JpegSegments.SOS, 6 + 2 * spp);
        out.u8(spp);
        for (int c = 1; c <= spp; c++) {
            out.u8(c);
            out.u8(0);
        }
        out.u8(predictor);
        out.u8(0);
        out.u8(0);
        for (short difference : differences) {
            int size = size(difference);
            table.encode(out, size);
            if (size > 0 && size < 16) {
                out.write(difference < 0 ? difference - 1 : difference, size);
            }
        }
        out.flush();
        out.marker(JpegSegments.EOI, 0);
        return out.toByteArray();
    }

    /** {@return the samples as they are coded, unsigned} */
    static int[] samples(Frame frame) throws ImageException {
        int[] samples = new int[frame.samples()];
        if (frame.data() instanceof byte[] bytes) {
            for (int i = 0; i < samples.length; i++) {
                samples[i] = bytes[i] & 0xff;
            }
        } else if (frame.data() instanceof short[] shorts) {
            for (int i = 0; i < samples.length; i++) {
                samples[i] = shorts[i] & 0xffff;
            }
        } else {
            throw ImageException.unsupported("More than 16 bits");
        }
        return samples;
    }

    /** Differences modulo 65536; -32768 stands for 32768, which has size 16 and no bits of its own. */
    private static short[] differences(int[] samples, Frame frame, int predictor, int middle) {
        int spp = frame.samplesPerPixel();
        int stride = frame.columns() * spp;
        short[] differences = new short[samples.length];
        for (int i = 0; i < samples.length; i++) {
            boolean firstColumn = i % stride < spp;
            int prediction;
            if (i < stride) {
                prediction = firstColumn ? middle : samples[i - spp];
            } else if (firstColumn) {
                prediction = samples[i - stride];
            } else {
                prediction = JpegLosslessDecoder.predict(
                        predictor, samples[i - spp], samples[i - stride], samples[i - stride - spp]);
            }
            differences[i] = (short) (samples[i] - prediction);
        }
        return differences;
    }

    private static int size(short difference) {
        return 32 - Integer.numberOfLeadingZeros(Math.abs((int) difference));
    }
}
