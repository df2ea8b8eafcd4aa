package org.isengard.dicom.image.codec;

import java.util.Set;
import org.isengard.dicom.UID;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameDecoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.Photometric;
import org.isengard.dicom.image.SampleType;

/** JPEG Lossless with Huffman codes (ITU-T T.81 annex H): all predictors, 2 to 16 bits, several scans, restarts. */
final class JpegLosslessDecoder implements FrameDecoder {
    private static final int SOF3 = 0xc3;

    @Override
    public Set<String> transferSyntaxes() {
        return Set.of(UID.JPEGLossless, UID.JPEGLosslessSV1);
    }

    @Override
    public Frame decode(byte[] stream, ImageDescription d) throws ImageException {
        return new Picture(stream, d).decode();
    }

    /** One picture being decoded. */
    private static final class Picture {
        private final byte[] stream;
        private final ImageDescription d;
        private final HuffmanTable[][] tables = new HuffmanTable[2][4];
        private final int[] ids;
        private final boolean[] scanned;
        private short[] out;
        private int precision;
        private int restartInterval;
        private int decoded;

        Picture(byte[] stream, ImageDescription d) {
            this.stream = stream;
            this.d = d;
            ids = new int[d.samplesPerPixel()];
            scanned = new boolean[ids.length];
        }

        Frame decode() throws ImageException {
            JpegHeader header = JpegHeader.of(stream);
            if (header.process() != SOF3) {
                throw ImageException.unsupported("JPEG process with marker " + Integer.toHexString(header.process()));
            }
            header.check(d);
            precision = header.precision();
            if (precision < 2 || precision > 16 || header.subsampled() || header.rows() == 0) {
                throw ImageException.unsupported("Lossless JPEG of " + precision + " bits");
            }
            JpegSegments segments = new JpegSegments(stream);
            while (decoded < ids.length) {
                switch (segments.next()) {
                    case SOF3 -> {
                        segments.once(out);
                        for (int c = 0; c < ids.length; c++) {
                            ids[c] = segments.u8(6 + 3 * c);
                        }
                        out = new short[d.samples()];
                    }
                    case JpegSegments.DHT -> HuffmanTable.read(segments, tables);
                    case JpegSegments.DRI -> restartInterval = segments.u16(0);
                    case JpegSegments.SOS -> scan(segments);
                    case JpegSegments.EOI -> throw ImageException.bad("The JPEG stream ends early");
                    default -> {
                        // Application data and comments.
                    }
                }
            }
            Photometric photometric = JpegBaselineDecoder.photometric(header, d);
            if (d.bitsAllocated() > 8) {
                return new Frame(d.columns(), d.rows(), ids.length, photometric, SampleType.UINT16, precision, out);
            }
            byte[] bytes = new byte[out.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) out[i];
            }
            return new Frame(
                    d.columns(), d.rows(), ids.length, photometric, SampleType.UINT8, Math.min(8, precision), bytes);
        }

        private void scan(JpegSegments segment) throws ImageException {
            int count = segment.u8(0);
            if (out == null || count < 1 || count > ids.length) {
                throw ImageException.bad("A scan of " + count + " components");
            }
            int[] components = new int[count];
            HuffmanTable[] scanTables = new HuffmanTable[count];
            for (int i = 0; i < count; i++) {
                components[i] = -1;
                for (int c = 0; c < ids.length; c++) {
                    if (ids[c] == segment.u8(1 + 2 * i)) {
                        components[i] = c;
                    }
                }
                scanTables[i] = tables[0][segment.u8(2 + 2 * i) >> 4 & 3];
                if (components[i] < 0 || scanTables[i] == null) {
                    throw ImageException.bad("A scan of an unknown component or without Huffman table");
                }
                JpegSegments.first(scanned, components[i]);
            }
            int predictor = segment.u8(1 + 2 * count);
            int transform = segment.u8(3 + 2 * count) & 15;
            if (predictor < 1 || predictor > 7 || transform >= precision) {
                throw ImageException.unsupported("Predictor " + predictor + ", point transform " + transform);
            }
            JpegBitReader in = new JpegBitReader(stream, segment.end(), false);
            int perRow = d.columns();
            if (restartInterval % perRow != 0) {
                throw ImageException.unsupported("A restart interval that is no number of rows");
            }
            int rowsBetween = restartInterval / perRow;
            for (int y = 0; y < d.rows(); y++) {
                boolean first = y == 0;
                if (rowsBetween > 0 && y > 0 && y % rowsBetween == 0) {
                    in.restart();
                    first = true;
                }
                row(in, y, first, components, scanTables, predictor, 1 << precision - transform - 1);
                if (in.overrun()) {
                    throw ImageException.bad("The JPEG stream ends in row " + y);
                }
            }
            if (transform > 0) {
                for (int component : components) {
                    for (int i = component; i < out.length; i += ids.length) {
                        out[i] <<= transform;
                    }
                }
            }
            decoded += count;
            segment.seek(in.nextMarker());
        }

        private void row(
                JpegBitReader in,
                int y,
                boolean first,
                int[] components,
                HuffmanTable[] scanTables,
                int predictor,
                int middle)
                throws ImageException {
            int spp = ids.length;
            int width = d.columns();
            int stride = width * spp;
            short[] samples = out;
            if (components.length == 1) {
                HuffmanTable table = scanTables[0];
                int at = y * stride + components[0];
                int left = first ? middle : samples[at - stride] & 0xffff;
                samples[at] = (short) (left += difference(in, table));
                if (first || predictor == 1) {
                    for (int x = 1; x < width; x++) {
                        at += spp;
                        left = left + difference(in, table);
                        samples[at] = (short) left;
                    }
                    return;
                }
                int upperLeft = samples[at - stride] & 0xffff;
                left &= 0xffff;
                for (int x = 1; x < width; x++) {
                    at += spp;
                    int up = samples[at - stride] & 0xffff;
                    left = predict(predictor, left, up, upperLeft) + difference(in, table) & 0xffff;
                    samples[at] = (short) left;
                    upperLeft = up;
                }
                return;
            }
            for (int x = 0; x < width; x++) {
                for (int i = 0; i < components.length; i++) {
                    int at = y * stride + x * spp + components[i];
                    int value;
                    if (first) {
                        value = x == 0 ? middle : samples[at - spp];
                    } else if (x == 0) {
                        value = samples[at - stride];
                    } else {
                        value = predict(
                                predictor,
                                samples[at - spp] & 0xffff,
                                samples[at - stride] & 0xffff,
                                samples[at - stride - spp] & 0xffff);
                    }
                    samples[at] = (short) (value + difference(in, scanTables[i]));
                }
            }
        }

        private static int difference(JpegBitReader in, HuffmanTable table) throws ImageException {
            int size = table.decode(in);
            if (size == 0) {
                return 0;
            }
            if (size > 15) {
                if (size > 16) {
                    throw ImageException.bad("A difference of " + size + " bits");
                }
                return 32768;
            }
            int v = in.read(size);
            return v < 1 << size - 1 ? v - (1 << size) + 1 : v;
        }
    }

    static int predict(int predictor, int left, int up, int upperLeft) {
        return switch (predictor) {
            case 1 -> left;
            case 2 -> up;
            case 3 -> upperLeft;
            case 4 -> left + up - upperLeft;
            case 5 -> left + (up - upperLeft >> 1);
            case 6 -> up + (left - upperLeft >> 1);
            default -> left + up >> 1;
        };
    }
}
