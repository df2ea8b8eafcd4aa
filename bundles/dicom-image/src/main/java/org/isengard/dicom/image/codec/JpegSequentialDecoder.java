package org.isengard.dicom.image.codec;

import java.util.Arrays;
import java.util.Set;
import org.isengard.dicom.UID;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameDecoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.SampleType;

/**
 * Sequential JPEG with 8 or 12 bits and Huffman codes (ITU-T T.81 annex F, process 4): interleaved or several scans, any
 * sampling factors, restarts. Streams of 8 bits go to the JDK's decoder, which is faster, but for those whose chrominance
 * has fewer rows only: how these are spread out depends on the library the JDK is built with.
 */
final class JpegSequentialDecoder implements FrameDecoder {
    private static final int SOF0 = 0xc0;
    private static final int SOF1 = 0xc1;

    private final FrameDecoder eightBits;

    JpegSequentialDecoder(FrameDecoder eightBits) {
        this.eightBits = eightBits;
    }

    @Override
    public Set<String> transferSyntaxes() {
        return Set.of(UID.JPEGBaseline8Bit, UID.JPEGExtended12Bit);
    }

    @Override
    public Frame decode(byte[] stream, ImageDescription d) throws java.io.IOException {
        JpegHeader header = JpegHeader.of(stream);
        header.check(d);
        boolean sequential = (header.process() == SOF0 || header.process() == SOF1) && header.rows() > 0;
        if (header.precision() == 8 && !(sequential && header.flattened())) {
            return eightBits.decode(stream, d);
        }
        if (!sequential || header.precision() != 8 && header.precision() != 12) {
            throw ImageException.unsupported("JPEG process with marker " + Integer.toHexString(header.process()));
        }
        return new Picture(stream, header, d).decode();
    }

    /** One component of the picture. */
    private static final class Component {
        private int id;
        private int horizontal;
        private int vertical;
        private int quantization;
        private int blocksAcross;
        private int blocksDown;
        private int stride;
        private short[] samples;
        private HuffmanTable dc;
        private HuffmanTable ac;
        private int prediction;
    }

    /** One picture being decoded. */
    private static final class Picture {
        private final byte[] stream;
        private final JpegHeader header;
        private final ImageDescription d;
        private final HuffmanTable[][] tables = new HuffmanTable[2][4];
        private final float[][] quantizations = new float[4][];
        private final float[] block = new float[64];
        private final boolean[] scanned;
        private Component[] components;
        private int maxHorizontal;
        private int maxVertical;
        private int restartInterval;

        Picture(byte[] stream, JpegHeader header, ImageDescription d) {
            this.stream = stream;
            this.header = header;
            this.d = d;
            scanned = new boolean[header.components()];
        }

        Frame decode() throws ImageException {
            JpegSegments segments = new JpegSegments(stream);
            int done = 0;
            while (done < header.components()) {
                switch (segments.next()) {
                    case SOF0, SOF1 -> frame(segments);
                    case JpegSegments.DQT -> quantization(segments);
                    case JpegSegments.DHT -> HuffmanTable.read(segments, tables);
                    case JpegSegments.DRI -> restartInterval = segments.u16(0);
                    case JpegSegments.SOS -> done += scan(segments);
                    case JpegSegments.EOI -> throw ImageException.bad("The JPEG stream ends early");
                    default -> {
                        // Application data and comments.
                    }
                }
            }
            boolean deep = header.precision() > 8;
            return new Frame(
                    d.columns(),
                    d.rows(),
                    components.length,
                    JpegBaselineDecoder.photometric(header, d),
                    deep ? SampleType.UINT16 : SampleType.UINT8,
                    header.precision(),
                    deep ? join() : bytes(join()));
        }

        private static byte[] bytes(short[] samples) {
            byte[] bytes = new byte[samples.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) samples[i];
            }
            return bytes;
        }

