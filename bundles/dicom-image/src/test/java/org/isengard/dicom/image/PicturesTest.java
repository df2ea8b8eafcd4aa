package org.isengard.dicom.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.imageio.ImageIO;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.codec.BuiltInCodecs;
import org.isengard.dicom.image.writer.MatlabWriter;
import org.isengard.dicom.image.writer.NumpyWriter;
import org.isengard.dicom.image.writer.PngWriter;
import org.junit.jupiter.api.Test;

class PicturesTest {
    @Test
    void pngHoldsEveryPixelOfFlatNoisyAndSmoothPictures() throws Exception {
        Random random = new Random(5);
        for (int[] size : new int[][] {{1, 1}, {3, 2}, {64, 33}, {300, 200}}) {
            for (int texture = 0; texture < 3; texture++) {
                for (int kind = 0; kind < 3; kind++) {
                    int spp = kind == 2 ? 3 : 1;
                    int n = size[0] * size[1] * spp;
                    int[] samples = new int[n];
                    for (int i = 0; i < n; i++) {
                        int max = kind == 1 ? 65535 : 255;
                        samples[i] = texture == 0
                                ? i / 500 * 17 & max
                                : texture == 1 ? random.nextInt(max + 1) : i * 3 + random.nextInt(4) & max;
                    }
                    Raster read = ImageIO.read(new ByteArrayInputStream(PngWriter.write(frame(size, kind, samples))))
                            .getRaster();
                    assertArrayEquals(samples, read.getPixels(0, 0, size[0], size[1], (int[]) null));
                }
            }
        }
    }

