package org.isengard.dicom.image.codec;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.TestImages;

/**
 * Writes JPEG streams of kinds that no encoder at hand writes: with restart markers, a scan for each component, any
 * predictor, point transform and sampling factors (ITU-T T.81).
 */
public final class JpegStreams {
    public static final int SOF0 = 0xc0;
    public static final int SOF1 = 0xc1;
    public static final int SOF3 = 0xc3;

    /**
     * How to write a stream.
     *
     * @param precision bits of each sample
     * @param sampling horizontal factor and vertical one, as in 0x21, for each component
     * @param interleaved whether there is one scan rather than one for each component
     * @param restart units between restart markers, 0 for none; in lossless streams rows
     * @param predictor 1 to 7, for lossless streams
     * @param transform bits that are left out, for lossless streams
     */
    public record Way(
            int process,
            int precision,
            int columns,
            int rows,
            int[] sampling,
            boolean interleaved,
            int restart,
            int predictor,
            int transform) {
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            text.append(Integer.toHexString(process))
                    .append(", ")
                    .append(precision)
                    .append(" bits");
            text.append(", ").append(columns).append(" x ").append(rows).append(',');
            for (int factors : sampling) {
                text.append(' ').append(Integer.toHexString(factors));
            }
            text.append(interleaved ? ", one scan" : ", a scan each")
                    .append(", restart ")
                    .append(restart);
            return process != SOF3 ? text.toString() : text + ", predictor " + predictor + ", transform " + transform;
        }

        int components() {
            return sampling.length;
        }

        private int horizontal(int component) {
            return sampling[component] >> 4;
        }

        private int vertical(int component) {
            return sampling[component] & 15;
        }

