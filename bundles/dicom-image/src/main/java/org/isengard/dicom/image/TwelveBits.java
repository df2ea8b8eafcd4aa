package org.isengard.dicom.image;

import java.io.IOException;
import java.util.Locale;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;

/**
 * Brings gray images that are signed or deeper than 12 bits into what lossy JPEG can hold: the values that occur are
 * moved to start at 0 and, where they are too many, scaled to 12 bits. The rescale slope and intercept undo it, so that
 * the modality's values stay what they were. Colours are only scaled: full is full with fewer bits, too.
 *
 * @param min the smallest stored value of all frames
 * @param scale stored values for each new one, at least 1
 */
record TwelveBits(double min, double scale) {
    private static final int MAX = 4095;

    /** Whether images of this kind must be fitted before they can be encoded. */
    static boolean needed(ImageDescription d, TransferSyntax target) {
        return target.equals(TransferSyntax.JPEG_EXTENDED)
                && d.bitsAllocated() == 16
                && (d.photometric().isMonochrome()
                        ? d.signed() || d.bitsStored() > 12
                        : d.samplesPerPixel() == 3 && !d.signed() && d.bitsStored() > 12);
    }

    static TwelveBits of(DicomImage image) throws IOException {
        if (image.description().samplesPerPixel() == 3) {
            return new TwelveBits(0, (double) ((1 << image.description().bitsStored()) - 1) / MAX);
        }
        int min = Integer.MAX_VALUE;
        int max = Integer.MIN_VALUE;
        for (int i = 0; i < image.description().frames(); i++) {
            Frame frame = image.frame(i);
            int mask = frame.type() == SampleType.UINT16 ? 0xffff : -1;
            for (short s : frame.shorts()) {
                min = Math.min(min, s & mask);
                max = Math.max(max, s & mask);
            }
        }
        return new TwelveBits(min, Math.max(1, (double) (max - min) / MAX));
    }

    ImageDescription description(ImageDescription d) {
        return new ImageDescription(
                d.columns(),
                d.rows(),
                d.frames(),
                d.samplesPerPixel(),
                d.photometric(),
                d.planar(),
                16,
                12,
                11,
                false,
                false);
    }

    Frame fit(Frame frame) {
        short[] out = new short[frame.samples()];
        for (int i = 0; i < out.length; i++) {
            out[i] = (short) Math.round((frame.value(i) - min) / scale);
        }
        return new Frame(
                frame.columns(),
                frame.rows(),
                frame.samplesPerPixel(),
                frame.photometric(),
                SampleType.UINT16,
                12,
                out);
    }

    /** Changes the description of the pixels to the new values; what names single stored values does not hold any more. */
    void describe(Attributes dataset) {
        dataset.setInt(Tag.BitsStored, VR.US, 12);
        dataset.setInt(Tag.HighBit, VR.US, 11);
        dataset.setInt(Tag.PixelRepresentation, VR.US, 0);
        if (dataset.getInt(Tag.SamplesPerPixel, 1) == 3) {
            return;
        }
        double slope = dataset.getDouble(Tag.RescaleSlope, 1);
        double intercept = dataset.getDouble(Tag.RescaleIntercept, 0) + slope * min;
        dataset.setString(Tag.RescaleSlope, decimal(slope * scale));
        dataset.setString(Tag.RescaleIntercept, decimal(intercept));
        if (!dataset.contains(Tag.RescaleType)) {
            dataset.setString(Tag.RescaleType, "CT".equals(dataset.getString(Tag.Modality)) ? "HU" : "US");
        }
        for (int tag : new int[] {
            Tag.SmallestImagePixelValue, Tag.LargestImagePixelValue, Tag.PixelPaddingValue, Tag.PixelPaddingRangeLimit
        }) {
            dataset.remove(tag);
        }
    }

    /** {@return a number as a decimal string of 16 characters at most (PS3.5 section 6.2)} */
    private static String decimal(double value) {
        String text = value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : "" + value;
        return text.length() <= 16 ? text : String.format(Locale.ROOT, "%.9e", value);
    }
}
