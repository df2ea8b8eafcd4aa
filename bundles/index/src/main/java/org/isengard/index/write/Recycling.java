package org.isengard.index.write;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.index.rows.Row;
import org.isengard.index.sql.Session;

/** Keeps the store within its limits: by refusing instances, or by deleting the patients touched longest ago. */
public final class Recycling {
    private final long maximumSize;
    private final long maximumPatients;
    private final boolean reject;

    /**
     * @param maximumSize in bytes, 0 for no limit
     * @param maximumPatients 0 for no limit
     * @param reject refuse what does not fit instead of recycling
     */
    public Recycling(long maximumSize, long maximumPatients, boolean reject) {
        this.maximumSize = maximumSize;
        this.maximumPatients = maximumPatients;
        this.reject = reject;
    }

    /**
     * Makes room for an instance of a patient.
     *
     * @throws IsengardException FULL_STORAGE when there is none
     */
    public void makeRoom(WriteTransaction transaction, byte[] patient, List<Attachment> attachments)
            throws SQLException {
        if (maximumSize == 0 && maximumPatients == 0) {
            return;
        }
        long size = attachments.stream().mapToLong(Attachment::storedSize).sum();
        boolean known = Row.id(transaction.session(), ResourceLevel.PATIENT, patient) != 0;
        while (isFull(transaction, size, known)) {
            Optional<Row> oldest = reject ? Optional.empty() : oldest(transaction.session(), patient);
            if (oldest.isEmpty()) {
                throw new IsengardException(ErrorCode.FULL_STORAGE);
            }
            Deletion.delete(transaction, oldest.get());
        }
    }

    private boolean isFull(WriteTransaction transaction, long size, boolean known) throws SQLException {
        if (maximumSize != 0 && transaction.total(WriteTransaction.Counter.DISK) + size > maximumSize) {
            return true;
        }
        return maximumPatients != 0
                && !known
                && transaction.total(WriteTransaction.Counter.PATIENTS) + 1 > maximumPatients;
    }

    private static Optional<Row> oldest(Session session, byte[] except) throws SQLException {
        Optional<Long> id = session.first(
                "SELECT id FROM patients WHERE protected = 0 AND public_id <> ? ORDER BY recycling LIMIT 1",
                row -> row.getLong(1),
                except);
        return id.isPresent() ? Row.find(session, ResourceLevel.PATIENT, id.get()) : Optional.empty();
    }

    /** Makes a patient the last to be recycled. */
    public void touched(WriteTransaction transaction, long patient, long recycling) throws SQLException {
        Session session = transaction.session();
        if (recycling != session.number("SELECT value FROM counters WHERE name = 'recycling'")) {
            moveToEnd(transaction, patient);
        }
    }

    private static void moveToEnd(WriteTransaction transaction, long patient) throws SQLException {
        transaction
                .session()
                .update("UPDATE patients SET recycling = ? WHERE id = ?", transaction.next("recycling"), patient);
    }

    /** Protects a patient, or gives it up to recycling as the one touched last. */
    public static void setProtected(WriteTransaction transaction, Row patient, boolean value) throws SQLException {
        if (patient.isProtected() == value) {
            return;
        }
        transaction.session().update("UPDATE patients SET protected = ? WHERE id = ?", value ? 1 : 0, patient.id());
        moveToEnd(transaction, patient.id());
    }
}
