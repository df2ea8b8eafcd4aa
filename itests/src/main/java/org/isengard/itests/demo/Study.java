package org.isengard.itests.demo;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.VR;

/**
 * One study of one invented patient, and what its series have in common.
 *
 * @param key names the study in its UIDs
 * @param common patient and study modules (PS3.3 sections C.7.1.1, C.7.2.1)
 */
record Study(String key, Attributes common) {
    static final String MANUFACTURER = "Isengard";

    /** A patient: identifier, name, birth date, sex. */
    record Patient(String id, String name, String birth, String sex) {}

    static Study of(Patient patient, String key, String date, String time, String text) {
        Attributes a = new Attributes();
        a.setCharacterSet("ISO_IR 192");
        a.setString(Tag.PatientID, VR.LO, patient.id());
        a.setString(Tag.PatientName, VR.PN, patient.name());
        a.setString(Tag.PatientBirthDate, VR.DA, patient.birth());
        a.setString(Tag.PatientSex, VR.CS, patient.sex());
        a.setString(Tag.PatientAge, VR.AS, String.format("%03dY", years(patient.birth(), date)));
        a.setString(Tag.StudyInstanceUID, VR.UI, uid(key));
        a.setString(Tag.StudyID, VR.SH, Integer.toString(1000 + (key.hashCode() & 0x1fff)));
        a.setString(Tag.StudyDate, VR.DA, date);
        a.setString(Tag.StudyTime, VR.TM, time);
        a.setString(Tag.StudyDescription, VR.LO, text);
        a.setString(Tag.AccessionNumber, VR.SH, "RAD" + date.substring(2) + time.substring(0, 2));
        a.setString(Tag.ReferringPhysicianName, VR.PN, "Haddad^Leïla^^Dr.");
        a.setString(Tag.InstitutionName, VR.LO, "Orchard General Hospital");
        return new Study(key, a);
    }

    private static int years(String birth, String date) {
        return (Integer.parseInt(date) - Integer.parseInt(birth)) / 10_000;
    }

    /** {@return the same UID for the same key at every call} */
    static String uid(String key) {
        return UIDs.of(UUID.nameUUIDFromBytes(("isengard-demo/" + key).getBytes(StandardCharsets.UTF_8)));
    }

    String studyUid() {
        return common.getString(Tag.StudyInstanceUID);
    }

    String seriesUid(int series) {
        return uid(key + "/" + series);
    }

    String instanceUid(int series, int instance) {
        return uid(key + "/" + series + "/" + instance);
    }

    /** {@return a data set with the modules that every instance of the series has} */
    Attributes instance(String sopClass, String modality, int series, int instance, String text) {
        Attributes a = common.copy();
        String date = a.getString(Tag.StudyDate);
        String time = String.format("%06d", Integer.parseInt(a.getString(Tag.StudyTime)) + 100 * (series % 20));
        a.setString(Tag.SOPClassUID, VR.UI, sopClass);
        a.setString(Tag.SOPInstanceUID, VR.UI, instanceUid(series, instance));
        a.setString(Tag.Modality, VR.CS, modality);
        a.setString(Tag.SeriesInstanceUID, VR.UI, seriesUid(series));
        a.setString(Tag.SeriesNumber, VR.IS, Integer.toString(series));
        a.setString(Tag.SeriesDescription, VR.LO, text);
        a.setString(Tag.SeriesDate, VR.DA, date);
        a.setString(Tag.SeriesTime, VR.TM, time);
        a.setString(Tag.ContentDate, VR.DA, date);
        a.setString(Tag.ContentTime, VR.TM, time);
        a.setString(Tag.InstanceNumber, VR.IS, Integer.toString(instance));
        a.setString(Tag.Manufacturer, VR.LO, MANUFACTURER);
        a.setString(Tag.ManufacturerModelName, VR.LO, "Demo " + modality);
        a.setString(Tag.DeviceSerialNumber, VR.LO, "0001");
        a.setString(Tag.SoftwareVersions, VR.LO, "1");
        return a;
    }

    /** Puts a sequence of one coded concept (PS3.3 section 8.8). */
    static void code(Attributes parent, int sequence, Code code) {
        fill(parent.newSequence(sequence).newItem(), code);
    }

    static void fill(Attributes item, Code code) {
        item.setString(Tag.CodeValue, VR.SH, code.value());
        item.setString(Tag.CodingSchemeDesignator, VR.SH, code.scheme());
        item.setString(Tag.CodeMeaning, VR.LO, code.meaning());
    }

    /** A coded concept. */
    record Code(String value, String scheme, String meaning) {}
}
