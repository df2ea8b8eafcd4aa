package org.isengard.api.security;

import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The record of who did what. Nothing that is audited fails or waits because of it. */
@ProviderType
public interface AuditLog {
    /**
     * Something that happened.
     *
     * @param time when it ended
     * @param user "" without one; an AE title for DICOM
     * @param address numeric, of the client
     * @param action such as {@code GET /instances/{id}/file}, {@code C-FIND}, {@code store}, {@code login}
     * @param level of the resource, such as {@code study}; "" for none
     * @param resource Orthanc identifier, "" for none
     * @param patientId DICOM PatientID, "" where it is not known
     * @param studyUid DICOM StudyInstanceUID, "" where it is not known
     * @param outcome HTTP or DIMSE status, or a word such as {@code Success}
     * @param details of any kind, "" for none
     */
    record Event(
            Instant time,
            String user,
            String address,
            String action,
            String level,
            String resource,
            String patientId,
            String studyUid,
            String outcome,
            String details) {
        /** {@return the same event as it ended} */
        public Event ended(Instant end, String endAction, String endOutcome) {
            return new Event(end, user, address, endAction, level, resource, patientId, studyUid, endOutcome, details);
        }

        /** {@return the same event with the identifiers of its resource} */
        public Event of(String patient, String study) {
            return new Event(time, user, address, action, level, resource, patient, study, outcome, details);
        }
    }

    /** {@return whether events are kept: who has to look something up for an event asks first} */
    boolean isEnabled();

    /** {@return the event with PatientID and StudyInstanceUID of its resource, where the index has them now} */
    Event identified(Event event);

    /** Adds an event, identified where it is not yet. It survives the end of the process when this returns, unless the disk refuses it. */
    void record(Event event);

    /**
     * Reads all files and compares the chain of hashes.
     *
     * @return lines for a reader: files, events, and what does not fit; the last one tells whether the chain is whole
     */
    List<String> verify();
}
