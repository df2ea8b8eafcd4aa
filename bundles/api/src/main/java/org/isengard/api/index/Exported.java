package org.isengard.api.index;

import org.isengard.api.ResourceLevel;

/** One line of the log of what was sent to other modalities (Orthanc's {@code LogExportedResources}). */
public record Exported(
        long seq,
        ResourceLevel level,
        String id,
        String remoteModality,
        String date,
        String patientId,
        String studyInstanceUid,
        String seriesInstanceUid,
        String sopInstanceUid) {}
