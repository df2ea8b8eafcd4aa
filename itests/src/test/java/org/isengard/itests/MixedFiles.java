package org.isengard.itests;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.VR;

/** Files of many kinds: value representations, character sets, sequences, private tags, transfer syntaxes. */
final class MixedFiles {
    private static final int PRIVATE = 0x00091000;

    private MixedFiles() {}

    /** Three patients with five studies, the same at every call. */
    static List<SampleFile> all() {
        List<SampleFile> files = new ArrayList<>();
        TransferSyntax explicit = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
        for (int i = 0; i < 3; i++) {
            files.add(SampleFile.of(slice(i), i == 1 ? TransferSyntax.IMPLICIT_LITTLE_ENDIAN : explicit));
        }
        files.add(SampleFile.of(everyRepresentation(), explicit));
        files.add(SampleFile.of(nested(), explicit));
        files.add(SampleFile.of(nested("big-endian"), TransferSyntax.EXPLICIT_BIG_ENDIAN));
        files.add(SampleFile.of(nested("deflated"), TransferSyntax.DEFLATED));
        files.add(SampleFile.of(text("latin1", "ISO_IR 100", "Müller^Jürgen^Ä"), explicit));
        files.add(SampleFile.of(text("utf8", "ISO_IR 192", "Wang^XiaoDong=王^小东"), explicit));
        files.add(SampleFile.of(text("cyrillic", "ISO_IR 144", "Люкceмбypг"), explicit));
        files.add(SampleFile.of(text("greek", "ISO_IR 126", "Διονυσιος"), explicit));
        files.add(SampleFile.of(empty(), explicit));
        return files;
    }

    private static Attributes slice(int number) {
        Attributes image = base("mixed-1", "study-1", "series-1", "slice-" + number);
        image.setString(Tag.SOPClassUID, VR.UI, UID.CTImageStorage);
        image.setString(Tag.Modality, VR.CS, "CT");
        image.setString(Tag.PatientName, VR.PN, "Shared^Name");
        image.setString(Tag.PatientBirthDate, VR.DA, "19700101");
        image.setString(Tag.PatientSex, VR.CS, "O");
        image.setString(Tag.StudyDate, VR.DA, "20240203");
        image.setString(Tag.StudyTime, VR.TM, "101112.345");
        image.setString(Tag.StudyDescription, VR.LO, "A study with slices");
        image.setString(Tag.SeriesDescription, VR.LO, "Slices");
        image.setString(Tag.SeriesNumber, VR.IS, "7");
        image.setString(Tag.InstanceNumber, VR.IS, Integer.toString(number + 1));
        image.setString(Tag.ImagePositionPatient, VR.DS, "0", "0", Integer.toString(number * 5));
        image.setString(Tag.ImageOrientationPatient, VR.DS, "1", "0", "0", "0", "1", "0");
        image.setString(Tag.ImageComments, VR.LT, "One line\r\nand another, by 'quotes' and \"double ones\"");
        pixels(image);
        return image;
    }

    private static Attributes everyRepresentation() {
        Attributes image = base("mixed-1", "study-1", "series-2", "every");
        image.setString(Tag.PatientName, VR.PN, "Shared^Name");
        image.setString(Tag.AcquisitionDateTime, VR.DT, "20240203101112.000000");
        image.setString(Tag.PatientAge, VR.AS, "042Y");
        image.setString(Tag.RetrieveAETitle, VR.AE, "ONE", "TWO");
        image.setString(Tag.ImageType, VR.CS, "ORIGINAL", "PRIMARY", "AXIAL");
        image.setString(Tag.PixelSpacing, VR.DS, "0.5", "0.25");
        image.setDouble(Tag.AcquisitionDuration, VR.FD, 1.5);
        image.setString(Tag.InstitutionAddress, VR.ST, "A street");
        image.setInt(0x00186018, VR.UL, 70_000);
        image.setInt(0x00186020, VR.SL, -70_000);
        image.setInt(0x00189219, VR.SS, -3);
        image.setBytes(0x00280009, VR.AT, new byte[] {0x18, 0, 0x63, 0x10});
        image.setString(Tag.AdditionalPatientHistory, VR.LT, "x".repeat(300));
        image.setString(0x00090010, VR.LO, "ISENGARD TEST");
        int at = PRIVATE;
        for (VR vr : List.of(VR.AE, VR.CS, VR.LO, VR.SH, VR.ST, VR.LT, VR.UT)) {
            image.setString(at++, vr, "VALUE OF " + vr);
        }
        image.setString(at++, VR.PN, "Private^Person");
        image.setString(at++, VR.DA, "20240203");
        image.setString(at++, VR.TM, "1011");
        image.setString(at++, VR.IS, "1", "-2", "3");
        image.setString(at++, VR.DS, "1.5", "-2e3");
        image.setString(at++, VR.UI, "1.2.3.4");
        image.setInt(at++, VR.US, 1, 2, 65_535);
        image.setInt(at++, VR.SS, -1, 2);
        image.setInt(at++, VR.UL, 4);
        image.setInt(at++, VR.SL, -5);
        image.setDouble(at++, VR.FL, 0.5, -1.25);
        image.setDouble(at++, VR.FD, 0.1);
        image.setBytes(at++, VR.OB, new byte[] {1, 2, 3, 4});
        image.setBytes(at++, VR.OW, new byte[] {1, 2, 3, 4});
        image.setBytes(at++, VR.OF, new byte[] {0, 0, (byte) 0x80, 0x3f});
        image.setBytes(at++, VR.UN, new byte[] {'U', 'N', 0, 1});
        image.setNull(at, VR.LO);
        pixels(image);
        return image;
    }

