package org.isengard.dicom.image.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.image.DicomImage;
import org.isengard.dicom.image.FrameDecoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.TestImages;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Short streams that ask for much work or memory are refused before they get it. */
class HostileStreamsTest {
    private static final int SIDE = 3000;

    private static ImageDescription description(JpegStreams.Way way) throws IOException {
        return ImageDescription.of(TestImages.make(new TestImages.Kind(
                        "hostile",
                        way.columns(),
                        way.rows(),
                        1,
                        way.components(),
                        way.precision() > 8 ? 16 : 8,
                        way.precision(),
                        false))
                .dataset());
    }

    /** {@return where a segment starts, counted from 0} */
    static int find(byte[] stream, int marker, int count) {
        int left = count;
        for (int i = 0; i + 1 < stream.length; i++) {
            if (stream[i] == (byte) 0xff && (stream[i + 1] & 0xff) == marker && left-- == 0) {
                return i;
            }
        }
        throw new AssertionError("No marker " + Integer.toHexString(marker));
    }

    private static byte[] repeat(byte[] stream, int marker, int times) {
        int from = find(stream, marker, 0);
        int to = from + 2 + ((stream[from + 2] & 0xff) << 8 | stream[from + 3] & 0xff);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(stream, 0, from);
        for (int i = 0; i < times; i++) {
            out.write(stream, from, to - from);
        }
        out.write(stream, to, stream.length - to);
        return out.toByteArray();
    }

    @TestFactory
    Stream<DynamicTest> aSecondFrameHeaderIsRefused() {
        return Stream.of(
                        TransferSyntax.JPEG_LOSSLESS_SV1, TransferSyntax.JPEG_EXTENDED, TransferSyntax.JPEG_LS_LOSSLESS)
                .map(syntax -> DynamicTest.dynamicTest(syntax.name(), () -> {
                    TestImages.Kind kind = new TestImages.Kind("big", 1000, 1000, 1, 1, 16, 12, false);
                    var file = TestImages.transcode(TestImages.make(kind), syntax);
                    DicomImage image = DicomImage.of(file, BuiltInCodecs.codecs());
                    byte[] good = image.encoded(0);
                    int frame = syntax.equals(TransferSyntax.JPEG_EXTENDED)
                            ? JpegStreams.SOF1
                            : syntax.equals(TransferSyntax.JPEG_LS_LOSSLESS) ? 0xf7 : JpegStreams.SOF3;
                    FrameDecoder decoder =
                            BuiltInCodecs.codecs().decoder(syntax).orElseThrow();
                    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                    long self = Thread.currentThread().getId();
                    byte[] bad = repeat(good, frame, 2000);
                    long before = threads.getThreadAllocatedBytes(self);
                    assertThrows(ImageException.class, () -> decoder.decode(bad, image.description()));
                    long used = threads.getThreadAllocatedBytes(self) - before;
                    assertTrue(used < 10 * image.description().decodedBytes(), used + " bytes");
                }));
    }

    @TestFactory
    Stream<DynamicTest> aComponentIsScannedOnce() {
        return Stream.of(
                        JpegStreams.lossless(12, 40, 30, 3, false, 0),
                        new JpegStreams.Way(JpegStreams.SOF1, 12, 40, 30, new int[] {0x11, 0x11, 0x11}, false, 0, 0, 0))
                .map(way -> DynamicTest.dynamicTest("" + way, () -> {
                    byte[] stream = JpegStreams.write(way);
                    // The second scan is one of the first component.
                    stream[find(stream, JpegSegments.SOS, 1) + 5] = 1;
                    TransferSyntax syntax = way.process() == JpegStreams.SOF3
                            ? TransferSyntax.JPEG_LOSSLESS
                            : TransferSyntax.JPEG_EXTENDED;
                    FrameDecoder decoder =
                            BuiltInCodecs.codecs().decoder(syntax).orElseThrow();
                    ImageException e =
                            assertThrows(ImageException.class, () -> decoder.decode(stream, description(way)));
                    assertEquals(ImageException.Kind.BAD_IMAGE, e.kind());
                }));
    }

    /** Each scan costs a pass over the whole picture, and is said in ten bytes. */
    @Test
    void manyScansAreRefused() {
        for (int process : new int[] {JpegStreams.SOF0, 0xc2}) {
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                JpegStreams.Way small =
                        new JpegStreams.Way(JpegStreams.SOF0, 8, 16, 16, new int[] {0x11, 0x11, 0x11}, false, 0, 0, 0);
                byte[] stream = JpegStreams.write(small);
                int frame = find(stream, JpegStreams.SOF0, 0);
                stream[frame + 1] = (byte) process;
                for (int at : new int[] {frame + 5, frame + 7}) {
                    stream[at] = SIDE >> 8;
                    stream[at + 1] = (byte) SIDE;
                }
                if (process == 0xc2) {
                    // The first scan of a progressive picture is one of DC coefficients.
                    stream[find(stream, JpegSegments.SOS, 0) + 8] = 0;
                }
                byte[] bad = repeat(Arrays.copyOf(stream, stream.length), JpegSegments.SOS, 20_000);
                JpegStreams.Way big =
                        new JpegStreams.Way(JpegStreams.SOF0, 8, SIDE, SIDE, small.sampling(), false, 0, 0, 0);
                ImageDescription d = description(big);
                FrameDecoder decoder = BuiltInCodecs.codecs()
                        .decoder(TransferSyntax.JPEG_BASELINE)
                        .orElseThrow();
                assertThrows(ImageException.class, () -> decoder.decode(bad, d));
            });
        }
    }
}