        private void frame(JpegSegments segment) throws ImageException {
            segment.once(components);
            components = new Component[header.components()];
            for (int i = 0; i < components.length; i++) {
                Component c = new Component();
                c.id = segment.u8(6 + 3 * i);
                c.horizontal = segment.u8(7 + 3 * i) >> 4;
                c.vertical = segment.u8(7 + 3 * i) & 15;
                c.quantization = segment.u8(8 + 3 * i) & 3;
                if (c.horizontal < 1 || c.horizontal > 4 || c.vertical < 1 || c.vertical > 4) {
                    throw ImageException.bad("Bad sampling factors in the JPEG stream");
                }
                maxHorizontal = Math.max(maxHorizontal, c.horizontal);
                maxVertical = Math.max(maxVertical, c.vertical);
                components[i] = c;
            }
            for (Component c : components) {
                c.blocksAcross = blocks(d.columns(), c.horizontal, maxHorizontal);
                c.blocksDown = blocks(d.rows(), c.vertical, maxVertical);
                int across = units(d.columns(), maxHorizontal) * c.horizontal;
                int down = units(d.rows(), maxVertical) * c.vertical;
                if (64L * across * down > ImageDescription.MAX_FRAME_BYTES / 2) {
                    throw new ImageException(ImageException.Kind.TOO_LARGE, "A JPEG component is too large");
                }
                c.stride = across * 8;
                c.samples = new short[64 * across * down];
            }
        }

        private static int blocks(int pixels, int factor, int max) {
            return ((pixels * factor + max - 1) / max + 7) / 8;
        }

        private static int units(int pixels, int max) {
            return (pixels + 8 * max - 1) / (8 * max);
        }

        private void quantization(JpegSegments segment) throws ImageException {
            int at = 0;
            while (at < segment.length()) {
                int head = segment.u8(at++);
                boolean wide = head >> 4 != 0;
                float[] table = new float[64];
                for (int i = 0; i < 64; i++) {
                    table[Dct.ZIGZAG[i]] = wide ? segment.u16(at) : segment.u8(at);
                    at += wide ? 2 : 1;
                }
                quantizations[head & 3] = table;
            }
        }

        private int scan(JpegSegments segment) throws ImageException {
            int count = segment.u8(0);
            if (components == null || count < 1 || count > components.length) {
                throw ImageException.bad("A scan of " + count + " components");
            }
            Component[] parts = new Component[count];
            for (int i = 0; i < count; i++) {
                for (Component c : components) {
                    if (c.id == segment.u8(1 + 2 * i)) {
                        parts[i] = c;
                    }
                }
                int selectors = segment.u8(2 + 2 * i);
                if (parts[i] == null || quantizations[parts[i].quantization] == null) {
                    throw ImageException.bad("A scan of an unknown component or without quantization table");
                }
                JpegSegments.first(scanned, Arrays.asList(components).indexOf(parts[i]));
                parts[i].dc = tables[0][selectors >> 4 & 3];
                parts[i].ac = tables[1][selectors & 3];
                if (parts[i].dc == null || parts[i].ac == null) {
                    throw ImageException.bad("A scan without Huffman table");
                }
            }
            JpegBitReader in = new JpegBitReader(stream, segment.end(), false);
            boolean single = count == 1;
            int across = single ? parts[0].blocksAcross : units(d.columns(), maxHorizontal);
            int down = single ? parts[0].blocksDown : units(d.rows(), maxVertical);
            int untilRestart = restartInterval;
            for (Component c : parts) {
                c.prediction = 0;
            }
            for (int y = 0; y < down; y++) {
                for (int x = 0; x < across; x++) {
                    if (restartInterval > 0 && untilRestart-- == 0) {
                        in.restart();
                        untilRestart = restartInterval - 1;
                        for (Component c : parts) {
                            c.prediction = 0;
                        }
                    }
                    if (single) {
                        block(in, parts[0], x, y);
                    } else {
                        unit(in, parts, x, y);
                    }
                }
                if (in.overrun()) {
                    throw ImageException.bad("The JPEG stream ends in row " + y + " of blocks");
                }
            }
            segment.seek(in.nextMarker());
            return count;
        }

        private void unit(JpegBitReader in, Component[] parts, int x, int y) throws ImageException {
            for (Component c : parts) {
                for (int v = 0; v < c.vertical; v++) {
                    for (int h = 0; h < c.horizontal; h++) {
                        block(in, c, x * c.horizontal + h, y * c.vertical + v);
                    }
                }
            }
        }

