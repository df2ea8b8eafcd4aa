package org.isengard.dicom.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.VR;

/**
 * Brings files to another transfer syntax, as Orthanc does it: what loses information becomes a new instance that names
 * its source (PS3.3 sections C.7.6.1.1.3 and C.7.6.1.1.5).
 */
public final class Transcoding {
    private static final long MAX_PIXEL_DATA = 1L << 30;

    private final Codecs codecs;
    private final TransferSyntax target;
    private final int quality;
    private final boolean newInstance;

    /**
     * Prepares a way of transcoding.
     *
     * @param quality 1 to 100, for lossy syntaxes
     * @param newInstance whether what loses information becomes a new instance that names its source
     */
    public Transcoding(Codecs codecs, TransferSyntax target, int quality, boolean newInstance) {
        this.newInstance = newInstance;
        this.codecs = codecs;
        this.target = target;
        this.quality = quality;
    }

    private static boolean hasPixels(DicomFile file) {
        return file.dataset().contains(Tag.PixelData);
    }

    /**
     * Transcodes a file, whose pixel data may be left in its source. The data set given is not changed.
     *
     * @return meta information as before but for the transfer syntax and SOP instance UID, and the changed data set
     * @throws ImageException when the pixel data cannot be decoded, or not be encoded in the target syntax
     */
    public DicomFile transcode(DicomFile source) throws IOException {
        TransferSyntax from = source.transferSyntax();
        Attributes dataset = source.dataset();
        boolean samePixels = from.uid().equals(target.uid()) || !from.encapsulated() && !target.encapsulated();
        if (hasPixels(source) && !samePixels) {
            dataset = dataset.copy();
            if (target.encapsulated()) {
                encode(source, dataset);
            } else {
                decode(source, dataset);
            }
        } else if (target.encapsulated() && !hasPixels(source)) {
            throw ImageException.unsupported("There is no pixel data to compress");
        }
        Attributes meta = source.meta().copy();
        meta.setString(Tag.TransferSyntaxUID, target.uid());
        if (dataset.contains(Tag.SOPInstanceUID)) {
            meta.setString(Tag.MediaStorageSOPInstanceUID, dataset.getString(Tag.SOPInstanceUID));
        }
        return new DicomFile(meta, dataset, target, -1, -1, source.pixelDataVR());
    }

    private void decode(DicomFile source, Attributes dataset) throws IOException {
        DicomImage image = DicomImage.of(source, codecs);
        ImageDescription d = image.description();
        long size = d.decodedBytes() * image.frames();
        if (size > MAX_PIXEL_DATA) {
            throw new ImageException(ImageException.Kind.TOO_LARGE, "Uncompressed pixel data of " + size + " bytes");
        }
        ByteArrayOutputStream pixels = new ByteArrayOutputStream((int) size + 1);
        Frame frame = null;
        for (int i = 0; i < image.frames(); i++) {
            frame = image.frame(i);
            if (source.transferSyntax().lossy() && frame.photometric().isYbr()) {
                frame = Colours.toRgb(frame, dataset);
            }
            frame.writeTo(pixels);
        }
        if (pixels.size() % 2 == 1) {
            pixels.write(0);
        }
        dataset.remove(Tag.PixelData);
        dataset.remove(Tag.ExtendedOffsetTable);
        dataset.remove(Tag.ExtendedOffsetTableLengths);
        dataset.setBytes(Tag.PixelData, d.bitsAllocated() > 8 ? VR.OW : VR.OB, pixels.toByteArray());
        describe(dataset, frame);
    }

    /**
     * {@return one frame in the encoding of the target: as it is stored where that is so encoded already, native samples in
     * little endian, or compressed}
     *
     * @param number from 0
     * @throws ImageException when it cannot be decoded, or not be encoded in the target syntax
     */
    public byte[] frame(DicomImage image, int number) throws IOException {
        TransferSyntax from = image.transferSyntax();
        if (from.uid().equals(target.uid()) || !from.encapsulated() && !target.encapsulated()) {
            return image.encoded(number);
        }
        Frame frame = image.frame(number);
        if (!target.encapsulated()) {
            return samples(nativeColours(frame, image));
        }
        FrameEncoder encoder =
                codecs.encoder(target).orElseThrow(() -> ImageException.unsupported("No encoder for " + target.name()));
        Photometric wanted = encoder.accepts(image.description(), target.uid());
        try {
            return encoder.encode(converted(frame, wanted, image.dataset()), target.uid(), quality);
        } catch (RuntimeException e) {
            throw new ImageException(ImageException.Kind.UNSUPPORTED, "The frame cannot be encoded: " + e, e);
        }
    }

