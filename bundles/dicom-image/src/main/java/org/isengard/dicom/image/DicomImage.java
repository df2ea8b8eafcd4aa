package org.isengard.dicom.image;

import java.io.IOException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.BulkData;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Element;
import org.isengard.dicom.Fragments;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.Value;

/**
 * The image of a DICOM file, frame by frame. Of a file that was read with pixel data left in its source, only the bytes
 * of the frames asked for are read.
 *
 * <p>Threading: may be used by several threads if the file's source may.
 */
public final class DicomImage {
    private final Attributes dataset;
    private final TransferSyntax syntax;
    private final ImageDescription description;
    private final Element pixels;
    private final FrameFragments fragments;
    private final Codecs codecs;

    private DicomImage(DicomFile file, ImageDescription description, Element pixels, Codecs codecs) throws IOException {
        this.dataset = file.dataset();
        this.syntax = file.transferSyntax();
        this.description = description;
        this.pixels = pixels;
        this.codecs = codecs;
        this.fragments =
                pixels instanceof Fragments f ? FrameFragments.of(dataset, f, syntax, description.frames()) : null;
    }

    /** @throws ImageException when the file has no image or one that cannot be understood */
    public static DicomImage of(DicomFile file, Codecs codecs) throws IOException {
        Element pixels = pixels(file.dataset());
        if (pixels == null) {
            throw new ImageException(ImageException.Kind.NO_PIXEL_DATA, "The file has no pixel data");
        }
        return new DicomImage(file, ImageDescription.of(file.dataset()), pixels, codecs);
    }

    private static Element pixels(Attributes dataset) {
        for (int tag : new int[] {Tag.PixelData, Tag.FloatPixelData, Tag.DoubleFloatPixelData}) {
            Element pixels = dataset.get(tag);
            if (pixels != null && !pixels.isEmpty()) {
                return pixels;
            }
        }
        return null;
    }

    public ImageDescription description() {
        return description;
    }

    public Attributes dataset() {
        return dataset;
    }

    public TransferSyntax transferSyntax() {
        return syntax;
    }

    /**
     * {@return the number of frames, all of which the pixel data can hold} A number that the data set claims is to be
     * trusted only so: memory and work grow with it.
     *
     * @throws ImageException BAD_IMAGE when native pixel data is too short for the frames that the data set claims
     */
    public int frames() throws ImageException {
        int frames = description.frames();
        // Fragments were counted when the image was opened. At most 2^31 frames of 2^31 bits: a long holds the product.
        if (fragments == null && (frames * description.nativeBits() + 7) / 8 > pixels.length()) {
            throw ImageException.bad(
                    "The data set claims " + frames + " frames, pixel data has " + pixels.length() + " bytes");
        }
        return frames;
    }

    private void check(int frame) throws ImageException {
        if (frame < 0 || frame >= description.frames()) {
            throw new ImageException(
                    ImageException.Kind.NO_SUCH_FRAME, "Frame " + frame + " of " + description.frames());
        }
    }

    /**
     * {@return the bytes of a frame as they are encoded; native ones in little endian, bit-packed ones from the byte on
     * that holds the first pixel}
     */
    public byte[] encoded(int frame) throws IOException {
        check(frame);
        if (fragments != null) {
            return fragments.get(frame);
        }
        long firstBit = frame * description.nativeBits();
        long start = firstBit / 8;
        long end = (firstBit + description.nativeBits() + 7) / 8;
        if (end > pixels.length()) {
            throw ImageException.bad("Frame " + frame + " ends at byte " + end + " of " + pixels.length());
        }
        if (pixels instanceof BulkData bulk) {
            int unit = bulk.bigEndian() ? Math.max(1, bulk.vr().unitSize()) : 1;
            // Whole words, so that they can be turned.
            long from = start / unit * unit;
            long to = Math.min((end + unit - 1) / unit * unit, bulk.length());
            byte[] bytes = bulk.read(from, (int) (to - from));
            swap(bytes, unit);
            return from == start && to == end
                    ? bytes
                    : java.util.Arrays.copyOfRange(bytes, (int) (start - from), (int) (end - from));
        }
        if (pixels instanceof Value value) {
            return value.bytes(dataset.characterSet(), (int) start, (int) end);
        }
        throw ImageException.bad("Pixel data is a sequence");
    }

    private static void swap(byte[] bytes, int unit) {
        for (int i = 0; unit > 1 && i + unit <= bytes.length; i += unit) {
            for (int a = i, b = i + unit - 1; a < b; a++, b--) {
                byte t = bytes[a];
                bytes[a] = bytes[b];
                bytes[b] = t;
            }
        }
    }

    /**
     * Decodes a frame. Samples are as stored, without rescaling, with sign and without bits above the stored ones;
     * chrominance is spread out; colours are not converted ({@link Colours#toRgb}).
     */
    public Frame frame(int frame) throws IOException {
        check(frame);
        if (fragments == null) {
            return NativePixels.decode(encoded(frame), frame, description);
        }
        FrameDecoder decoder =
                codecs.decoder(syntax).orElseThrow(() -> ImageException.unsupported("No decoder for " + syntax.name()));
        Frame raw;
        try {
            raw = decoder.decode(fragments.get(frame), description);
        } catch (RuntimeException e) {
            throw new ImageException(ImageException.Kind.BAD_IMAGE, "Damaged frame: " + e, e);
        }
        if (raw.columns() != description.columns()
                || raw.rows() != description.rows()
                || raw.samplesPerPixel() != description.samplesPerPixel()) {
            throw ImageException.bad(
                    "The compressed frame is " + raw.columns() + " x " + raw.rows() + " x " + raw.samplesPerPixel());
        }
        return NativePixels.normalize(raw, description);
    }
}