        private int most(boolean across) {
            int most = 1;
            for (int factors : sampling) {
                most = Math.max(most, across ? factors >> 4 : factors & 15);
            }
            return most;
        }
    }

    /** Takes symbols of a Huffman table and the bits that follow each. */
    private interface Sink {
        void put(int tableClass, int component, int symbol, int value, int size) throws IOException;

        void restart(int count);
    }

    /** Puts the symbols of a scan into a sink. */
    private interface Scan {
        void code(int[] components, Sink sink) throws IOException;
    }

    private JpegStreams() {}

    public static Way lossless(int precision, int columns, int rows, int components, boolean interleaved, int restart) {
        int[] full = new int[components];
        java.util.Arrays.fill(full, 0x11);
        return new Way(SOF3, precision, columns, rows, full, interleaved, restart, 1, 0);
    }

    public static Way predicted(Way way, int predictor, int transform) {
        return new Way(
                way.process,
                way.precision,
                way.columns,
                way.rows,
                way.sampling,
                way.interleaved,
                way.restart,
                predictor,
                transform);
    }

    /** {@return samples by pixel: waves, noise, edges, and all extremes} */
    public static int[] samples(Way way) {
        Random random = new Random(way.columns * 31L + way.rows);
        int max = (1 << way.precision) - 1;
        int[] samples = new int[way.columns * way.rows * way.components()];
        int i = 0;
        for (int y = 0; y < way.rows; y++) {
            for (int x = 0; x < way.columns; x++) {
                for (int c = 0; c < way.components(); c++) {
                    double wave = 0.5 + 0.4 * Math.sin(x * 0.11 * (c + 1) + y * 0.07);
                    int v = (int) (wave * max) + random.nextInt(max / 60 + 1);
                    if (way.process == SOF3 && random.nextInt(20) == 0) {
                        v = random.nextBoolean() ? max : 0;
                    }
                    samples[i++] = Math.min(max, v);
                }
            }
        }
        return samples;
    }

    public static byte[] write(Way way) throws IOException {
        int[] samples = samples(way);
        Scan scan = way.process == SOF3
                ? (components, sink) -> differences(way, samples, components, sink)
                : (components, sink) -> blocks(way, samples, components, sink);
        JpegBitWriter out = new JpegBitWriter(samples.length * 2 + 1024, false);
        out.marker(JpegSegments.SOI, 0);
        if (way.process != SOF3) {
            for (int table = 0; table < 2; table++) {
                out.marker(JpegSegments.DQT, 67);
                out.u8(table);
                for (int k = 0; k < 64; k++) {
                    out.u8(step(table, k));
                }
            }
        }
        out.marker(way.process, 8 + 3 * way.components());
        out.u8(way.precision);
        out.u16(way.rows);
        out.u16(way.columns);
        out.u8(way.components());
        for (int c = 0; c < way.components(); c++) {
            out.u8(c + 1);
            out.u8(way.sampling[c]);
            out.u8(way.process == SOF3 ? 0 : Math.min(c, 1));
        }
        if (way.restart > 0) {
            out.marker(JpegSegments.DRI, 4);
            out.u16(way.restart * (way.process == SOF3 ? way.columns : 1));
        }
        if (way.interleaved) {
            int[] all = new int[way.components()];
            java.util.Arrays.setAll(all, c -> c);
            scan(way, all, scan, out);
        } else {
            for (int c = 0; c < way.components(); c++) {
                scan(way, new int[] {c}, scan, out);
            }
        }
        out.marker(JpegSegments.EOI, 0);
        return out.toByteArray();
    }

    /** {@return a file of one frame that holds a stream} */
    public static DicomFile file(Way way, TransferSyntax syntax, byte[] stream) throws IOException {
        int spp = way.components();
        int allocated = way.precision > 8 ? 16 : 8;
        DicomFile file = TestImages.make(
                new TestImages.Kind("stream", way.columns, way.rows, 1, spp, allocated, way.precision, false));
        file.dataset().setFragments(Tag.PixelData, VR.OB, new byte[0], List.of(stream));
        if (way.process != SOF3 && spp == 3) {
            file.dataset().setString(Tag.PhotometricInterpretation, "YBR_FULL");
        }
        file.meta().setString(Tag.TransferSyntaxUID, syntax.uid());
        return DicomReader.read(TestImages.write(new DicomFile(file.meta(), file.dataset(), syntax, -1, -1, VR.OB)));
    }

    /** Each component has tables of its own, the ones that suit the scan; baseline streams have room for two. */
    private static void scan(Way way, int[] components, Scan scan, JpegBitWriter out) throws IOException {
        int[][][] frequencies = new int[2][3][256];
        scan.code(components, new Sink() {
            @Override
            public void put(int tableClass, int component, int symbol, int value, int size) {
                frequencies[tableClass][table(component)][symbol]++;
            }

            @Override
            public void restart(int count) {
                // Restarts change no table.
            }
        });
        HuffmanTable[][] tables = new HuffmanTable[2][3];
        for (int component : components) {
            for (int tableClass = 0; tableClass < (way.process == SOF3 ? 1 : 2); tableClass++) {
                int number = table(component);
                if (tables[tableClass][number] == null) {
                    tables[tableClass][number] = HuffmanTable.optimal(frequencies[tableClass][number]);
                    out.marker(JpegSegments.DHT, 2 + tables[tableClass][number].payload());
                    tables[tableClass][number].write(out, tableClass, number);
                }
            }
        }
        out.marker(JpegSegments.SOS, 6 + 2 * components.length);
        out.u8(components.length);
        for (int component : components) {
            out.u8(component + 1);
            out.u8(way.process == SOF3 ? table(component) << 4 : table(component) * 0x11);
        }
        out.u8(way.process == SOF3 ? way.predictor : 0);
        out.u8(way.process == SOF3 ? 0 : 63);
        out.u8(way.transform);
        scan.code(components, new Sink() {
            @Override
            public void put(int tableClass, int component, int symbol, int value, int size) {
                tables[tableClass][table(component)].encode(out, symbol);
                out.write(value < 0 ? value - 1 : value, size);
            }

            @Override
            public void restart(int count) {
                out.flush();
                out.marker(0xd0 + count % 8, 0);
            }
        });
        out.flush();
    }

    private static int table(int component) {
        return Math.min(component, 1);
    }

    private static int size(int value) {
        return 32 - Integer.numberOfLeadingZeros(Math.abs(value));
    }

    /** The differences of lossless streams (T.81 section H.1.2). */
    private static void differences(Way way, int[] samples, int[] components, Sink sink) throws IOException {
        int spp = way.components();
        int stride = way.columns * spp;
        for (int y = 0; y < way.rows; y++) {
            boolean first = y == 0 || way.restart > 0 && y % way.restart == 0;
            if (first && y > 0) {
                sink.restart(y / way.restart - 1);
            }
            for (int x = 0; x < way.columns; x++) {
                for (int component : components) {
                    int at = y * stride + x * spp + component;
                    int prediction;
                    if (first) {
                        prediction =
                                x == 0 ? 1 << way.precision - way.transform - 1 : samples[at - spp] >> way.transform;
                    } else {
                        int up = samples[at - stride] >> way.transform;
                        prediction = x == 0
                                ? up
                                : prediction(
                                        way.predictor,
                                        samples[at - spp] >> way.transform,
                                        up,
                                        samples[at - stride - spp] >> way.transform);
                    }
                    int difference = (short) ((samples[at] >> way.transform) - prediction);
                    int size = size(difference);
                    sink.put(0, component, size, difference, size == 16 ? 0 : size);
                }
            }
        }
    }

    /** Table H.1. */
    private static int prediction(int selection, int a, int b, int c) {
        return switch (selection) {
            case 1 -> a;
            case 2 -> b;
            case 3 -> c;
            case 4 -> a + b - c;
            case 5 -> a + Math.floorDiv(b - c, 2);
            case 6 -> b + Math.floorDiv(a - c, 2);
            default -> Math.floorDiv(a + b, 2);
        };
    }

    /** Quantization step of a coefficient in zigzag order. */
    private static int step(int table, int k) {
        return 2 + k / 8 + 3 * table;
    }

    private static void blocks(Way way, int[] samples, int[] components, Sink sink) throws IOException {
        boolean single = components.length == 1;
        int h = way.most(true);
        int v = way.most(false);
        int across = ceil(way.columns, 8 * h);
        int down = ceil(way.rows, 8 * v);
        if (single) {
            // A scan of one component goes block by block and leaves out those that only fill up (T.81 section A.2.2).
            across = ceil(ceil(way.columns * way.horizontal(components[0]), h), 8);
            down = ceil(ceil(way.rows * way.vertical(components[0]), v), 8);
        }
        int[] before = new int[way.components()];
        for (int unit = 0; unit < across * down; unit++) {
            if (way.restart > 0 && unit > 0 && unit % way.restart == 0) {
                sink.restart(unit / way.restart - 1);
                java.util.Arrays.fill(before, 0);
            }
            for (int component : components) {
                int wide = single ? 1 : way.horizontal(component);
                int high = single ? 1 : way.vertical(component);
                for (int block = 0; block < wide * high; block++) {
                    int x = unit % across * wide + block % wide;
                    int y = unit / across * high + block / wide;
                    before[component] = block(way, samples, component, x, y, before[component], sink);
                }
            }
        }
    }

    private static int ceil(int n, int by) {
        return (n + by - 1) / by;
    }

    /** {@return the DC coefficient} */
    private static int block(Way way, int[] samples, int component, int x, int y, int before, Sink sink)
            throws IOException {
        int spp = way.components();
        int right = way.most(true) / way.horizontal(component);
        int below = way.most(false) / way.vertical(component);
        float[] block = new float[64];
        for (int i = 0; i < 64; i++) {
            // Chrominance is taken from one pixel of those it stands for; edges are repeated.
            int column = Math.min(way.columns - 1, (x * 8 + i % 8) * right);
            int row = Math.min(way.rows - 1, (y * 8 + i / 8) * below);
            block[i] = samples[(row * way.columns + column) * spp + component] - (1 << way.precision - 1);
        }
        Dct.forward(block);
        int zeros = 0;
        int dc = 0;
        for (int k = 0; k < 64; k++) {
            int value = Math.round(block[Dct.ZIGZAG[k]] / step(Math.min(component, 1), k));
            if (k == 0) {
                dc = value;
                sink.put(0, component, size(dc - before), dc - before, size(dc - before));
                continue;
            }
            if (value == 0) {
                zeros++;
                continue;
            }
            for (; zeros > 15; zeros -= 16) {
                sink.put(1, component, 0xf0, 0, 0);
            }
            sink.put(1, component, zeros << 4 | size(value), value, size(value));
            zeros = 0;
        }
        if (zeros > 0) {
            sink.put(1, component, 0, 0, 0);
        }
        return dc;
    }
}