        private void block(JpegBitReader in, Component c, int x, int y) throws ImageException {
            float[] quantization = quantizations[c.quantization];
            int size = c.dc.decode(in);
            c.prediction += size == 0 ? 0 : extend(in.read(Math.min(size, 16)), Math.min(size, 16));
            Arrays.fill(block, 0);
            block[0] = c.prediction * quantization[0];
            boolean flat = true;
            for (int k = 1; k < 64; k++) {
                int code = c.ac.decode(in);
                int bits = code & 15;
                if (bits == 0) {
                    if (code != 0xf0) {
                        break;
                    }
                    k += 15;
                    continue;
                }
                k += code >> 4;
                if (k > 63) {
                    throw ImageException.bad("A block of the JPEG stream has too many coefficients");
                }
                int natural = Dct.ZIGZAG[k];
                block[natural] = extend(in.read(bits), bits) * quantization[natural];
                flat = false;
            }
            int middle = 1 << header.precision() - 1;
            int max = 2 * middle - 1;
            int at = y * 8 * c.stride + x * 8;
            if (flat) {
                short value = (short) Math.max(0, Math.min(max, Math.round(block[0] / 8) + middle));
                for (int row = 0; row < 8; row++, at += c.stride) {
                    Arrays.fill(c.samples, at, at + 8, value);
                }
                return;
            }
            Dct.inverse(block);
            for (int row = 0; row < 64; row += 8, at += c.stride) {
                for (int i = 0; i < 8; i++) {
                    // The addend keeps the cast from rounding negative numbers up.
                    int value = (int) (block[row + i] + middle + 16384.5f) - 16384;
                    c.samples[at + i] = (short) Math.max(0, Math.min(max, value));
                }
            }
        }

        private static int extend(int v, int bits) {
            return v < 1 << bits - 1 ? v - (1 << bits) + 1 : v;
        }

        private short[] join() {
            int spp = components.length;
            short[] out = new short[d.samples()];
            for (int i = 0; i < spp; i++) {
                Component c = components[i];
                int across = maxHorizontal / c.horizontal;
                int down = maxVertical / c.vertical;
                boolean whole = across * c.horizontal == maxHorizontal && down * c.vertical == maxVertical;
                if (whole && across == 2 && down <= 2 && halves(d.columns()) > 2) {
                    smooth(c, down, out, i);
                } else {
                    repeat(c, out, i);
                }
            }
            return out;
        }

        private void repeat(Component c, short[] out, int first) {
            int k = first;
            for (int y = 0; y < d.rows(); y++) {
                int row = y * c.vertical / maxVertical * c.stride;
                for (int x = 0; x < d.columns(); x++, k += components.length) {
                    out[k] = c.samples[row + x * c.horizontal / maxHorizontal];
                }
            }
        }

        private static int halves(int pixels) {
            return pixels + 1 >> 1;
        }

        /**
         * Doubles the columns, and the rows too when {@code down} is 2, by the triangle filter that DCMTK and GDCM use: a
         * pixel takes three parts of its own sample and one of the neighbour it is next to, in either direction.
         */
        private void smooth(Component c, int down, short[] out, int first) {
            int spp = components.length;
            int width = halves(d.columns());
            int lastRow = (d.rows() + down - 1) / down - 1;
            int[] sums = new int[width];
            int shift = down == 2 ? 4 : 2;
            // Halves are rounded up and down in turn, so that flat parts keep their mean.
            int evenBias = down == 2 ? 8 : 1;
            int oddBias = down == 2 ? 7 : 2;
            int k = first;
            for (int y = 0; y < d.rows(); y++) {
                int own = y / down;
                int other = Math.max(0, Math.min(lastRow, own + (y % 2 == 0 ? -1 : 1)));
                for (int x = 0; x < width; x++) {
                    int near = c.samples[own * c.stride + x];
                    sums[x] = down == 1 ? near : 3 * near + c.samples[other * c.stride + x];
                }
                for (int x = 0; x < d.columns(); x++, k += spp) {
                    boolean even = x % 2 == 0;
                    int at = x / 2;
                    int beside = sums[Math.max(0, Math.min(width - 1, even ? at - 1 : at + 1))];
                    out[k] = (short) (3 * sums[at] + beside + (even ? evenBias : oddBias) >> shift);
                }
            }
        }
    }
}
