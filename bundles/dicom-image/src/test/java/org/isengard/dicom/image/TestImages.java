package org.isengard.dicom.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.codec.BuiltInCodecs;

/** Made-up images: gradients with noise, flat parts and edges. */
public final class TestImages {
    /** What to make. */
    public record Kind(
            String name, int columns, int rows, int frames, int samples, int allocated, int stored, boolean signed) {
        @Override
        public String toString() {
            return name;
        }
    }

    public static final List<Kind> KINDS = List.of(
            new Kind("8 bits", 61, 43, 1, 1, 8, 8, false),
            new Kind("12 bits", 64, 48, 1, 1, 16, 12, false),
            new Kind("10 bits, 3 frames", 33, 29, 3, 1, 16, 10, false),
            new Kind("16 bits", 70, 31, 1, 1, 16, 16, false),
            new Kind("16 bits signed", 64, 64, 1, 1, 16, 16, true),
            new Kind("12 bits signed", 50, 40, 1, 1, 16, 12, true),
            new Kind("colour", 47, 35, 1, 3, 8, 8, false),
            new Kind("colour, 2 frames", 32, 32, 2, 3, 8, 8, false),
            new Kind("one pixel", 1, 1, 1, 1, 16, 16, false),
            new Kind("one row", 257, 1, 1, 1, 8, 8, false),
            new Kind("one column", 1, 100, 1, 1, 16, 12, false),
            new Kind("1 bit of 8", 41, 30, 1, 1, 8, 1, false),
            new Kind("2 bits of 8", 41, 30, 1, 1, 8, 2, false),
            new Kind("5 bits of 8", 41, 30, 1, 1, 8, 5, false),
            new Kind("8 bits signed", 45, 33, 1, 1, 8, 8, true),
            new Kind("8 bits of 16", 45, 33, 1, 1, 16, 8, false),
            new Kind("10 bits signed", 45, 33, 1, 1, 16, 10, true),
            new Kind("colour, 12 bits", 47, 35, 1, 3, 16, 12, false),
            new Kind("colour, 16 bits", 40, 36, 1, 3, 16, 16, false),
            new Kind("32 bits", 37, 41, 1, 1, 32, 32, false),
            new Kind("32 bits signed", 37, 41, 1, 1, 32, 32, true),
            new Kind("24 bits of 32", 37, 41, 2, 1, 32, 24, false));

    /** Whether the lossless encoder of a syntax takes such an image; what is refused must be refused clearly. */
    public static boolean fits(Kind kind, TransferSyntax syntax) {
        return kind.allocated <= 16 || syntax.equals(TransferSyntax.RLE);
    }

    private TestImages() {}

    public static DicomFile make(Kind k) throws IOException {
        Attributes d = new Attributes();
        d.setString(Tag.SOPClassUID, UID.SecondaryCaptureImageStorage);
        d.setString(Tag.SOPInstanceUID, "1.2.3.4." + Math.abs(k.hashCode()));
        d.setString(Tag.PatientID, "TEST");
        d.setString(Tag.StudyInstanceUID, "1.2.3.5");
        d.setString(Tag.SeriesInstanceUID, "1.2.3.6");
        d.setString(Tag.Modality, "OT");
        d.setInt(Tag.SamplesPerPixel, VR.US, k.samples);
        d.setString(Tag.PhotometricInterpretation, k.samples == 3 ? "RGB" : "MONOCHROME2");
        if (k.samples == 3) {
            d.setInt(Tag.PlanarConfiguration, VR.US, 0);
        }
        if (k.frames > 1) {
            d.setString(Tag.NumberOfFrames, Integer.toString(k.frames));
        }
        d.setInt(Tag.Rows, VR.US, k.rows);
        d.setInt(Tag.Columns, VR.US, k.columns);
        d.setInt(Tag.BitsAllocated, VR.US, k.allocated);
        d.setInt(Tag.BitsStored, VR.US, k.stored);
        d.setInt(Tag.HighBit, VR.US, k.stored - 1);
        d.setInt(Tag.PixelRepresentation, VR.US, k.signed ? 1 : 0);
        d.setBytes(Tag.PixelData, k.allocated > 8 ? VR.OW : VR.OB, pixels(k));
        Attributes meta = DicomWriter.fileMetaInformation(
                UID.SecondaryCaptureImageStorage,
                d.getString(Tag.SOPInstanceUID),
                TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        return new DicomFile(meta, d, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, 0, -1, null);
    }

    private static byte[] pixels(Kind k) {
        Random random = new Random(k.hashCode());
        long max = (1L << k.stored) - 1;
        long low = k.signed ? -(max + 1) / 2 : 0;
        int bytes = k.allocated / 8;
        int n = k.frames * k.rows * k.columns * k.samples;
        byte[] out = new byte[n * bytes + (n * bytes & 1)];
        int at = 0;
        for (int f = 0; f < k.frames; f++) {
            for (int y = 0; y < k.rows; y++) {
                for (int x = 0; x < k.columns; x++) {
                    for (int s = 0; s < k.samples; s++) {
                        double level = (x + 2.0 * y + 7 * f + 3 * s) / (k.columns + 2.0 * k.rows + 20);
                        long v = (long) (level * max) + random.nextInt((int) Math.max(2, max / 40));
                        if (x > k.columns / 2 && y > k.rows / 2) {
                            // Flat, so that there are runs, with extremes in it.
                            v = x * 7 % 31 == 0 ? random.nextInt(2) * max : max / 3;
                        }
                        v = Math.max(0, Math.min(max, v)) + low;
                        for (int b = 0; b < bytes; b++) {
                            out[at++] = (byte) (v >> 8 * b);
                        }
                    }
                }
            }
        }
        return out;
    }

    public static byte[] write(DicomFile file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DicomWriter.write(out, file.meta(), file.dataset(), file.transferSyntax());
        return out.toByteArray();
    }

    public static DicomFile transcode(DicomFile file, TransferSyntax target) throws IOException {
        return DicomReader.read(write(new Transcoding(BuiltInCodecs.codecs(), target, 90, true).transcode(file)));
    }

    /** {@return all frames as numbers} */
    public static List<double[]> values(DicomFile file) throws IOException {
        DicomImage image = DicomImage.of(file, BuiltInCodecs.codecs());
        List<double[]> frames = new ArrayList<>();
        for (int i = 0; i < image.description().frames(); i++) {
            Frame frame = image.frame(i);
            double[] values = new double[frame.samples()];
            for (int k = 0; k < values.length; k++) {
                values[k] = frame.value(k);
            }
            frames.add(values);
        }
        return frames;
    }

    /** {@return the largest difference between two images} */
    public static double difference(List<double[]> a, List<double[]> b) {
        if (a.size() != b.size()) {
            return Double.POSITIVE_INFINITY;
        }
        double worst = 0;
        for (int f = 0; f < a.size(); f++) {
            if (a.get(f).length != b.get(f).length) {
                return Double.POSITIVE_INFINITY;
            }
            for (int i = 0; i < a.get(f).length; i++) {
                worst = Math.max(worst, Math.abs(a.get(f)[i] - b.get(f)[i]));
            }
        }
        return worst;
    }
}
