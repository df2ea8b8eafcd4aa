package org.isengard.dicom.image;

import java.io.IOException;
import java.util.Locale;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;

/**
 * Brings images of 16 bits allocated into what lossy JPEG can hold, 12 bits without sign. Gray values that occur are moved
 * to start at 0 and, where they are too many, scaled; the rescale slope and intercept undo it, so that the modality's
 * values stay what they were. As in Orthanc, modality values below 0 leave room of 1023 in front where there is some.
 * Colours are only scaled: full is full with fewer bits, too.
 *
 * @param min the stored value that becomes 0
 * @param scale stored values for each new one, at least 1
 */
record TwelveBits(double min, double scale) {
    private static final int MAX = 4095;
    private static final int ROOM = 1023;

    /** Whether images of this kind must be fitted before they can be encoded. */
    static boolean needed(ImageDescription d, Attributes dataset, TransferSyntax target) {
        if (!target.equals(TransferSyntax.JPEG_EXTENDED) || d.bitsAllocated() != 16) {
            return false;
        }
        if (d.photometric().isMonochrome()) {
            return d.signed() || d.bitsStored() > 12 || isRescaled(dataset);
        }
        return d.samplesPerPixel() == 3 && !d.signed() && d.bitsStored() > 12;
    }

    private static boolean isRescaled(Attributes dataset) {
        return dataset.contains(Tag.RescaleSlope) || dataset.contains(Tag.RescaleIntercept);
    }

    /** @throws ImageException when the values' meaning is defined by what a slope and an intercept cannot follow */
    static TwelveBits of(DicomImage image, Attributes dataset) throws IOException {
        ImageDescription d = image.description();
        if (d.samplesPerPixel() == 3) {
            return new TwelveBits(0, (double) ((1 << d.bitsStored()) - 1) / MAX);
        }
        int min = Integer.MAX_VALUE;
        int max = Integer.MIN_VALUE;
        for (int i = 0; i < image.frames(); i++) {
            Frame frame = image.frame(i);
            int mask = frame.type() == SampleType.UINT16 ? 0xffff : -1;
            for (short s : frame.shorts()) {
                min = Math.min(min, s & mask);
                max = Math.max(max, s & mask);
            }
        }
        if (min >= 0 && max <= MAX && !isRescaled(dataset)) {
            return new TwelveBits(0, 1);
        }
        if (dataset.contains(Tag.ModalityLUTSequence)
                || dataset.contains(Tag.DoseGridScaling)
                || hasGroup(dataset, Tag.PixelValueTransformationSequence)) {
            throw ImageException.unsupported(
                    "Lossy JPEG of values beyond 12 bits with a modality LUT, a dose scaling or a rescaling of each frame");
        }
        boolean room = modality(min, dataset) < 0 && max - min + ROOM <= MAX;
        return new TwelveBits(room ? min - ROOM : min, Math.max(1, (double) (max - min) / MAX));
    }

    private static boolean hasGroup(Attributes dataset, int sequence) {
        for (int groups : new int[] {Tag.SharedFunctionalGroupsSequence, Tag.PerFrameFunctionalGroupsSequence}) {
            Sequence frames = dataset.getSequence(groups);
            if (frames != null && frames.items().stream().anyMatch(frame -> frame.contains(sequence))) {
                return true;
            }
        }
        return false;
    }

    private static double modality(double stored, Attributes dataset) {
        return dataset.getDouble(Tag.RescaleSlope, 1) * stored + dataset.getDouble(Tag.RescaleIntercept, 0);
    }

    /**
     * {@return the bits of a gray pixel for the compression ratio: as in Orthanc, those of all modality values that the
     * stored bits could stand for}
     */
    static int bits(ImageDescription d, Attributes dataset) {
        double low = modality(d.signed() ? -(1L << d.bitsStored() - 1) : 0, dataset);
        double high = modality((1L << d.bitsStored() - (d.signed() ? 1 : 0)) - 1, dataset);
        long least = (long) Math.floor(Math.min(low, high));
        long most = (long) Math.ceil(Math.max(low, high));
        int bits = 64 - Long.numberOfLeadingZeros(Math.max(Math.max(most, 0), -(least + 1)));
        return Math.max(1, least < 0 ? bits + 1 : bits);
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
        if (dataset.getInt(Tag.SamplesPerPixel, 1) == 3 || min == 0 && scale == 1) {
            return;
        }
        double slope = dataset.getDouble(Tag.RescaleSlope, 1);
        double intercept = modality(min, dataset);
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
