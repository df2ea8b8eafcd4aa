package org.isengard.dicom;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Orthanc's identifiers of the four resources an instance belongs to: SHA-1 of the DICOM identifiers from the patient
 * down, joined by bars, in five groups of eight hexadecimal digits.
 */
public record ResourceIds(String patient, String study, String series, String instance) {
    /** Of a data set; empty if it lacks one of the three UIDs. A missing patient ID counts as an empty one. */
    public static Optional<ResourceIds> of(Attributes dataset) {
        String study = text(dataset, Tag.StudyInstanceUID);
        String series = text(dataset, Tag.SeriesInstanceUID);
        String instance = text(dataset, Tag.SOPInstanceUID);
        return study.isEmpty() || series.isEmpty() || instance.isEmpty()
                ? Optional.empty()
                : Optional.of(of(text(dataset, Tag.PatientID), study, series, instance));
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

    private static String hash(String text) {
        byte[] digest;
        try {
            digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        var id = new StringBuilder(44);
        for (int i = 0; i < digest.length; i++) {
            if (i > 0 && i % 4 == 0) {
                id.append('-');
            }
            id.append(Character.forDigit(digest[i] >> 4 & 15, 16)).append(Character.forDigit(digest[i] & 15, 16));
        }
        return id.toString();
    }
}
