package org.isengard.dicom.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lossy JPEG of gray values beyond 12 bits, signed or rescaled: the modality's values survive, described as by DCMTK. */
class TwelveBitsTest {
    private static final double STEPS = 255;

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0} to {1}, {2} bits, signed {3}, intercept {4}")
    @CsvSource({
        "-1024, 3000, 16, true, 0",
        "-1024, 1000, 16, true, 0",
        "0, 1000, 16, false, -1024",
        "0, 1000, 12, false, -1024",
        "0, 4000, 12, false, -1024",
        "-1000, 2072, 16, true, 0",
        "-1000, 2073, 16, true, 0",
        "10, 1000, 16, true, 0",
        "10, 1000, 16, true, -10",
        "-2000, 2095, 13, true, 0",
        "7, 7, 16, true, -7",
        "-5, -1, 16, true, 0",
        "-1000, 1000, 16, true,",
        "0, 1000, 16, false,",
        "0, 4000, 13, false,",
        "0, 4000, 12, false,"
    })
    void valuesThatFitAreMovedAsByDcmtk(int low, int high, int bits, boolean signed, Integer intercept)
            throws Exception {
        DicomFile source = ramp(low, high, bits, signed, d -> {
            if (intercept != null) {
                d.setString(Tag.RescaleSlope, "1");
                d.setString(Tag.RescaleIntercept, intercept.toString());
            }
        });
        Path in = directory.resolve("in.dcm");
        Path out = directory.resolve("out.dcm");
        Files.write(in, TestImages.write(source));
        assertTrue(Tools.run("dcmcjpeg", "+ee", "+q", "90", in.toString(), out.toString()));
        Attributes theirs = DicomReader.read(out).dataset();
        Attributes ours =
                TestImages.transcode(source, TransferSyntax.JPEG_EXTENDED).dataset();
        for (int tag :
                new int[] {Tag.BitsStored, Tag.HighBit, Tag.PixelRepresentation, Tag.RescaleSlope, Tag.RescaleIntercept
                }) {
            assertEquals(theirs.getString(tag), ours.getString(tag), Integer.toHexString(tag));
        }
        assertEquals(
                theirs.getDouble(Tag.LossyImageCompressionRatio, 0),
                ours.getDouble(Tag.LossyImageCompressionRatio, 0),
                0.05);
        assertArrayEquals(modalityValues(DicomReader.read(out)), modalityValues(source), 12);
        assertArrayEquals(
                modalityValues(DicomReader.read(out)),
                modalityValues(TestImages.transcode(source, TransferSyntax.JPEG_EXTENDED)),
                1);
    }

    @Test
    void finerOrWiderValuesKeepTheirResolution() throws Exception {
        DicomFile fine = ramp(-1000, 1000, 16, true, d -> rescale(d, "0.5", "-5.5"));
        assertArrayEquals(
                modalityValues(fine), modalityValues(TestImages.transcode(fine, TransferSyntax.JPEG_EXTENDED)), 4);
        DicomFile wide = ramp(-20000, 20000, 16, true, d -> rescale(d, "2", "-5"));
        assertArrayEquals(
                modalityValues(wide), modalityValues(TestImages.transcode(wide, TransferSyntax.JPEG_EXTENDED)), 200);
    }

    @Test
    void whatSlopeAndInterceptCannotFollowIsRefused() throws Exception {
        Consumer<Attributes> lut = d -> d.newSequence(Tag.ModalityLUTSequence).newItem();
        Consumer<Attributes> dose = d -> d.setString(Tag.DoseGridScaling, "0.001");
        Consumer<Attributes> frames = d -> rescale(
                d.newSequence(Tag.SharedFunctionalGroupsSequence)
                        .newItem()
                        .newSequence(Tag.PixelValueTransformationSequence)
                        .newItem(),
                "1",
                "-1024");
        for (Consumer<Attributes> meaning : List.of(lut, dose, frames)) {
            DicomFile deep = ramp(-1000, 1000, 16, true, meaning);
            ImageException refused =
                    assertThrows(ImageException.class, () -> TestImages.transcode(deep, TransferSyntax.JPEG_EXTENDED));
            assertEquals(ImageException.Kind.UNSUPPORTED, refused.kind());
            // Stored values that fit as they are stay what they are.
            DicomFile plain = ramp(0, 4000, 16, false, meaning);
            DicomFile coded = TestImages.transcode(plain, TransferSyntax.JPEG_EXTENDED);
            assertFalse(coded.dataset().contains(Tag.RescaleIntercept));
            assertArrayEquals(
                    TestImages.values(plain).get(0), TestImages.values(coded).get(0), 12);
        }
    }

    private static void rescale(Attributes dataset, String slope, String intercept) {
        dataset.setString(Tag.RescaleSlope, slope);
        dataset.setString(Tag.RescaleIntercept, intercept);
    }

    /** {@return 16 x 16 pixels of stored values that rise evenly} */
    private static DicomFile ramp(int low, int high, int bits, boolean signed, Consumer<Attributes> more)
            throws Exception {
        DicomFile file = TestImages.make(new TestImages.Kind("ramp", 16, 16, 1, 1, 16, bits, signed));
        file.dataset().setString(Tag.SOPClassUID, UID.CTImageStorage);
        ByteBuffer pixels = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 256; i++) {
            int value = (int) Math.rint(low + i * (high - low) / STEPS);
            pixels.putShort((short) (value & (1 << bits) - 1));
        }
        file.dataset().setBytes(Tag.PixelData, VR.OW, pixels.array());
        more.accept(file.dataset());
        return file;
    }

    private static double[] modalityValues(DicomFile file) throws Exception {
        double slope = file.dataset().getDouble(Tag.RescaleSlope, 1);
        double intercept = file.dataset().getDouble(Tag.RescaleIntercept, 0);
        double[] values = TestImages.values(file).get(0);
        for (int i = 0; i < values.length; i++) {
            values[i] = slope * values[i] + intercept;
        }
        return values;
    }
}