    private static Attributes nested() {
        return nested("little-endian");
    }

    private static Attributes nested(String name) {
        Attributes image = base("mixed-2", "study-" + name, "series-" + name, name);
        image.setString(Tag.PatientName, VR.PN, "Nested^Sequences");
        image.setString(Tag.AccessionNumber, VR.SH, "ACC-" + name);
        Sequence references = image.newSequence(Tag.ReferencedStudySequence);
        for (int i = 0; i < 2; i++) {
            Attributes item = references.newItem();
            item.setString(Tag.ReferencedSOPClassUID, VR.UI, UID.DetachedStudyManagement);
            item.setString(Tag.ReferencedSOPInstanceUID, VR.UI, "1.2.3." + i);
        }
        Attributes request = image.newSequence(Tag.RequestAttributesSequence).newItem();
        request.setString(Tag.ScheduledProcedureStepID, VR.SH, "STEP");
        Attributes code = request.newSequence(Tag.ScheduledProtocolCodeSequence).newItem();
        code.setString(Tag.CodeValue, VR.SH, "123");
        code.setString(Tag.CodingSchemeDesignator, VR.SH, "99TEST");
        code.setString(Tag.CodeMeaning, VR.LO, "A meaning");
        image.newSequence(Tag.ProcedureCodeSequence);
        image.setInt(0x00186018, VR.UL, 16_909_060);
        pixels(image);
        return image;
    }

    private static Attributes text(String name, String characterSet, String person) {
        Attributes image = base("mixed-3", "study-" + name, "series-" + name, name);
        image.setCharacterSet(characterSet);
        image.setString(Tag.PatientName, VR.PN, person);
        image.setString(Tag.StudyDescription, VR.LO, person);
        image.setString(Tag.ReferringPhysicianName, VR.PN, person);
        // Against the standard, and often seen.
        image.setString(Tag.BodyPartExamined, VR.CS, person);
        image.setString(Tag.StationAETitle, VR.AE, person);
        image.newSequence(Tag.RequestAttributesSequence)
                .newItem()
                .setString(Tag.ScheduledProcedureStepDescription, VR.LO, person);
        return image;
    }

    /** No pixel data, empty values, values with blanks around them. */
    private static Attributes empty() {
        Attributes image = base("mixed-3", "study-empty", "series-empty", "empty");
        image.setNull(Tag.PatientName, VR.PN);
        image.setNull(Tag.StudyDate, VR.DA);
        image.setNull(Tag.AccessionNumber, VR.SH);
        image.setString(Tag.StudyDescription, VR.LO, "  blanks around  ");
        image.setString(Tag.ImageComments, VR.LT, "  blanks around  ");
        image.setNull(Tag.ImagePositionPatient, VR.DS);
        return image;
    }

    private static Attributes base(String patient, String study, String series, String instance) {
        Attributes image = new Attributes();
        image.setString(Tag.SOPClassUID, VR.UI, UID.SecondaryCaptureImageStorage);
        image.setString(Tag.SOPInstanceUID, VR.UI, uid(instance));
        image.setString(Tag.Modality, VR.CS, "OT");
        image.setString(Tag.PatientID, VR.LO, patient);
        image.setString(Tag.StudyInstanceUID, VR.UI, uid(study));
        image.setString(Tag.SeriesInstanceUID, VR.UI, uid(series));
        return image;
    }

    private static void pixels(Attributes image) {
        image.setInt(Tag.SamplesPerPixel, VR.US, 1);
        image.setString(Tag.PhotometricInterpretation, VR.CS, "MONOCHROME2");
        image.setInt(Tag.Rows, VR.US, 4);
        image.setInt(Tag.Columns, VR.US, 4);
        image.setInt(Tag.BitsAllocated, VR.US, 16);
        image.setInt(Tag.BitsStored, VR.US, 12);
        image.setInt(Tag.HighBit, VR.US, 11);
        image.setInt(Tag.PixelRepresentation, VR.US, 0);
        byte[] pixels = new byte[32];
        for (int i = 0; i < pixels.length; i += 2) {
            pixels[i] = (byte) (i * 7);
        }
        image.setBytes(Tag.PixelData, VR.OW, pixels);
    }

    private static String uid(String name) {
        return UIDs.of(UUID.nameUUIDFromBytes(("isengard-mixed/" + name).getBytes(StandardCharsets.UTF_8)));
    }
}
