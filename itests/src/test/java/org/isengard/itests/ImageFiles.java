package org.isengard.itests;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;

/** Images with samples of unusual kinds, small and of odd sizes. */
final class ImageFiles {
    static final int COLUMNS = 7;
    static final int ROWS = 5;

    private ImageFiles() {}

    /** Whole numbers over all of their range, of 8, 16 or 32 bits. */
    static Attributes whole(String name, int number, int frames, int allocated, int stored, boolean signed) {
        Attributes image = image(name, number, frames);
        describe(image, allocated, stored, signed);
        int samples = frames * ROWS * COLUMNS;
        ByteBuffer pixels = little((samples * allocated / 8 + 1) / 2 * 2);
        long range = 1L << stored;
        for (int i = 0; i < samples; i++) {
            long value = (range - 3) / (samples - 1) * i + number % 3 - (signed ? range / 2 : 0);
            switch (allocated) {
                case 8 -> pixels.put((byte) value);
                case 16 -> pixels.putShort((short) value);
                default -> pixels.putInt((int) value);
            }
        }
        image.setBytes(Tag.PixelData, allocated == 8 ? VR.OB : VR.OW, pixels.array());
        return image;
    }

    /** Float pixel data (PS3.3 section C.7.6.24). */
    static Attributes floats(String name, int number, int frames, float... special) {
        Attributes image = image(name, number, frames);
        image.setString(Tag.SOPClassUID, VR.UI, UID.ParametricMapStorage);
        image.setInt(Tag.BitsAllocated, VR.US, 32);
        int samples = frames * ROWS * COLUMNS;
        ByteBuffer pixels = little(samples * Float.BYTES);
        for (int i = 0; i < samples; i++) {
            pixels.putFloat(i < special.length ? special[i] : (i - 20) * 12.25f + number);
        }
        image.setBytes(Tag.FloatPixelData, VR.OF, pixels.array());
        return image;
    }

    /** Double float pixel data (PS3.3 section C.7.6.25). */
    static Attributes doubles(String name, int number, int frames) {
        Attributes image = image(name, number, frames);
        image.setString(Tag.SOPClassUID, VR.UI, UID.ParametricMapStorage);
        image.setInt(Tag.BitsAllocated, VR.US, 64);
        int samples = frames * ROWS * COLUMNS;
        ByteBuffer pixels = little(samples * Double.BYTES);
        for (int i = 0; i < samples; i++) {
            pixels.putDouble((i - 20) * 1e-3 + number);
        }
        image.setBytes(Tag.DoubleFloatPixelData, VR.OD, pixels.array());
        return image;
    }

    /** A segmentation of one bit for each pixel, whose frames follow each other without padding (PS3.5 section 8.1.1). */
    static Attributes bits(String name, int number, int frames, int columns) {
        Attributes image = image(name, number, frames);
        image.setString(Tag.SOPClassUID, VR.UI, UID.SegmentationStorage);
        image.setInt(Tag.Columns, VR.US, columns);
        describe(image, 1, 1, false);
        int samples = frames * ROWS * columns;
        byte[] pixels = new byte[(samples + 15) / 16 * 2];
        for (int i = 0; i < samples; i++) {
            pixels[i / 8] |= (byte) ((isSet(number, i) ? 1 : 0) << i % 8);
        }
        image.setBytes(Tag.PixelData, VR.OB, pixels);
        return image;
    }

    static Attributes noPixels(String name, int number) {
        Attributes report = SampleFile.dataset(name, number);
        report.setString(Tag.SOPClassUID, VR.UI, UID.BasicTextSRStorage);
        for (int tag : new int[] {Tag.PixelData, Tag.Rows, Tag.Columns, Tag.SamplesPerPixel, Tag.BitsAllocated}) {
            report.remove(tag);
        }
        return report;
    }

    /** Whether a pixel of {@link #bits} is one, counted over all frames. */
    static boolean isSet(int number, int pixel) {
        return (pixel * pixel / 3 + pixel + number) % 5 < 2;
    }

    static SampleFile file(Attributes image) {
        return SampleFile.of(image, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    }

    private static Attributes image(String name, int number, int frames) {
        Attributes image = SampleFile.dataset(name, number);
        for (int tag : new int[] {Tag.PixelData, Tag.BitsStored, Tag.HighBit, Tag.PixelRepresentation}) {
            image.remove(tag);
        }
        image.setInt(Tag.Rows, VR.US, ROWS);
        image.setInt(Tag.Columns, VR.US, COLUMNS);
        if (frames > 1) {
            image.setString(Tag.NumberOfFrames, VR.IS, Integer.toString(frames));
        }
        return image;
    }

    private static void describe(Attributes image, int allocated, int stored, boolean signed) {
        image.setInt(Tag.BitsAllocated, VR.US, allocated);
        image.setInt(Tag.BitsStored, VR.US, stored);
        image.setInt(Tag.HighBit, VR.US, stored - 1);
        image.setInt(Tag.PixelRepresentation, VR.US, signed ? 1 : 0);
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
