package org.isengard.itests.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.Transcoding;
import org.isengard.dicom.image.codec.BuiltInCodecs;

/** Writes pixel modules (PS3.3 section C.7.6.3), planes and files. */
final class Pixels {
    private static final int QUALITY = 88;

    private Pixels() {}

    /** Grey pixels of 16 bits. */
    static void grey(Attributes a, int rows, int columns, int bits, boolean signed, float[] values) {
        int least = signed ? -(1 << bits - 1) : 0;
        int most = (signed ? 1 << bits - 1 : 1 << bits) - 1;
        byte[] bytes = new byte[values.length * 2];
        for (int i = 0; i < values.length; i++) {
            int value = Math.max(least, Math.min(most, Math.round(values[i])));
            bytes[2 * i] = (byte) value;
            bytes[2 * i + 1] = (byte) (value >> 8);
        }
        describe(a, rows, columns, 1, "MONOCHROME2", bits, signed);
        a.setBytes(Tag.PixelData, VR.OW, bytes);
    }

    /** Red, green and blue bytes of each pixel. */
    static void colour(Attributes a, int rows, int columns, byte[] pixels) {
        describe(a, rows, columns, 3, "RGB", 8, false);
        a.setInt(Tag.PlanarConfiguration, VR.US, 0);
        a.setBytes(Tag.PixelData, VR.OB, pixels);
    }

    static void describe(Attributes a, int rows, int columns, int samples, String kind, int bits, boolean signed) {
        a.setInt(Tag.SamplesPerPixel, VR.US, samples);
        a.setString(Tag.PhotometricInterpretation, VR.CS, kind);
        a.setInt(Tag.Rows, VR.US, rows);
        a.setInt(Tag.Columns, VR.US, columns);
        a.setInt(Tag.BitsAllocated, VR.US, bits == 1 ? 1 : bits > 8 ? 16 : 8);
        a.setInt(Tag.BitsStored, VR.US, bits);
        a.setInt(Tag.HighBit, VR.US, bits - 1);
        a.setInt(Tag.PixelRepresentation, VR.US, signed ? 1 : 0);
    }

    static void window(Attributes a, int centre, int width) {
        a.setString(Tag.WindowCenter, VR.DS, Integer.toString(centre));
        a.setString(Tag.WindowWidth, VR.DS, Integer.toString(width));
    }

    /** The place of an axial slice (PS3.3 sections C.7.4.1 and C.7.6.2). */
    static void place(Attributes a, String frameOfReference, Grid grid, double z, double thickness) {
        a.setString(Tag.FrameOfReferenceUID, VR.UI, frameOfReference);
        a.setNull(Tag.PositionReferenceIndicator, VR.LO);
        a.setDouble(Tag.PixelSpacing, VR.DS, grid.rowSpacing(), grid.columnSpacing());
        a.setString(Tag.ImageOrientationPatient, VR.DS, "1", "0", "0", "0", "1", "0");
        a.setDouble(Tag.ImagePositionPatient, VR.DS, grid.x(0), grid.y(0), z);
        a.setDouble(Tag.SliceLocation, VR.DS, z);
        a.setDouble(Tag.SliceThickness, VR.DS, thickness);
    }

    /** {@return the bytes of a DICOM file whose pixels, native so far, are in the transfer syntax} */
    static byte[] file(Attributes a, TransferSyntax syntax) throws IOException {
        if (!syntax.encapsulated()) {
            return write(a, syntax);
        }
        TransferSyntax plain = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
        DicomFile file = new DicomFile(meta(a, plain), a, plain, -1, -1, VR.OW);
        return write(
                new Transcoding(BuiltInCodecs.codecs(), syntax, QUALITY, false)
                        .transcode(file)
                        .dataset(),
                syntax);
    }

    /** {@return the bytes of a DICOM file whose pixels are in the transfer syntax already} */
    static byte[] write(Attributes a, TransferSyntax syntax) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 19);
        DicomWriter.write(out, meta(a, syntax), a, syntax);
        return out.toByteArray();
    }

    private static Attributes meta(Attributes a, TransferSyntax syntax) {
        return DicomWriter.fileMetaInformation(a.getString(Tag.SOPClassUID), a.getString(Tag.SOPInstanceUID), syntax);
    }
}
