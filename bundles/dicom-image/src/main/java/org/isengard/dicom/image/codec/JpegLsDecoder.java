package org.isengard.dicom.image.codec;

import java.util.Arrays;
import java.util.Set;
import org.isengard.dicom.UID;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameDecoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.Photometric;
import org.isengard.dicom.image.SampleType;

/** JPEG-LS, lossless and near-lossless (ITU-T T.87), all interleave modes, own parameters, restarts. */
final class JpegLsDecoder implements FrameDecoder {
    private static final int SOF55 = 0xf7;
    private static final int LSE = 0xf8;

    @Override
    public Set<String> transferSyntaxes() {
        return Set.of(UID.JPEGLSLossless, UID.JPEGLSNearLossless);
    }

    @Override
    public Frame decode(byte[] stream, ImageDescription d) throws ImageException {
        return new Picture(stream, d).decode();
    }

    /** One picture being decoded. */
    private static final class Picture {
        private final byte[] stream;
        private final ImageDescription d;
        private final int width;
        private final int spp;
        private final int[] ids;
        private final boolean[] scanned;
        private short[] out;
        private int precision;
        private int presetMaxVal;
        private final int[] thresholds = new int[3];
        private int reset;
        private long restartInterval;
        private int decoded;
        private JpegLsModel model;
        private JpegBitReader in;

        Picture(byte[] stream, ImageDescription d) {
            this.stream = stream;
            this.d = d;
            width = d.columns();
            spp = d.samplesPerPixel();
            ids = new int[spp];
            scanned = new boolean[spp];
        }

        Frame decode() throws ImageException {
            JpegHeader header = JpegHeader.of(stream);
            if (header.process() != SOF55) {
                throw ImageException.bad("No JPEG-LS stream");
            }
            header.check(d);
            precision = header.precision();
            if (precision < 2 || precision > 16 || header.subsampled() || header.rows() == 0) {
                throw ImageException.unsupported("JPEG-LS of " + precision + " bits");
            }
            JpegSegments segments = new JpegSegments(stream);
            while (decoded < spp) {
                switch (segments.next()) {
                    case SOF55 -> {
                        segments.once(out);
                        for (int c = 0; c < spp; c++) {
                            ids[c] = segments.u8(6 + 3 * c);
                        }
                        out = new short[d.samples()];
                    }
                    case LSE -> parameters(segments);
                    case JpegSegments.DRI ->
                        restartInterval =
                                segments.length() > 2 ? segments.u16(0) << 16 | segments.u16(2) : segments.u16(0);
                    case JpegSegments.SOS -> scan(segments);
                    case JpegSegments.EOI -> throw ImageException.bad("The JPEG-LS stream ends early");
                    default -> {
                        // Application data and comments.
                    }
                }
            }
            Photometric photometric = JpegBaselineDecoder.photometric(header, d);
            if (d.bitsAllocated() > 8) {
                return new Frame(width, d.rows(), spp, photometric, SampleType.UINT16, precision, out);
            }
            byte[] bytes = new byte[out.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) out[i];
            }
            return new Frame(width, d.rows(), spp, photometric, SampleType.UINT8, Math.min(8, precision), bytes);
        }

        private void parameters(JpegSegments segment) throws ImageException {
            if (segment.u8(0) != 1) {
                throw ImageException.unsupported("JPEG-LS extension " + segment.u8(0));
            }
            presetMaxVal = segment.u16(1);
            for (int i = 0; i < 3; i++) {
                thresholds[i] = segment.u16(3 + 2 * i);
            }
            reset = segment.u16(9);
        }

        private void scan(JpegSegments segment) throws ImageException {
            int count = segment.u8(0);
            if (out == null || count < 1 || count > spp) {
                throw ImageException.bad("A scan of " + count + " components");
            }
            int[] components = new int[count];
            for (int i = 0; i < count; i++) {
                components[i] = -1;
                for (int c = 0; c < spp; c++) {
                    if (ids[c] == segment.u8(1 + 2 * i)) {
                        components[i] = c;
                    }
                }
                if (components[i] < 0 || segment.u8(2 + 2 * i) != 0) {
                    throw ImageException.unsupported("A scan of an unknown component or with a mapping table");
                }
                JpegSegments.first(scanned, components[i]);
            }
            int near = segment.u8(1 + 2 * count);
            int interleave = segment.u8(2 + 2 * count);
            int transform = segment.u8(3 + 2 * count) & 15;
            if (interleave > 2 || transform != 0 || count > 1 == (interleave == 0)) {
                throw ImageException.unsupported("JPEG-LS interleave mode " + interleave);
            }
            model = new JpegLsModel(presetMaxVal == 0 ? (1 << precision) - 1 : presetMaxVal, near, thresholds, reset);
            in = new JpegBitReader(stream, segment.end(), true);
            rows(components, interleave == 2 ? components.length : 1);
            decoded += count;
            segment.seek(in.nextMarker());
        }

        /** @param together how many components are coded sample by sample */
        private void rows(int[] components, int together) throws ImageException {
            int stride = (width + 2) * together;
            int lines = components.length / together;
            int[][] above = new int[lines][stride];
            int[][] current = new int[lines][stride];
            int[] run = new int[lines];
            for (int y = 0; y < d.rows(); y++) {
                if (restartInterval > 0 && y > 0 && y % restartInterval == 0) {
                    in.restart();
                    model.clear();
                    Arrays.fill(run, 0);
                    for (int[] line : above) {
                        Arrays.fill(line, 0);
                    }
                }
                for (int i = 0; i < lines; i++) {
                    int[] up = above[i];
                    int[] line = current[i];
                    for (int s = 0; s < together; s++) {
                        line[s] = up[together + s];
                        up[stride - together + s] = up[stride - 2 * together + s];
                    }
                    run[i] = together == 1 ? line(up, line, run[i]) : samples(up, line, run[i], together);
                    if (in.overrun()) {
                        throw ImageException.bad("The JPEG-LS stream ends in row " + y);
                    }
                    int at = y * width * spp + components[i * together];
                    if (together == 1) {
                        for (int x = 1; x <= width; x++, at += spp) {
                            out[at] = (short) line[x];
                        }
                    } else {
                        for (int x = 1; x <= width; x++, at += spp) {
                            for (int s = 0; s < together; s++) {
                                out[at - components[0] + components[s]] = (short) line[x * together + s];
                            }
                        }
                    }
                    above[i] = line;
                    current[i] = up;
                }
            }
        }

