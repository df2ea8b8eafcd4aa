package org.isengard.dicom;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Orthanc's identifiers of the four levels an instance belongs to: SHA-1 over the DICOM identifiers of the level and
 * those above, joined by bars, written as five groups of eight hexadecimal digits.
 */
public record ResourceIds(String patient, String study, String series, String instance) {
    /**
     * {@return the identifiers of a data set's instance; empty when it lacks a UID. A missing Patient ID counts as
     * empty}
     */
    public static Optional<ResourceIds> of(Attributes dataset) {
        String study = dataset.getString(Tag.StudyInstanceUID, "");
        String series = dataset.getString(Tag.SeriesInstanceUID, "");
        String instance = dataset.getString(Tag.SOPInstanceUID, "");
        if (study.isEmpty() || series.isEmpty() || instance.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(of(dataset.getString(Tag.PatientID, ""), study, series, instance));
    }

    public static ResourceIds of(
            String patientId, String studyInstanceUid, String seriesInstanceUid, String sopInstanceUid) {
        String study = patientId + "|" + studyInstanceUid;
        String series = study + "|" + seriesInstanceUid;
        return new ResourceIds(hash(patientId), hash(study), hash(series), hash(series + "|" + sopInstanceUid));
    }

    /** {@return the identifier that a text of DICOM identifiers gives} */
    public static String hash(String text) {
        try {
            String hex = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
            StringBuilder id = new StringBuilder(44);
            for (int i = 0; i < 40; i += 8) {
                id.append(i == 0 ? "" : "-").append(hex, i, i + 8);
            }
            return id.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1", e);
        }
    }
}
