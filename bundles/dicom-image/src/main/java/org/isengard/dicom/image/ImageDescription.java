package org.isengard.dicom.image;

import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;

/**
 * The description of pixels in a data set (PS3.3 section C.7.6.3).
 *
 * @param columns width in pixels, 1 to 65535
 * @param rows height in pixels, 1 to 65535
 * @param frames at least 1
 * @param samplesPerPixel 1, 3 or 4
 * @param planar whether each frame holds one plane per sample (planar configuration 1)
 * @param bitsAllocated 1, 8, 16, 32 or 64
 * @param bitsStored at most bitsAllocated
 * @param signed whether samples are in two's complement
 * @param floating whether samples are IEEE 754 numbers (float pixel data, PS3.3 sections C.7.6.24 and C.7.6.25)
 */
public record ImageDescription(
        int columns,
        int rows,
        int frames,
        int samplesPerPixel,
        Photometric photometric,
        boolean planar,
        int bitsAllocated,
        int bitsStored,
        int highBit,
        boolean signed,
        boolean floating) {
    /**
     * The largest size of a decoded frame, in bytes: what one request may make us allocate. At most 256 MiB, and a
     * quarter of the memory there is.
     */
    public static final long MAX_FRAME_BYTES =
            Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4);

    /**
     * Reads and checks a description.
     *
     * @throws ImageException NO_PIXEL_DATA when the data set describes no image, BAD_IMAGE or UNSUPPORTED when the
     *     description makes no sense, TOO_LARGE when a frame would need more than {@link #MAX_FRAME_BYTES}
     */
    public static ImageDescription of(Attributes dataset) throws ImageException {
        int rows = dataset.getInt(Tag.Rows, 0);
        int columns = dataset.getInt(Tag.Columns, 0);
        if (rows == 0 && columns == 0) {
            throw new ImageException(ImageException.Kind.NO_PIXEL_DATA, "The data set describes no image");
        }
        boolean isFloat = dataset.contains(Tag.FloatPixelData);
        boolean isDouble = dataset.contains(Tag.DoubleFloatPixelData);
        int allocated = dataset.getInt(Tag.BitsAllocated, isDouble ? 64 : isFloat ? 32 : 0);
        int stored = dataset.getInt(Tag.BitsStored, allocated);
        String photometric = dataset.getString(Tag.PhotometricInterpretation, "MONOCHROME2");
        int samples = dataset.getInt(Tag.SamplesPerPixel, 1);
        ImageDescription d = new ImageDescription(
                columns,
                rows,
                frames(dataset),
                samples,
                Photometric.of(photometric.trim()),
                dataset.getInt(Tag.PlanarConfiguration, 0) == 1 && samples > 1,
                allocated,
                stored,
                dataset.getInt(Tag.HighBit, stored - 1),
                dataset.getInt(Tag.PixelRepresentation, 0) == 1,
                isFloat || isDouble);
        d.check(photometric);
        return d;
    }

    /** {@return the number of frames a data set claims to have, at least 1} */
    public static int frames(Attributes dataset) {
        return Math.max(1, dataset.getInt(Tag.NumberOfFrames, 1));
    }

    private void check(String term) throws ImageException {
        if (rows < 1 || columns < 1 || rows > 65535 || columns > 65535) {
            throw ImageException.bad("Impossible image size " + columns + " x " + rows);
        }
        if (samplesPerPixel != 1 && samplesPerPixel != 3) {
            throw ImageException.unsupported(samplesPerPixel + " samples per pixel");
        }
        if (photometric == Photometric.OTHER) {
            throw ImageException.unsupported("Photometric interpretation \"" + term + "\"");
        }
        if ((samplesPerPixel == 1) != (photometric.isMonochrome() || photometric == Photometric.PALETTE_COLOR)) {
            throw ImageException.bad(samplesPerPixel + " samples per pixel of " + photometric.term());
        }
        if (floating ? bitsAllocated != 32 && bitsAllocated != 64 : !isWhole(bitsAllocated)) {
            throw ImageException.unsupported(bitsAllocated + " bits allocated");
        }
        if (bitsStored < 1 || bitsStored > bitsAllocated || highBit < bitsStored - 1 || highBit >= bitsAllocated) {
            throw ImageException.bad(
                    "Bits allocated " + bitsAllocated + ", stored " + bitsStored + ", high bit " + highBit);
        }
        if (decodedBytes() > MAX_FRAME_BYTES) {
            throw new ImageException(
                    ImageException.Kind.TOO_LARGE,
                    "A frame of " + columns + " x " + rows + " needs " + decodedBytes() + " bytes");
        }
    }

    private static boolean isWhole(int bits) {
        return bits == 1 || bits == 8 || bits == 16 || bits == 32;
    }

    /** {@return samples of one frame when decoded} */
    public int samples() {
        return (int) ((long) rows * columns * samplesPerPixel);
    }

    /** {@return size of one decoded frame in bytes} */
    public long decodedBytes() {
        return (long) rows * columns * samplesPerPixel * Math.max(8, bitsAllocated) / 8;
    }

    /** {@return size of one frame in native encoding, in bits; bit-packed frames follow each other without padding} */
    public long nativeBits() {
        long samples = (long) rows * columns * samplesPerPixel;
        if (isSubsampled()) {
            // Two pixels share a pair of chrominance samples (PS3.3 section C.7.6.3.1.2).
            samples = (long) rows * ((columns + 1) / 2 * 4L);
        }
        return samples * bitsAllocated;
    }

    /** {@return whether two pixels share their chrominance (PS3.3 section C.7.6.3.1.2)} */
    public boolean isSubsampled() {
        return photometric == Photometric.YBR_FULL_422 || photometric == Photometric.YBR_PARTIAL_422;
    }

    /** {@return the kind of numbers a decoded frame holds} */
    public SampleType sampleType() {
        if (floating) {
            return bitsAllocated == 64 ? SampleType.FLOAT64 : SampleType.FLOAT32;
        }
        return switch (bitsAllocated) {
            case 1, 8 -> signed ? SampleType.INT8 : SampleType.UINT8;
            case 16 -> signed ? SampleType.INT16 : SampleType.UINT16;
            default -> signed ? SampleType.INT32 : SampleType.UINT32;
        };
    }

    public ImageDescription withPhotometric(Photometric value) {
        return new ImageDescription(
                columns,
                rows,
                frames,
                samplesPerPixel,
                value,
                planar,
                bitsAllocated,
                bitsStored,
                highBit,
                signed,
                floating);
    }
}
