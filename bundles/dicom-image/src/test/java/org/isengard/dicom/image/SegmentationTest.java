package org.isengard.dicom.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.codec.BuiltInCodecs;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of one bit for each pixel, whose frames begin and end within bytes (PS3.5 section 8.1.1). */
class SegmentationTest {
    private static final int[][] SIZES = {{7, 5, 5}, {3, 1, 11}, {1, 1, 19}, {9, 7, 2}, {13, 3, 4}, {16, 2, 3}};
    private static final List<TransferSyntax> NATIVE = List.of(
            TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
            TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
            TransferSyntax.EXPLICIT_BIG_ENDIAN,
            TransferSyntax.DEFLATED);

    @TempDir
    private Path directory;

    private static boolean isSet(int pixel) {
        return (pixel * pixel / 3 + pixel) % 5 < 2;
    }

    private static DicomFile make(int[] size, VR vr) throws IOException {
        DicomFile file = TestImages.make(new TestImages.Kind("bits", size[0], size[1], size[2], 1, 8, 8, false));
        Attributes d = file.dataset();
        d.setInt(Tag.BitsAllocated, VR.US, 1);
        d.setInt(Tag.BitsStored, VR.US, 1);
        d.setInt(Tag.HighBit, VR.US, 0);
        int samples = size[0] * size[1] * size[2];
        byte[] pixels = new byte[(samples + 15) / 16 * 2];
        for (int i = 0; i < samples; i++) {
            pixels[i / 8] |= (byte) ((isSet(i) ? 1 : 0) << i % 8);
        }
        d.setBytes(Tag.PixelData, vr, pixels);
        return file;
    }

    private static void check(DicomFile file, int[] size, String what) throws IOException {
        DicomImage image = DicomImage.of(file, BuiltInCodecs.codecs());
        int samples = size[0] * size[1];
        assertEquals(size[2], image.description().frames());
        for (int frame = 0; frame < size[2]; frame++) {
            byte[] expected = new byte[samples];
            for (int i = 0; i < samples; i++) {
                expected[i] = (byte) (isSet(frame * samples + i) ? 255 : 0);
            }
            assertArrayEquals(expected, image.frame(frame).bytes(), what + ", frame " + frame);
        }
    }

    private static DicomFile referenced(byte[] bytes) throws IOException {
        return DicomReader.read(
                new ByteArrayInputStream(bytes),
                ReadOptions.defaults().withPixelData(ReadOptions.PixelData.REFERENCE),
                offset -> {
                    InputStream again = new ByteArrayInputStream(bytes);
                    again.skipNBytes(offset);
                    return again;
                });
    }

    @Test
    void everyBitSurvivesEveryNativeSyntax() throws Exception {
        for (int[] size : SIZES) {
            for (VR vr : List.of(VR.OB, VR.OW)) {
                DicomFile source = make(size, vr);
                byte[] pixels = source.dataset().getBytes(Tag.PixelData);
                for (TransferSyntax first : NATIVE) {
                    DicomFile there = TestImages.transcode(source, first);
                    byte[] bytes = TestImages.write(there);
                    String what = size[0] + " x " + size[1] + " of " + vr + " in " + first.name();
                    check(there, size, what);
                    check(referenced(bytes), size, what + ", left in the file");
                    for (TransferSyntax second : NATIVE) {
                        DicomFile back = TestImages.transcode(referenced(bytes), second);
                        check(back, size, what + " and " + second.name());
                        DicomFile home = TestImages.transcode(back, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
                        assertArrayEquals(pixels, home.dataset().getBytes(Tag.PixelData), what);
                    }
                }
            }
        }
    }

    @Test
    void noCodecTakesSingleBits() throws Exception {
        DicomFile source = make(SIZES[0], VR.OB);
        for (TransferSyntax syntax : List.of(
                TransferSyntax.RLE,
                TransferSyntax.JPEG_BASELINE,
                TransferSyntax.JPEG_EXTENDED,
                TransferSyntax.JPEG_LOSSLESS,
                TransferSyntax.JPEG_LOSSLESS_SV1,
                TransferSyntax.JPEG_LS_LOSSLESS,
                TransferSyntax.JPEG_LS_NEAR_LOSSLESS,
                TransferSyntax.JPEG_2000_LOSSLESS)) {
            ImageException refused =
                    assertThrows(ImageException.class, () -> TestImages.transcode(source, syntax), syntax.name());
            assertEquals(ImageException.Kind.UNSUPPORTED, refused.kind(), syntax.name());
        }
    }

    @Test
    void whatDcmtkAndGdcmConvertIsTheSameToUs() throws Exception {
        for (int[] size : SIZES) {
            for (VR vr : List.of(VR.OB, VR.OW)) {
                Path in = Files.write(directory.resolve("in.dcm"), TestImages.write(make(size, vr)));
                for (String[] tool : new String[][] {
                    {"dcmconv", "+ti"},
                    {"dcmconv", "+te"},
                    {"dcmconv", "+tb"},
                    {"dcmconv", "+td"},
                    {"gdcmconv", "--raw"}
                }) {
                    Path out = directory.resolve("out.dcm");
                    boolean done = Tools.run(tool[0], tool[1], in.toString(), out.toString());
                    if (!done && "gdcmconv".equals(tool[0])) {
                        // It takes only some sizes of such images.
                        continue;
                    }
                    assertTrue(done, tool[0] + " " + tool[1]);
                    check(DicomReader.read(out), size, String.join(" ", tool) + " of " + size[0] + " x " + size[1]);
                }
            }
        }
    }

    @Test
    void whatWeConvertIsTheSameToDcmtk() throws Exception {
        for (int[] size : SIZES) {
            DicomFile source = make(size, VR.OB);
            for (TransferSyntax syntax : NATIVE) {
                Path in = Files.write(
                        directory.resolve("in.dcm"), TestImages.write(TestImages.transcode(source, syntax)));
                Path out = directory.resolve("out.dcm");
                Assumptions.assumeTrue(Tools.run("dcmconv", "+te", in.toString(), out.toString()));
                assertArrayEquals(
                        source.dataset().getBytes(Tag.PixelData),
                        DicomReader.read(out).dataset().getBytes(Tag.PixelData),
                        syntax.name());
            }
        }
    }
}
