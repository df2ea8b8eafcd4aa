package org.isengard.dicom.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Fragments;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.codec.BuiltInCodecs;
import org.junit.jupiter.api.Test;

/** Whole images with random shapes, wrong descriptions and damaged fragments. The seeds are fixed. */
class FuzzFilesTest {
    /** {@code ./check campaign} gives other seeds. */
    private static final long MORE = Long.getLong("isengard.fuzz.seed", 0);

    private static final List<TransferSyntax> SYNTAXES = List.of(
            TransferSyntax.RLE,
            TransferSyntax.JPEG_BASELINE,
            TransferSyntax.JPEG_EXTENDED,
            TransferSyntax.JPEG_LOSSLESS,
            TransferSyntax.JPEG_LOSSLESS_SV1,
            TransferSyntax.JPEG_LS_LOSSLESS,
            TransferSyntax.JPEG_LS_NEAR_LOSSLESS,
            TransferSyntax.JPEG_2000_LOSSLESS);

    /** Of small images; the JPEG 2000 library takes some megabytes for anything. */
    private static final long MOST_BYTES = 64L << 20;

    private static TestImages.Kind shape(Random random) {
        int allocated = new int[] {8, 16, 32}[random.nextInt(3)];
        int samples = allocated < 32 && random.nextInt(3) == 0 ? 3 : 1;
        int stored = allocated - random.nextInt(allocated == 8 ? 8 : 12);
        boolean signed = samples == 1 && stored > 1 && random.nextBoolean();
        int columns = 1 + random.nextInt(70);
        return new TestImages.Kind(
                "shape", columns, 1 + random.nextInt(50), 1 + random.nextInt(3), samples, allocated, stored, signed);
    }

    @Test
    void encodersKeepWhatTheyTakeAndRefuseTheRest() {
        assertTimeoutPreemptively(Duration.ofSeconds(120), () -> {
            Random random = new Random(41 + MORE);
            for (int round = 0; round < 400; round++) {
                TestImages.Kind kind = shape(random);
                TransferSyntax syntax = SYNTAXES.get(random.nextInt(SYNTAXES.size()));
                DicomFile source = TestImages.make(kind);
                try {
                    DicomFile coded = TestImages.transcode(source, syntax);
                    double worst = TestImages.difference(TestImages.values(source), TestImages.values(coded));
                    if (!syntax.lossy()) {
                        assertEquals(0, worst, syntax.name() + " " + describe(kind));
                    }
                } catch (ImageException e) {
                    assertEquals(ImageException.Kind.UNSUPPORTED, e.kind(), syntax.name() + " " + describe(kind));
                }
            }
        });
    }

    private static String describe(TestImages.Kind k) {
        return k.columns() + " x " + k.rows() + " x " + k.samples() + ", " + k.stored() + " of " + k.allocated()
                + (k.signed() ? " signed" : "");
    }

    @Test
    void wrongDescriptionsAndFragmentsGiveAnImageOrAClearErrorInBoundedMemory() {
        assertTimeoutPreemptively(Duration.ofSeconds(120), () -> {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long self = Thread.currentThread().getId();
            Random random = new Random(42 + MORE);
            int errors = 0;
            for (int round = 0; round < 800; round++) {
                TransferSyntax syntax = SYNTAXES.get(round % SYNTAXES.size());
                int kind = syntax.equals(TransferSyntax.JPEG_BASELINE) ? 7 : new int[] {2, 6, 7}[random.nextInt(3)];
                DicomFile file = TestImages.transcode(TestImages.make(TestImages.KINDS.get(kind)), syntax);
                damage(file.dataset(), random);
                long before = threads.getThreadAllocatedBytes(self);
                try {
                    DicomImage image = DicomImage.of(file, BuiltInCodecs.codecs());
                    for (int i = 0; i < Math.min(4, image.description().frames()); i++) {
                        Colours.toRgb(image.frame(i), file.dataset());
                    }
                } catch (ImageException e) {
                    errors++;
                }
                long used = threads.getThreadAllocatedBytes(self) - before;
                assertTrue(used < MOST_BYTES, syntax.name() + ", round " + round + ": " + used + " bytes");
            }
            assertTrue(errors > 100, errors + " errors");
        });
    }

    private static void damage(Attributes d, Random random) {
        Fragments fragments = (Fragments) d.get(Tag.PixelData);
        List<byte[]> pieces = new ArrayList<>();
        try {
            for (int i = 0; i < fragments.size(); i++) {
                pieces.add(fragments.get(i));
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        int at = random.nextInt(pieces.size());
        byte[] piece = pieces.get(at);
        switch (random.nextInt(7)) {
            case 0 -> pieces.set(at, Arrays.copyOf(piece, random.nextInt(piece.length / 2 + 1) * 2));
            case 1 -> pieces.remove(at);
            case 2 -> pieces.add(at, new byte[random.nextInt(20) * 2]);
            case 3 -> d.setInt(Tag.SamplesPerPixel, VR.US, random.nextInt(5));
            case 4 -> d.setInt(random.nextBoolean() ? Tag.Rows : Tag.Columns, VR.US, random.nextInt(2000));
            case 5 -> d.setInt(Tag.BitsAllocated, VR.US, 1 + random.nextInt(33));
            default -> d.setString(Tag.NumberOfFrames, Integer.toString(random.nextInt(1 << random.nextInt(30))));
        }
        byte[] table = new byte[random.nextInt(6) * 4];
        random.nextBytes(table);
        d.setFragments(Tag.PixelData, VR.OB, table, pieces);
    }
}
