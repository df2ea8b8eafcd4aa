package org.isengard.dicom.orthanc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Optional;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.OrthancText;
import org.isengard.dicom.Tag;

/**
 * Orthanc's identifiers of the four resources an instance belongs to: SHA-1 of the DICOM identifiers from the patient
 * down, joined by bars, in five groups of eight hexadecimal digits. Blanks in front of a patient ID count.
 */
public record ResourceIds(String patient, String study, String series, String instance) {
    /** Of a data set; empty if it lacks one of the three UIDs. A missing patient ID counts as an empty one. */
    public static Optional<ResourceIds> of(Attributes dataset) {
        String study = text(dataset, Tag.StudyInstanceUID);
        String series = text(dataset, Tag.SeriesInstanceUID);
        String instance = text(dataset, Tag.SOPInstanceUID);
        String patient = OrthancText.of(dataset, Tag.PatientID);
        return study.isEmpty() || series.isEmpty() || instance.isEmpty()
                ? Optional.empty()
                : Optional.of(of(patient == null ? "" : patient, study, series, instance));
    }

    public static ResourceIds of(String patientId, String studyUid, String seriesUid, String instanceUid) {
        String study = patientId + "|" + studyUid;
        String series = study + "|" + seriesUid;
        return new ResourceIds(hash(patientId), hash(study), hash(series), hash(series + "|" + instanceUid));
    }

    private static String text(Attributes dataset, int tag) {
        String text = OrthancText.of(dataset, tag);
        return text == null ? "" : text.strip();
    }

    /** The identifier that a text of DICOM identifiers, joined by bars, gives. */
    public static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            var groups = new ArrayList<String>(5);
            for (int i = 0; i < digest.length; i += 4) {
                groups.add(HexFormat.of().formatHex(digest, i, i + 4));
            }
            return String.join("-", groups);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1", e);
        }
    }
}