        /** Decodes a line of one component; index 0 and width + 1 are the margins. */
        private int line(int[] up, int[] line, int runIndex) throws ImageException {
            int run = runIndex;
            int x = 1;
            int rb = up[0];
            int rd = up[1];
            int ra = line[0];
            while (x <= width) {
                int rc = rb;
                rb = rd;
                rd = up[x + 1];
                int context = model.context(ra, rb, rc, rd);
                if (context != 0) {
                    ra = regular(ra, rb, rc, context);
                    line[x++] = ra;
                    continue;
                }
                int end = width + 1;
                int left = end - x;
                while (in.read(1) == 1) {
                    int length = Math.min(1 << JpegLsModel.J[run], left);
                    if (length == 1 << JpegLsModel.J[run] && run < 31) {
                        run++;
                    }
                    left -= length;
                    if (left == 0) {
                        break;
                    }
                    checkRun();
                }
                if (left > 0) {
                    int rest = in.read(JpegLsModel.J[run]);
                    if (rest >= left) {
                        throw ImageException.bad("A run of the JPEG-LS stream is longer than its line");
                    }
                    left -= rest;
                }
                Arrays.fill(line, x, end - left, ra);
                x = end - left;
                if (left > 0) {
                    ra = interruption(ra, up[x], Math.abs(ra - up[x]) <= model.near ? 1 : 0, run);
                    line[x++] = ra;
                    run = Math.max(0, run - 1);
                }
                rb = up[x - 1];
                rd = x <= width ? up[x] : rb;
            }
            return run;
        }

        /** Decodes a line of several components, sample by sample. */
        private int samples(int[] up, int[] line, int runIndex, int n) throws ImageException {
            int run = runIndex;
            int[] contexts = new int[n];
            int x = 1;
            while (x <= width) {
                boolean flat = true;
                for (int s = 0; s < n; s++) {
                    int i = x * n + s;
                    contexts[s] = model.context(line[i - n], up[i], up[i - n], up[i + n]);
                    flat &= contexts[s] == 0;
                }
                if (!flat) {
                    for (int s = 0; s < n; s++) {
                        int i = x * n + s;
                        line[i] = regular(line[i - n], up[i], up[i - n], contexts[s]);
                    }
                    x++;
                    continue;
                }
                int left = width + 1 - x;
                while (in.read(1) == 1) {
                    int length = Math.min(1 << JpegLsModel.J[run], left);
                    if (length == 1 << JpegLsModel.J[run] && run < 31) {
                        run++;
                    }
                    left -= length;
                    if (left == 0) {
                        break;
                    }
                    checkRun();
                }
                if (left > 0) {
                    int rest = in.read(JpegLsModel.J[run]);
                    if (rest >= left) {
                        throw ImageException.bad("A run of the JPEG-LS stream is longer than its line");
                    }
                    left -= rest;
                }
                for (; x < width + 1 - left; x++) {
                    for (int s = 0; s < n; s++) {
                        line[x * n + s] = line[(x - 1) * n + s];
                    }
                }
                if (left > 0) {
                    for (int s = 0; s < n; s++) {
                        int i = x * n + s;
                        line[i] = interruption(line[i - n], up[i], 0, run);
                    }
                    x++;
                    run = Math.max(0, run - 1);
                }
            }
            return run;
        }

        private void checkRun() throws ImageException {
            if (in.overrun()) {
                throw ImageException.bad("The JPEG-LS stream ends within a run");
            }
        }

        private int regular(int ra, int rb, int rc, int context) throws ImageException {
            int sign = context >> 31 | 1;
            int q = context * sign;
            JpegLsModel m = model;
            int prediction = m.predict(ra, rb, rc, q, sign);
            int k = m.golomb(q);
            int mapped = code(k, m.limit);
            int error = mapped >>> 1 ^ -(mapped & 1);
            if (k == 0 && m.near == 0 && 2 * m.b[q] <= -m.n[q]) {
                error = ~error;
            }
            m.update(q, error);
            return m.reconstruct(prediction, sign < 0 ? -error : error);
        }

        private int interruption(int ra, int rb, int type, int run) throws ImageException {
            JpegLsModel m = model;
            int k = m.golombRun(type);
            int mapped = code(k, m.limit - JpegLsModel.J[run] - 1);
            int twice = mapped + type;
            boolean odd = (twice & 1) == 1;
            int size = twice + 1 >> 1;
            int error = odd == m.runMapsNegative(type, k) ? -size : size;
            m.updateRun(type, error, mapped);
            if (type == 1) {
                return m.reconstruct(ra, error);
            }
            return m.reconstruct(rb, ra > rb ? -error : error);
        }

        private int code(int k, int limit) throws ImageException {
            int most = limit - model.qbpp - 1;
            int high = in.zeros(most);
            if (high < most) {
                return high << k | in.read(k);
            }
            if (in.read(1) != 1) {
                throw ImageException.bad("A code of the JPEG-LS stream is too long");
            }
            return in.read(model.qbpp) + 1;
        }
    }
}
