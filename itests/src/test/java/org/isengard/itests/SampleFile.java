package org.isengard.itests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.VR;
import org.isengard.dicom.orthanc.ResourceIds;

/**
 * A small DICOM file made on the spot, whose bytes, identifiers and sum the test knows.
 *
 * @param ids identifiers in Orthanc's form
 */
record SampleFile(byte[] bytes, String sopInstance, ResourceIds ids) {
    /** An image of eight by eight, one of ten in a series, alone in no study of another test's prefix. */
    static SampleFile of(String prefix, int number) {
        return of(dataset(prefix, number), TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    }

    static SampleFile of(Attributes dataset, TransferSyntax syntax) {
        try {
            String sopInstance = dataset.getString(Tag.SOPInstanceUID);
            Attributes meta = DicomWriter.fileMetaInformation(dataset.getString(Tag.SOPClassUID), sopInstance, syntax);
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            DicomWriter.write(file, meta, dataset, syntax);
            return new SampleFile(
                    file.toByteArray(), sopInstance, ResourceIds.of(dataset).orElseThrow());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Attributes dataset(String prefix, int number) {
        Attributes image = new Attributes();
        image.setString(Tag.SOPClassUID, VR.UI, UID.SecondaryCaptureImageStorage);
        image.setString(Tag.SOPInstanceUID, VR.UI, uid(prefix, "instance", number));
        image.setString(Tag.StudyDate, VR.DA, "20240102");
        image.setString(Tag.AccessionNumber, VR.SH, "A" + number / 50);
        image.setString(Tag.Modality, VR.CS, "OT");
        image.setString(Tag.PatientName, VR.PN, "Test^" + prefix);
        image.setString(Tag.PatientID, VR.LO, prefix + "-" + number / 100);
        image.setString(Tag.StudyInstanceUID, VR.UI, uid(prefix, "study", number / 50));
        image.setString(Tag.SeriesInstanceUID, VR.UI, uid(prefix, "series", number / 10));
        image.setString(Tag.InstanceNumber, VR.IS, Integer.toString(number));
        image.setInt(Tag.SamplesPerPixel, VR.US, 1);
        image.setString(Tag.PhotometricInterpretation, VR.CS, "MONOCHROME2");
        image.setInt(Tag.Rows, VR.US, 8);
        image.setInt(Tag.Columns, VR.US, 8);
        image.setInt(Tag.BitsAllocated, VR.US, 8);
        image.setInt(Tag.BitsStored, VR.US, 8);
        image.setInt(Tag.HighBit, VR.US, 7);
        image.setInt(Tag.PixelRepresentation, VR.US, 0);
        byte[] pixels = new byte[64];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (number * 31 + i);
        }
        image.setBytes(Tag.PixelData, VR.OB, pixels);
        return image;
    }

    private static String uid(String prefix, String kind, int number) {
        return UIDs.of(UUID.nameUUIDFromBytes((prefix + "/" + kind + "/" + number).getBytes(StandardCharsets.UTF_8)));
    }

    /** The identifier in {@code /instances/{id}}. */
    String id() {
        return ids.instance();
    }

    String md5() {
        return md5(bytes);
    }

    static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    Path writeTo(Path directory, String name) throws IOException {
        Files.createDirectories(directory);
        return Files.write(directory.resolve(name), bytes);
    }
}
