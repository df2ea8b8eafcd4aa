package org.isengard.dicom.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Fragments;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.image.codec.BuiltInCodecs;
import org.junit.jupiter.api.Test;

/** Frames are encoded side by side; the file must be as if one had followed the other. */
class ParallelTranscodingTest {
    private static final int FRAMES = 60;
    private static final TestImages.Kind MANY = new TestImages.Kind("many", 41, 37, FRAMES, 1, 16, 12, false);
    private static final List<TransferSyntax> SYNTAXES = List.of(
            TransferSyntax.RLE,
            TransferSyntax.JPEG_LOSSLESS_SV1,
            TransferSyntax.JPEG_LS_LOSSLESS,
            TransferSyntax.JPEG_EXTENDED,
            TransferSyntax.JPEG_2000_LOSSLESS);

    /** RLE, but for one frame, which is told by the order of the calls. */
    private static final class FailingEncoder implements FrameEncoder {
        private final FrameEncoder rle =
                BuiltInCodecs.codecs().encoder(TransferSyntax.RLE).orElseThrow();
        private final AtomicInteger calls = new AtomicInteger();
        private final Exception failure;

        FailingEncoder(Exception failure) {
            this.failure = failure;
        }

        @Override
        public Set<String> transferSyntaxes() {
            return rle.transferSyntaxes();
        }

        @Override
        public Photometric accepts(ImageDescription d, String transferSyntax) throws ImageException {
            return rle.accepts(d, transferSyntax);
        }

        @Override
        public byte[] encode(Frame frame, String transferSyntax, int quality) throws IOException {
            if (calls.incrementAndGet() == FRAMES / 2) {
                if (failure instanceof IOException checked) {
                    throw checked;
                }
                throw (RuntimeException) failure;
            }
            return rle.encode(frame, transferSyntax, quality);
        }
    }

    @Test
    void theFrameBytesAreThoseOfOneFrameAfterTheOther() throws Exception {
        DicomFile source = TestImages.make(MANY);
        DicomImage image = DicomImage.of(source, BuiltInCodecs.codecs());
        ForkJoinPool threads = new ForkJoinPool(8);
        try {
            for (TransferSyntax syntax : SYNTAXES) {
                FrameEncoder encoder = BuiltInCodecs.codecs().encoder(syntax).orElseThrow();
                DicomFile coded = threads.submit(
                                () -> new Transcoding(BuiltInCodecs.codecs(), syntax, 90, false).transcode(source))
                        .get();
                Fragments fragments = (Fragments) coded.dataset().get(Tag.PixelData);
                assertEquals(FRAMES, fragments.size(), syntax.name());
                for (int i = 0; i < FRAMES; i++) {
                    assertArrayEquals(
                            encoder.encode(image.frame(i), syntax.uid(), 90),
                            fragments.get(i),
                            syntax.name() + ", frame " + i);
                }
                assertArrayEquals(
                        TestImages.write(coded),
                        TestImages.write(new Transcoding(BuiltInCodecs.codecs(), syntax, 90, false).transcode(source)),
                        syntax.name());
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void oneFrameThatFailsFailsTheWholeAndChangesNothing() throws Exception {
        for (Exception failure : List.of(
                ImageException.unsupported("This frame is too much"),
                new IllegalStateException("This frame is too much"))) {
            DicomFile source = TestImages.make(MANY);
            byte[] before = TestImages.write(source);
            Codecs codecs = new Codecs(List.of(), List.of(new FailingEncoder(failure)));
            ImageException failed = assertThrows(
                    ImageException.class,
                    () -> new Transcoding(codecs, TransferSyntax.RLE, 90, true).transcode(source));
            assertTrue(failed.getMessage().contains("This frame is too much"), failed.getMessage());
            assertArrayEquals(before, TestImages.write(source));
        }
    }

    @Test
    void oneFrameThatCannotBeDecodedFailsTheWhole() throws Exception {
        DicomFile coded = TestImages.transcode(TestImages.make(MANY), TransferSyntax.RLE);
        Fragments fragments = (Fragments) coded.dataset().get(Tag.PixelData);
        List<byte[]> frames = new java.util.ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            frames.add(i == 7 ? new byte[80] : fragments.get(i));
        }
        coded.dataset().setFragments(Tag.PixelData, org.isengard.dicom.VR.OB, new byte[0], frames);
        byte[] before = TestImages.write(coded);
        for (TransferSyntax target : List.of(
                TransferSyntax.JPEG_LS_LOSSLESS, TransferSyntax.JPEG_EXTENDED, TransferSyntax.EXPLICIT_LITTLE_ENDIAN)) {
            ImageException failed = assertThrows(ImageException.class, () -> TestImages.transcode(coded, target));
            assertEquals(ImageException.Kind.BAD_IMAGE, failed.kind(), target.name());
            assertTrue(!target.encapsulated() || failed.getMessage().contains("Frame 7"), failed.getMessage());
            assertArrayEquals(before, TestImages.write(coded));
        }
    }
}
