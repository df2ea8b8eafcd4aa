package org.isengard.dicom.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.image.codec.BuiltInCodecs;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class CodecRoundTripTest {
    private static final List<TransferSyntax> LOSSLESS = List.of(
            TransferSyntax.RLE,
            TransferSyntax.JPEG_LOSSLESS,
            TransferSyntax.JPEG_LOSSLESS_SV1,
            TransferSyntax.JPEG_LS_LOSSLESS,
            TransferSyntax.JPEG_2000_LOSSLESS);

    @TestFactory
    Stream<DynamicTest> losslessSyntaxesGiveBackEveryPixel() {
        List<DynamicTest> tests = new ArrayList<>();
        for (TestImages.Kind kind : TestImages.KINDS) {
            for (TransferSyntax syntax : LOSSLESS) {
                tests.add(DynamicTest.dynamicTest(kind + " in " + syntax.name(), () -> {
                    DicomFile source = TestImages.make(kind);
                    if (!TestImages.fits(kind, syntax)) {
                        assertEquals(
                                ImageException.Kind.UNSUPPORTED,
                                assertThrows(ImageException.class, () -> TestImages.transcode(source, syntax))
                                        .kind());
                        return;
                    }
                    DicomFile coded = TestImages.transcode(source, syntax);
                    assertEquals(syntax.uid(), coded.transferSyntax().uid());
                    assertEquals(0, TestImages.difference(TestImages.values(source), TestImages.values(coded)));
                    assertEquals(
                            source.dataset().getString(Tag.SOPInstanceUID),
                            coded.dataset().getString(Tag.SOPInstanceUID));
                    DicomFile back = TestImages.transcode(coded, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
                    assertEquals(0, TestImages.difference(TestImages.values(source), TestImages.values(back)));
                }));
            }
        }
        return tests.stream();
    }

    @Test
    void nearLosslessStaysWithinItsBound() throws Exception {
        for (TestImages.Kind kind : TestImages.KINDS) {
            if (kind.signed() || kind.allocated() > 16) {
                continue;
            }
            DicomFile source = TestImages.make(kind);
            DicomFile coded = TestImages.transcode(source, TransferSyntax.JPEG_LS_NEAR_LOSSLESS);
            double worst = TestImages.difference(TestImages.values(source), TestImages.values(coded));
            assertTrue(worst <= 2, kind + ": " + worst);
        }
    }

    @Test
    void lossySyntaxesMakeANewInstanceThatNamesItsSource() throws Exception {
        DicomFile source = TestImages.make(TestImages.KINDS.get(1));
        DicomFile coded = TestImages.transcode(source, TransferSyntax.JPEG_EXTENDED);
        String uid = source.dataset().getString(Tag.SOPInstanceUID);
        assertNotEquals(uid, coded.dataset().getString(Tag.SOPInstanceUID));
        assertEquals(
                coded.dataset().getString(Tag.SOPInstanceUID), coded.meta().getString(Tag.MediaStorageSOPInstanceUID));
        assertEquals("01", coded.dataset().getString(Tag.LossyImageCompression));
        assertEquals("ISO_10918_1", coded.dataset().getString(Tag.LossyImageCompressionMethod));
        assertEquals(uid, coded.dataset().getItem(Tag.SourceImageSequence, 0).getString(Tag.ReferencedSOPInstanceUID));
        assertEquals(TestImages.make(TestImages.KINDS.get(1)).dataset().getString(Tag.SOPInstanceUID), uid);
    }

    @Test
    void jpegIsCloseToItsSource() throws Exception {
        double gray = meanDifference(TestImages.KINDS.get(0), TransferSyntax.JPEG_BASELINE);
        assertTrue(gray < 4, "8 bits: " + gray);
        double deep = meanDifference(TestImages.KINDS.get(1), TransferSyntax.JPEG_EXTENDED);
        assertTrue(deep < 10, "12 bits: " + deep);
    }

    @Test
    void deepAndSignedImagesKeepTheirValuesInTwelveBits() throws Exception {
        for (int kind : new int[] {3, 4, 5}) {
            DicomFile source = TestImages.make(TestImages.KINDS.get(kind));
            DicomFile coded = TestImages.transcode(source, TransferSyntax.JPEG_EXTENDED);
            double slope = coded.dataset().getDouble(Tag.RescaleSlope, 1);
            double intercept = coded.dataset().getDouble(Tag.RescaleIntercept, 0);
            double[] a = TestImages.values(source).get(0);
            double[] b = TestImages.values(coded).get(0);
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += Math.abs(a[i] - (b[i] * slope + intercept));
            }
            assertTrue(sum / a.length < 10 * slope, TestImages.KINDS.get(kind) + ": " + sum / a.length);
        }
    }

    private static double meanDifference(TestImages.Kind kind, TransferSyntax syntax) throws Exception {
        DicomFile source = TestImages.make(kind);
        double[] a = TestImages.values(source).get(0);
        double[] b = TestImages.values(TestImages.transcode(source, syntax)).get(0);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / a.length;
    }

    @Test
    void coloursOfJpegComeBackAsRgb() throws Exception {
        DicomFile source = TestImages.make(new TestImages.Kind("big colour", 200, 150, 1, 3, 8, 8, false));
        DicomFile coded = TestImages.transcode(source, TransferSyntax.JPEG_BASELINE);
        assertEquals("YBR_FULL", coded.dataset().getString(Tag.PhotometricInterpretation));
        DicomFile back = TestImages.transcode(coded, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        assertEquals("RGB", back.dataset().getString(Tag.PhotometricInterpretation));
        double[] a = TestImages.values(source).get(0);
        double[] b = TestImages.values(back).get(0);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        assertTrue(sum / a.length < 6, "mean difference " + sum / a.length);
    }

    @Test
    void deepColoursStayDeepInTwelveBits() throws Exception {
        for (int bits : new int[] {12, 16}) {
            DicomFile source = TestImages.make(new TestImages.Kind("deep", 96, 80, 1, 3, 16, bits, false));
            DicomFile coded = TestImages.transcode(source, TransferSyntax.JPEG_EXTENDED);
            assertEquals(12, coded.dataset().getInt(Tag.BitsStored, 0));
            double[] a = TestImages.values(source).get(0);
            double[] b = TestImages.values(TestImages.transcode(coded, TransferSyntax.EXPLICIT_LITTLE_ENDIAN))
                    .get(0);
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += Math.abs(a[i] / (bits == 16 ? 65535.0 / 4095 : 1) - b[i]);
            }
            assertTrue(sum / a.length < 60, bits + " bits: mean difference " + sum / a.length);
        }
    }

    /** The library behind it loses bits of images that are small for the number of times it splits them. */
    @Test
    void jpeg2000KeepsEveryPixelOfSmallImages() throws Exception {
        for (int columns = 1; columns < 40; columns += 3) {
            for (int rows = 1; rows < 40; rows += 7) {
                for (int bits : new int[] {8, 12, 16}) {
                    TestImages.Kind kind =
                            new TestImages.Kind("small", columns, rows, 1, 1, bits > 8 ? 16 : 8, bits, false);
                    DicomFile source = TestImages.make(kind);
                    DicomFile coded = TestImages.transcode(source, TransferSyntax.JPEG_2000_LOSSLESS);
                    assertEquals(
                            0, TestImages.difference(TestImages.values(source), TestImages.values(coded)), "" + kind);
                }
            }
        }
    }

    @Test
    void nativeSyntaxesHoldTheSamePixels() throws Exception {
        for (TestImages.Kind kind : TestImages.KINDS) {
            DicomFile source = TestImages.make(kind);
            for (TransferSyntax syntax : List.of(
                    TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
                    TransferSyntax.EXPLICIT_BIG_ENDIAN,
                    TransferSyntax.DEFLATED)) {
                assertEquals(
                        0,
                        TestImages.difference(
                                TestImages.values(source), TestImages.values(TestImages.transcode(source, syntax))),
                        kind + " in " + syntax.name());
            }
        }
    }

    @Test
    void aFrameOverSeveralFragmentsIsJoined() throws Exception {
        DicomFile source = TestImages.make(TestImages.KINDS.get(2));
        DicomFile coded = TestImages.transcode(source, TransferSyntax.JPEG_LS_LOSSLESS);
        org.isengard.dicom.Fragments fragments =
                (org.isengard.dicom.Fragments) coded.dataset().get(Tag.PixelData);
        List<byte[]> pieces = new ArrayList<>();
        for (int i = 0; i < fragments.size(); i++) {
            byte[] frame = fragments.get(i);
            int cut = frame.length / 4 * 2;
            pieces.add(java.util.Arrays.copyOf(frame, cut));
            pieces.add(java.util.Arrays.copyOfRange(frame, cut, frame.length));
        }
        coded.dataset().setFragments(Tag.PixelData, org.isengard.dicom.VR.OB, new byte[0], pieces);
        DicomFile read = DicomReader.read(TestImages.write(coded));
        assertEquals(0, TestImages.difference(TestImages.values(source), TestImages.values(read)));
    }

    @Test
    void aHostileSizeIsRefusedBeforeAnythingIsAllocated() throws Exception {
        DicomFile file = TestImages.make(TestImages.KINDS.get(0));
        file.dataset().setInt(Tag.Rows, org.isengard.dicom.VR.US, 65535);
        file.dataset().setInt(Tag.Columns, org.isengard.dicom.VR.US, 65535);
        ImageException e = assertThrows(ImageException.class, () -> DicomImage.of(file, BuiltInCodecs.codecs()));
        assertEquals(ImageException.Kind.TOO_LARGE, e.kind());
    }
}