    private static Frame frame(int[] size, int kind, int[] samples) {
        if (kind == 1) {
            short[] data = new short[samples.length];
            for (int i = 0; i < data.length; i++) {
                data[i] = (short) samples[i];
            }
            return Frame.gray16(size[0], size[1], SampleType.UINT16, data);
        }
        byte[] data = new byte[samples.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) samples[i];
        }
        return kind == 2 ? Frame.rgb8(size[0], size[1], data) : Frame.gray8(size[0], size[1], data);
    }

    @Test
    void windowsCutAndSpreadTheValuesOfTheModality() {
        short[] stored = {0, 823, 1024, 1064, 1264, 4000};
        Frame frame = new Frame(6, 1, 1, Photometric.MONOCHROME2, SampleType.UINT16, 12, stored);
        byte[] shown = Rendering.window(frame, 1, -1024, 40, 400).bytes();
        assertArrayEquals(new byte[] {0, 0, 102, 127, (byte) 255, (byte) 255}, shown);
        Frame inverse = frame.withPhotometric(Photometric.MONOCHROME1);
        assertEquals((byte) 255, Rendering.window(inverse, 1, -1024, 40, 400).bytes()[0]);
    }

    /** Halves fall where the rounding errors of Orthanc's numbers, which are floats, put them. */
    @Test
    void shadesBetweenTwoFallToOrthancsSide() {
        byte[] even = {0, 21, 119, (byte) 238};
        byte[] odd = {1, 22, 36, 120, (byte) 239};
        assertArrayEquals(
                new byte[] {0, 23, 127, (byte) 255},
                Rendering.stretch(Frame.gray8(4, 1, even)).bytes());
        assertArrayEquals(
                new byte[] {0, 23, 37, (byte) 128, (byte) 255},
                Rendering.stretch(Frame.gray8(5, 1, odd)).bytes());
        assertArrayEquals(
                new byte[] {25, 89, (byte) 152},
                Rendering.window(Frame.gray8(3, 1, new byte[] {0, 7, 14}), 2.5, 100, 128, 70)
                        .bytes());
    }

    @Test
    void aFlatOrEmptyRangeIsNoDivisionByZero() {
        byte[] out =
                Rendering.stretch(Frame.gray8(2, 2, new byte[] {7, 7, 7, 7})).bytes();
        assertArrayEquals(new byte[4], out);
        Frame nan = new Frame(1, 2, 1, Photometric.MONOCHROME2, SampleType.FLOAT32, 32, new float[] {
            Float.NaN, Float.POSITIVE_INFINITY
        });
        assertEquals(2, Rendering.stretch(nan).samples());
    }

    @Test
    void segmentedPalettesAreExpanded() throws Exception {
        short[] segments = {0, 2, 10, 20, 1, 4, 60, 2, 1, 0, 0};
        // Two discrete entries, four on a line to 60, and the first segment again.
        assertArrayEquals(new short[] {10, 20, 30, 40, 50, 60, 10, 20}, PaletteColors.expand(segments, 8));
        assertThrows(ImageException.class, () -> PaletteColors.expand(new short[] {1, 4, 60}, 8));
        assertThrows(ImageException.class, () -> PaletteColors.expand(new short[] {7, 4, 60}, 8));
    }

    @Test
    void subsampledNativeColoursAreSpreadAndConverted() throws Exception {
        DicomFile file = TestImages.make(new TestImages.Kind("422", 4, 2, 1, 3, 8, 8, false));
        Attributes d = file.dataset();
        d.setString(Tag.PhotometricInterpretation, "YBR_FULL_422");
        d.setBytes(Tag.PixelData, VR.OB, new byte[] {
            10,
            20,
            (byte) 128,
            (byte) 128,
            30,
            40,
            (byte) 128,
            (byte) 128,
            50,
            60,
            (byte) 128,
            (byte) 128,
            70,
            80,
            (byte) 128,
            (byte) 255
        });
        Frame frame = DicomImage.of(file, BuiltInCodecs.codecs()).frame(0);
        assertEquals(Photometric.YBR_FULL, frame.photometric());
        byte[] rgb = Colours.toRgb(frame, d).bytes();
        assertEquals(10, rgb[0]);
        assertEquals(20, rgb[3]);
        assertEquals(60, rgb[17]);
        assertTrue((rgb[18] & 0xff) > 200, "red of a pixel with much Cr");
    }

    @Test
    void bitPackedFramesNeedNotStartAtBytes() throws Exception {
        DicomFile file = TestImages.make(new TestImages.Kind("bits", 3, 1, 3, 1, 8, 8, false));
        Attributes d = file.dataset();
        d.setInt(Tag.BitsAllocated, VR.US, 1);
        d.setInt(Tag.BitsStored, VR.US, 1);
        d.setInt(Tag.HighBit, VR.US, 0);
        // 101 011 110, the first pixel in the lowest bit.
        d.setBytes(Tag.PixelData, VR.OB, new byte[] {(byte) 0b11110101, 0});
        DicomImage image = DicomImage.of(file, BuiltInCodecs.codecs());
        assertArrayEquals(new byte[] {-1, 0, -1}, image.frame(0).bytes());
        assertArrayEquals(new byte[] {0, -1, -1}, image.frame(1).bytes());
        assertArrayEquals(new byte[] {-1, -1, 0}, image.frame(2).bytes());
    }

    @Test
    void overlayBitsAboveTheStoredOnesAreLeftOut() throws Exception {
        DicomFile file = TestImages.make(new TestImages.Kind("overlay", 2, 1, 1, 1, 16, 12, true));
        file.dataset().setBytes(Tag.PixelData, VR.OW, new byte[] {(byte) 0xff, 0x1f, 0x01, (byte) 0xf0});
        short[] pixels = DicomImage.of(file, BuiltInCodecs.codecs()).frame(0).shorts();
        assertArrayEquals(new short[] {-1, 1}, pixels);
    }

    @Test
    void numpyAndMatlabDescribeTheirShapes() throws Exception {
        String head = new String(NumpyWriter.header(SampleType.UINT16, 2, 3, 4, 1), StandardCharsets.ISO_8859_1);
        assertEquals(0, head.length() % 64);
        assertTrue(head.contains("'descr': '<u2', 'fortran_order': False, 'shape': (2, 3, 4, 1)"));
        assertEquals("double([ 1 2 ; 3 4 ])", MatlabWriter.write(Frame.gray8(2, 2, new byte[] {1, 2, 3, 4})));
    }

    @Test
    void missingFramesAndShortPixelDataAreErrors() throws Exception {
        DicomFile file = TestImages.make(TestImages.KINDS.get(2));
        DicomImage image = DicomImage.of(file, BuiltInCodecs.codecs());
        assertEquals(
                ImageException.Kind.NO_SUCH_FRAME,
                assertThrows(ImageException.class, () -> image.frame(3)).kind());
        file.dataset().setString(Tag.NumberOfFrames, "2000000000");
        assertEquals(
                ImageException.Kind.BAD_IMAGE,
                assertThrows(
                                ImageException.class,
                                () -> DicomImage.of(file, BuiltInCodecs.codecs())
                                        .frame(1_999_999_999))
                        .kind());
        DicomFile coded = TestImages.transcode(TestImages.make(TestImages.KINDS.get(2)), TransferSyntax.RLE);
        coded.dataset().setString(Tag.NumberOfFrames, "2000000000");
        assertThrows(ImageException.class, () -> DicomImage.of(coded, BuiltInCodecs.codecs()));
    }
}
