package org.isengard.dicom.image;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.image.codec.BuiltInCodecs;
import org.isengard.dicom.image.codec.JpegStreams;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Streams that our encoders do not write, damaged where it hurts: an image or a clear error. The seeds are fixed. */
class FuzzStreamsTest {
    /** {@code ./check campaign} gives other seeds. */
    private static final long MORE = Long.getLong("isengard.fuzz.seed", 0);

    private static final int ROUNDS = 400;

    /** Of small images; the JPEG 2000 library takes some megabytes for anything. */
    private static final long MOST_BYTES = 64L << 20;

    /** Irreversible JPEG 2000 of 24 x 20 pixels: gray, and colour in four tiles. */
    private static final String GRAY = "/0//UQApAAAAAAAYAAAAFAAAAAAAAAAAAAAAGAAAABQAAAAAAAAAAAABBwEB/1IADAAAAAEAAgQE"
            + "AAD/XAARQl9SUAVQBVBHV9NX01di/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS4w/5AACgAAAAAAiQAB/5PH2Dw"
            + "RHb+wmqn8qjqgnjohew6rz+Y63OBceqor3mKT+1DA+EuB8JMAlCxa7UngEaFB8fwfNb+tTdl/qvrHG4L+OWfAdUgOowCtTK9lkJzLxF"
            + "0De65UddjduU6clvmWXUrgt3sfwca6MznVG6mRXSpZeXAZ/eqXMenZvtj/2Q==";

    private static final String COLOUR = "/0//UQAvAAAAAAAYAAAAFAAAAAAAAAAAAAAAEAAAABAAAAAAAAAAAAADBwEBBwEBBwEB/1IADAAA"
            + "AAEBAQQEAAD/XAALQkgkV9NX01di/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS4w/5AACgAAAAAAhgAB/5PPrLw"
            + "RUE+OvrPjWZyb10J5l0xhqZHMfEgtH8zoAG9YojHIOWf5bEIIqde03UlJ6+iOyMHxmTagz70bcajNWn/cCQ5AnTSny+xfiDEdbJjB8R"
            + "E0eVDXb1r3v6Bvc2dMinNf6cA4SAdKADWY8q49oEOIpqe1ywsygID/kAAKAAEAAAA+AAH/k8fKUBFPA7EkQ5DoS3yjhPA0ItGl9paDw"
            + "cSAFABcSfY0JkbRwcOAEVBUX4QIU4CAgP+QAAoAAgAAACwAAf+Tx8YkCLh4a8Ytyy/HwdFAJmOOqlzB0QAngWGVgICA/5AACgADAAAA"
            + "KQAB/5PHxhgPZMlgzzDB8AoB2EK1NcHCAAiQbyiAgID/2Q==";

    @TestFactory
    Stream<DynamicTest> damagedIrreversibleWaveletsGiveAnImageOrAClearError() {
        return Stream.of(GRAY, COLOUR)
                .map(text -> DynamicTest.dynamicTest(text == GRAY ? "gray" : "colour", () -> {
                    int samples = text == GRAY ? 1 : 3;
                    DicomFile file = TestImages.make(new TestImages.Kind("j2k", 24, 20, 1, samples, 8, 8, false));
                    fuzz(file, TransferSyntax.JPEG_2000, Base64.getDecoder().decode(text), true);
                }));
    }

    @TestFactory
    Stream<DynamicTest> damagedMarkersGiveAnImageOrAClearError() {
        List<JpegStreams.Way> ways = new ArrayList<>();
        for (boolean interleaved : new boolean[] {true, false}) {
            ways.add(JpegStreams.predicted(JpegStreams.lossless(12, 37, 29, 3, interleaved, 2), 5, 1));
            int[] halves = {0x22, 0x11, 0x11};
            int[] flat = {0x12, 0x11, 0x11};
            ways.add(new JpegStreams.Way(JpegStreams.SOF0, 8, 37, 29, halves, interleaved, 2, 0, 0));
            ways.add(new JpegStreams.Way(JpegStreams.SOF0, 8, 37, 29, flat, interleaved, 2, 0, 0));
            ways.add(new JpegStreams.Way(JpegStreams.SOF1, 12, 37, 29, halves, interleaved, 2, 0, 0));
        }
        return ways.stream()
                .map(way -> DynamicTest.dynamicTest("" + way, () -> {
                    TransferSyntax syntax = way.process() == JpegStreams.SOF3
                            ? TransferSyntax.JPEG_LOSSLESS
                            : way.process() == JpegStreams.SOF0
                                    ? TransferSyntax.JPEG_BASELINE
                                    : TransferSyntax.JPEG_EXTENDED;
                    byte[] stream = JpegStreams.write(way);
                    fuzz(JpegStreams.file(way, syntax, stream), syntax, stream, false);
                }));
    }

    private static void fuzz(DicomFile file, TransferSyntax syntax, byte[] good, boolean wavelet) {
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long self = Thread.currentThread().getId();
            ImageDescription d = ImageDescription.of(file.dataset());
            FrameDecoder decoder = BuiltInCodecs.codecs().decoder(syntax).orElseThrow();
            NativePixels.normalize(decoder.decode(good, d), d);
            Random random = new Random(91 + MORE);
            int errors = 0;
            for (int round = 0; round < ROUNDS; round++) {
                byte[] bad = wavelet ? bytes(good, random) : markers(good, random);
                long before = threads.getThreadAllocatedBytes(self);
                try {
                    NativePixels.normalize(decoder.decode(bad, d), d);
                } catch (ImageException e) {
                    errors++;
                } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException e) {
                    throw new AssertionError("Round " + round, e);
                }
                long used = threads.getThreadAllocatedBytes(self) - before;
                assertTrue(used < MOST_BYTES, "round " + round + ": " + used + " bytes");
            }
            assertTrue(errors > ROUNDS / 20, errors + " errors");
        });
    }

    private static byte[] bytes(byte[] good, Random random) {
        byte[] bad = good.clone();
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(bad, random.nextInt(bad.length));
        }
        boolean head = random.nextBoolean();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            bad[random.nextInt(head ? 110 : bad.length)] = (byte) random.nextInt();
        }
        return bad;
    }

    /** Changes what belongs to one marker: its kind, its first bytes, or whether it is there, or there twice. */
    private static byte[] markers(byte[] good, Random random) {
        List<Integer> places = new ArrayList<>();
        for (int i = 2; i + 1 < good.length; i++) {
            if (good[i] == (byte) 0xff && good[i + 1] != 0 && good[i + 1] != (byte) 0xff) {
                places.add(i);
            }
        }
        int at = places.get(random.nextInt(places.size()));
        byte[] bad = good.clone();
        switch (random.nextInt(5)) {
            case 0 -> {
                int kind = new int[] {0xd0 + random.nextInt(8), 0xd9, 0xda, 0xc4, 0xdd, 0xc0 + random.nextInt(16)}
                        [random.nextInt(6)];
                bad[at + 1] = (byte) kind;
            }
            case 1 -> {
                System.arraycopy(good, at + 2, bad, at, good.length - at - 2);
            }
            case 2 -> {
                bad = new byte[good.length + 64];
                System.arraycopy(good, 0, bad, 0, at);
                int length = Math.min(64, good.length - at);
                System.arraycopy(good, at, bad, at, length);
                System.arraycopy(good, at, bad, at + length, good.length - at);
            }
            default -> {
                for (int n = 1 + random.nextInt(3); n > 0; n--) {
                    bad[Math.min(bad.length - 1, at + 2 + random.nextInt(20))] = (byte) random.nextInt();
                }
            }
        }
        return bad;
    }
}