    /**
     * {@return a decoded frame in the colours that native pixel data has after this transcoding}
     *
     * @param image where it comes from
     */
    public static Frame nativeColours(Frame frame, DicomImage image) throws IOException {
        return image.transferSyntax().lossy() && frame.photometric().isYbr()
                ? Colours.toRgb(frame, image.dataset())
                : frame;
    }

    /** {@return the samples of a frame as bytes, words in little endian} */
    public static byte[] samples(Frame frame) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.toIntExact(frame.size()));
        frame.writeTo(bytes);
        return bytes.toByteArray();
    }

    private static void describe(Attributes dataset, Frame frame) {
        dataset.setString(Tag.PhotometricInterpretation, frame.photometric().term());
        if (frame.samplesPerPixel() > 1) {
            dataset.setInt(Tag.PlanarConfiguration, VR.US, 0);
        }
    }

    private void encode(DicomFile source, Attributes dataset) throws IOException {
        DicomImage image = DicomImage.of(source, codecs);
        ImageDescription d = image.description();
        FrameEncoder encoder =
                codecs.encoder(target).orElseThrow(() -> ImageException.unsupported("No encoder for " + target.name()));
        TwelveBits fitting = TwelveBits.needed(d, dataset, target) ? TwelveBits.of(image, dataset) : null;
        Photometric wanted = encoder.accepts(fitting == null ? d : fitting.description(d), target.uid());
        List<byte[]> frames;
        try {
            frames = IntStream.range(0, image.frames())
                    .parallel()
                    .mapToObj(i -> {
                        try {
                            Frame frame = fitting == null ? image.frame(i) : fitting.fit(image.frame(i));
                            return encoder.encode(converted(frame, wanted, dataset), target.uid(), quality);
                        } catch (ImageException e) {
                            throw new UncheckedIOException(
                                    new ImageException(e.kind(), "Frame " + i + ": " + e.getMessage(), e));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        } catch (RuntimeException e) {
                            throw new UncheckedIOException(new ImageException(
                                    ImageException.Kind.UNSUPPORTED, "Frame " + i + " cannot be encoded: " + e, e));
                        }
                    })
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        dataset.remove(Tag.PixelData);
        dataset.remove(Tag.ExtendedOffsetTable);
        dataset.remove(Tag.ExtendedOffsetTableLengths);
        dataset.setFragments(Tag.PixelData, VR.OB, offsetTable(frames), frames);
        dataset.setString(Tag.PhotometricInterpretation, wanted.term());
        if (d.samplesPerPixel() > 1) {
            dataset.setInt(Tag.PlanarConfiguration, VR.US, 0);
        }
        double bits =
                target.equals(TransferSyntax.JPEG_EXTENDED) && d.photometric().isMonochrome()
                        ? (double) d.samples() * TwelveBits.bits(d, dataset)
                        : d.nativeBits();
        if (fitting != null) {
            fitting.describe(dataset);
        }
        long size = frames.stream().mapToLong(f -> f.length).sum();
        derive(source, dataset, bits / 8 * d.frames() / size);
    }

    private static Frame converted(Frame frame, Photometric wanted, Attributes dataset) throws IOException {
        if (frame.photometric() == wanted) {
            return frame;
        }
        if (wanted == Photometric.YBR_FULL) {
            Frame rgb = Colours.toRgb(frame, dataset);
            return Colours.toYbr(rgb.bitsStored() > 8 ? rgb : Rendering.rgb8(rgb));
        }
        return wanted == Photometric.RGB ? Colours.toRgb(frame, dataset) : frame.withPhotometric(wanted);
    }

    /** The basic offset table (PS3.5 section A.4); none where 32 bits do not suffice. */
    private static byte[] offsetTable(List<byte[]> frames) {
        byte[] table = new byte[4 * frames.size()];
        long at = 0;
        for (int i = 0; i < frames.size(); i++) {
            for (int b = 0; b < 4; b++) {
                table[4 * i + b] = (byte) (at >> 8 * b);
            }
            at += 8L + frames.get(i).length;
        }
        return at < 1L << 32 ? table : new byte[0];
    }

    private void derive(DicomFile source, Attributes dataset, double ratio) {
        String compressionRatio = String.format(Locale.ROOT, "%.5g", ratio);
        String description = switch (target.uid()) {
            case UID.JPEGLosslessSV1 -> "Lossless JPEG compression, selection value 1, point transform 0";
            case UID.JPEGLossless -> "Lossless JPEG compression, selection value 6, point transform 0";
            case UID.JPEGBaseline8Bit -> "Lossy compression with JPEG baseline, IJG quality factor " + quality;
            case UID.JPEGExtended12Bit ->
                "Lossy compression with JPEG extended sequential " + (dataset.getInt(Tag.BitsStored, 12) > 8 ? 12 : 8)
                        + " bit, IJG quality factor " + quality;
            case UID.JPEGLSNearLossless -> "Near-lossless JPEG-LS compression";
            default -> null;
        };
        if (description != null) {
            String before = dataset.getString(Tag.DerivationDescription, "");
            String text = description + ", compression ratio " + compressionRatio
                    + (before.isEmpty() ? "" : " [" + before + "]");
            dataset.setString(Tag.DerivationDescription, text.substring(0, Math.min(1024, text.length())));
        }
        if (target.lossy()) {
            lossy(source, dataset, compressionRatio);
        }
    }

    private void lossy(DicomFile source, Attributes dataset, String ratio) {
        String[] type = dataset.getStrings(Tag.ImageType).toArray(String[]::new);
        if (type.length > 0) {
            type[0] = "DERIVED";
            dataset.setString(Tag.ImageType, VR.CS, type);
        }
        if (newInstance) {
            nameSource(source.dataset(), dataset);
        }
        dataset.remove(Tag.DerivationCodeSequence);
        code(dataset, Tag.DerivationCodeSequence, "113040", "Lossy Compression");
        boolean again = "01".equals(dataset.getString(Tag.LossyImageCompression));
        dataset.setString(Tag.LossyImageCompression, "01");
        append(dataset, Tag.LossyImageCompressionRatio, VR.DS, ratio, again);
        String method = UID.JPEGLSNearLossless.equals(target.uid()) ? "ISO_14495_1" : "ISO_10918_1";
        append(dataset, Tag.LossyImageCompressionMethod, VR.CS, method, again);
    }

    private static void nameSource(Attributes source, Attributes dataset) {
        dataset.remove(Tag.SourceImageSequence);
        Attributes reference = dataset.newSequence(Tag.SourceImageSequence).newItem();
        reference.setString(Tag.ReferencedSOPClassUID, source.getString(Tag.SOPClassUID, ""));
        reference.setString(Tag.ReferencedSOPInstanceUID, source.getString(Tag.SOPInstanceUID, ""));
        code(reference, Tag.PurposeOfReferenceCodeSequence, "121320", "Uncompressed predecessor");
        dataset.setString(Tag.SOPInstanceUID, UIDs.generate());
    }

    private static void append(Attributes dataset, int tag, VR vr, String value, boolean keep) {
        List<String> values = new ArrayList<>(keep ? dataset.getStrings(tag) : List.of());
        values.add(value);
        dataset.setString(tag, vr, values.toArray(String[]::new));
    }

    private static void code(Attributes parent, int sequence, String value, String meaning) {
        Attributes code = parent.newSequence(sequence).newItem();
        code.setString(Tag.CodeValue, value);
        code.setString(Tag.CodingSchemeDesignator, "DCM");
        code.setString(Tag.CodeMeaning, meaning);
    }
}
