package org.isengard.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.VR;

/** Small DICOM instances made on the spot: grey images of eight by eight. */
public final class TestInstance {
    private static final String SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";
    private static final int SIDE = 8;

    private TestInstance() {}

    /**
     * A data set whose UIDs follow from the names, so that the same names give the same resources.
     *
     * @param patient becomes the PatientID
     * @param number of the instance in its series
     */
    public static Attributes dataset(String patient, String study, String series, int number) {
        Attributes image = new Attributes();
        image.setString(Tag.SOPClassUID, VR.UI, SECONDARY_CAPTURE);
        image.setString(Tag.SOPInstanceUID, VR.UI, uid(patient, study, series, "" + number));
        image.setString(Tag.StudyInstanceUID, VR.UI, uid(patient, study));
        image.setString(Tag.SeriesInstanceUID, VR.UI, uid(patient, study, series));
        image.setString(Tag.PatientID, VR.LO, patient);
        image.setString(Tag.PatientName, VR.PN, "Test^" + patient);
        image.setString(Tag.StudyDate, VR.DA, "20240102");
        image.setString(Tag.Modality, VR.CS, "OT");
        image.setString(Tag.InstanceNumber, VR.IS, Integer.toString(number));
        image.setInt(Tag.SamplesPerPixel, VR.US, 1);
        image.setString(Tag.PhotometricInterpretation, VR.CS, "MONOCHROME2");
        image.setInt(Tag.Rows, VR.US, SIDE);
        image.setInt(Tag.Columns, VR.US, SIDE);
        image.setInt(Tag.BitsAllocated, VR.US, 8);
        image.setInt(Tag.BitsStored, VR.US, 8);
        image.setInt(Tag.HighBit, VR.US, 7);
        image.setInt(Tag.PixelRepresentation, VR.US, 0);
        image.setBytes(Tag.PixelData, VR.OB, new byte[SIDE * SIDE]);
        return image;
    }

    /** {@return the DICOM file (PS3.10) of a data set, explicit little endian} */
    public static byte[] file(Attributes dataset) {
        TransferSyntax syntax = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            Attributes meta = DicomWriter.fileMetaInformation(
                    dataset.getString(Tag.SOPClassUID), dataset.getString(Tag.SOPInstanceUID), syntax);
            DicomWriter.write(out, meta, dataset, syntax);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String uid(String... names) {
        return UIDs.of(UUID.nameUUIDFromBytes(String.join("/", names).getBytes(StandardCharsets.UTF_8)));
    }
}
