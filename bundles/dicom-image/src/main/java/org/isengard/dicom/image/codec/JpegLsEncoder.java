package org.isengard.dicom.image.codec;

import java.util.Set;
import org.isengard.dicom.UID;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameEncoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.Photometric;

/** JPEG-LS (ITU-T T.87), one scan, colours interleaved by line. */
final class JpegLsEncoder implements FrameEncoder {
    /** The largest error of near-lossless images. */
    private static final int NEAR = 2;

    @Override
    public Set<String> transferSyntaxes() {
        return Set.of(UID.JPEGLSLossless, UID.JPEGLSNearLossless);
    }

    @Override
    public Photometric accepts(ImageDescription d, String transferSyntax) throws ImageException {
        if (d.floating() || d.bitsAllocated() != 8 && d.bitsAllocated() != 16) {
            throw ImageException.unsupported("JPEG-LS of " + d.bitsAllocated() + " bits");
        }
        if (UID.JPEGLSNearLossless.equals(transferSyntax)
                && (d.signed() || d.photometric() == Photometric.PALETTE_COLOR)) {
            // An error of one in the bits of a negative number or in an index is no small error.
            throw ImageException.unsupported("Near-lossless JPEG-LS of signed samples or palettes");
        }
        return d.isSubsampled() ? Photometric.YBR_FULL : d.photometric();
    }

    @Override
    public byte[] encode(Frame frame, String transferSyntax, int quality) throws ImageException {
        // Of few levels even small errors would leave little.
        int near = Math.min(NEAR, ((1 << frame.bitsStored()) - 1) / 4);
        return encode(frame, UID.JPEGLSNearLossless.equals(transferSyntax) ? near : 0);
    }

    /** @param near the largest error allowed, 0 for lossless */
    static byte[] encode(Frame frame, int near) throws ImageException {
        int spp = frame.samplesPerPixel();
        int precision = precision(frame, near);
        JpegBitWriter out = new JpegBitWriter(frame.samples() + 1024, true);
        out.marker(JpegSegments.SOI, 0);
        out.marker(0xf7, 8 + 3 * spp);
        out.u8(precision);
        out.u16(frame.rows());
        out.u16(frame.columns());
        out.u8(spp);
        for (int c = 1; c <= spp; c++) {
            out.u8(c);
            out.u8(0x11);
            out.u8(0);
        }
        out.marker(JpegSegments.SOS, 6 + 2 * spp);
        out.u8(spp);
        for (int c = 1; c <= spp; c++) {
            out.u8(c);
            out.u8(0);
        }
        out.u8(near);
        out.u8(spp == 1 ? 0 : 1);
        out.u8(0);
        new Scan(frame, new JpegLsModel((1 << precision) - 1, near, new int[3], 0), out).write();
        out.flush();
        out.marker(JpegSegments.EOI, 0);
        return out.toByteArray();
    }

    /**
     * {@return bits of the samples as coded} DCMTK and GDCM tell from them how many bytes a sample has, and take fewer
     * than eight for a mistake. Near-lossless ones must be those stored, lest an error leads out of the range.
     */
    private static int precision(Frame frame, int near) {
        int container = frame.type().bytes() * 8;
        if (frame.type().isSigned()) {
            return container;
        }
        return near > 0 ? frame.bitsStored() : Math.max(frame.bitsStored(), container == 16 ? 9 : 8);
    }

    /** One scan being written. */
    private static final class Scan {
        private final Frame frame;
        private final JpegLsModel m;
        private final JpegBitWriter out;
        private final int width;

        Scan(Frame frame, JpegLsModel model, JpegBitWriter out) {
            this.frame = frame;
            this.m = model;
            this.out = out;
            width = frame.columns();
        }

        void write() throws ImageException {
            int spp = frame.samplesPerPixel();
            int[] samples = JpegLosslessEncoder.samples(frame);
            int[][] above = new int[spp][width + 2];
            int[][] current = new int[spp][width + 2];
            int[] run = new int[spp];
            int[] source = new int[width + 2];
            for (int y = 0; y < frame.rows(); y++) {
                for (int c = 0; c < spp; c++) {
                    int[] up = above[c];
                    int[] line = current[c];
                    line[0] = up[1];
                    up[width + 1] = up[width];
                    int at = y * width * spp + c;
                    for (int x = 1; x <= width; x++, at += spp) {
                        source[x] = Math.min(samples[at], m.maxVal);
                    }
                    run[c] = line(source, up, line, run[c]);
                    above[c] = line;
                    current[c] = up;
                }
            }
        }

        /** Encodes a line; {@code line} becomes what a decoder will see, which is what predictions must be made from. */
        private int line(int[] source, int[] up, int[] line, int runIndex) {
            int run = runIndex;
            int x = 1;
            while (x <= width) {
                int ra = line[x - 1];
                int context = m.context(ra, up[x], up[x - 1], up[x + 1]);
                if (context != 0) {
                    line[x] = regular(source[x], ra, up[x], up[x - 1], context);
                    x++;
                    continue;
                }
                int start = x;
                while (x <= width && Math.abs(source[x] - ra) <= m.near) {
                    line[x++] = ra;
                }
                int length = x - start;
                while (length >= 1 << JpegLsModel.J[run]) {
                    out.write(1, 1);
                    length -= 1 << JpegLsModel.J[run];
                    run = Math.min(31, run + 1);
                }
                if (x > width) {
                    if (length > 0) {
                        out.write(1, 1);
                    }
                } else {
                    out.write(length, JpegLsModel.J[run] + 1);
                    line[x] = interruption(source[x], ra, up[x], run);
                    x++;
                    run = Math.max(0, run - 1);
                }
            }
            return run;
        }

        private int regular(int value, int ra, int rb, int rc, int context) {
            int sign = context >> 31 | 1;
            int q = context * sign;
            int prediction = m.predict(ra, rb, rc, q, sign);
            int k = m.golomb(q);
            int error = m.quantizeError(sign * (value - prediction));
            boolean turned = k == 0 && m.near == 0 && 2 * m.b[q] <= -m.n[q];
            int e = turned ? ~error : error;
            code(e >= 0 ? 2 * e : -2 * e - 1, k, m.limit);
            m.update(q, error);
            return m.near == 0 ? value : m.reconstruct(prediction, sign * error);
        }

        private int interruption(int value, int ra, int rb, int run) {
            int type = Math.abs(ra - rb) <= m.near ? 1 : 0;
            int prediction = type == 1 ? ra : rb;
            int sign = type == 0 && ra > rb ? -1 : 1;
            int error = m.quantizeError(sign * (value - prediction));
            int k = m.golombRun(type);
            boolean odd = error < 0 ? m.runMapsNegative(type, k) : error > 0 && !m.runMapsNegative(type, k);
            int mapped = 2 * Math.abs(error) - type - (odd ? 1 : 0);
            code(mapped, k, m.limit - JpegLsModel.J[run] - 1);
            m.updateRun(type, error, mapped);
            return m.near == 0 ? value : m.reconstruct(prediction, sign * error);
        }

        private void code(int mapped, int k, int limit) {
            int most = limit - m.qbpp - 1;
            int high = mapped >> k;
            if (high < most) {
                zeros(high);
                out.write(1, 1);
                out.write(mapped, k);
            } else {
                zeros(most);
                out.write(1, 1);
                out.write(mapped - 1, m.qbpp);
            }
        }

        private void zeros(int count) {
            for (int left = count; left > 0; left -= 24) {
                out.write(0, Math.min(24, left));
            }
        }
    }
}
