package org.isengard.index.write;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.MetadataValue;
import org.isengard.index.rows.AttachmentReader;
import org.isengard.index.rows.ChangeType;
import org.isengard.index.rows.NamedNumbers;
import org.isengard.index.rows.PackedMetadata;
import org.isengard.index.rows.ResourceReader;
import org.isengard.index.rows.Row;

/** Changes of metadata, attachments and labels of single resources. */
public final class AnnotationWriter {
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final NamedNumbers metadataNames;
    private final NamedNumbers attachmentTypes;
    private final AttachmentReader attachments;
    private final ResourceWriter writer;

    public AnnotationWriter(
            NamedNumbers metadataNames,
            NamedNumbers attachmentTypes,
            AttachmentReader attachments,
            ResourceWriter writer) {
        this.metadataNames = metadataNames;
        this.attachmentTypes = attachmentTypes;
        this.attachments = attachments;
        this.writer = writer;
    }

    /** {@return the new revision} */
    public long setMetadata(
            WriteTransaction transaction, Row row, String name, String value, long expected, boolean check)
            throws SQLException {
        int number = metadataNames.require(name);
        TreeMap<Integer, MetadataValue> all = PackedMetadata.unpack(row.metadata());
        MetadataValue before = all.get(number);
        long revision = nextRevision(before == null ? -1 : before.revision(), expected, check);
        all.put(number, new MetadataValue(value, revision));
        writer.setMetadata(transaction, row.level(), row.id(), all);
        if (number >= NamedNumbers.FIRST_USER) {
            transaction.change(ChangeType.UPDATED_METADATA, row.level(), row.id(), row.publicId());
        }
        return revision;
    }

    public boolean deleteMetadata(WriteTransaction transaction, Row row, String name, long expected, boolean check)
            throws SQLException {
        int number = metadataNames.require(name);
        TreeMap<Integer, MetadataValue> all = PackedMetadata.unpack(row.metadata());
        MetadataValue before = all.remove(number);
        if (before == null) {
            return false;
        }
        nextRevision(before.revision(), expected, check);
        writer.setMetadata(transaction, row.level(), row.id(), all);
        if (number >= NamedNumbers.FIRST_USER) {
            transaction.change(ChangeType.UPDATED_METADATA, row.level(), row.id(), row.publicId());
        }
        return true;
    }

    /** {@return the new revision} */
    public long setAttachment(
            WriteTransaction transaction, Row row, Attachment attachment, long expected, boolean check)
            throws SQLException {
        int type = attachmentTypes.require(attachment.type());
        Optional<Attachment> before = attachments.one(transaction.session(), row.level(), row.id(), type);
        long revision = nextRevision(before.map(Attachment::revision).orElse(-1L), expected, check);
        if (before.isPresent()) {
            writer.removeAttachment(transaction, row.level(), row.id(), before.get());
        }
        writer.insertAttachment(transaction, row.level(), row.id(), attachment, revision);
        if (type >= NamedNumbers.FIRST_USER) {
            transaction.change(ChangeType.UPDATED_ATTACHMENT, row.level(), row.id(), row.publicId());
        }
        return revision;
    }

    public boolean deleteAttachment(WriteTransaction transaction, Row row, String type, long expected, boolean check)
            throws SQLException {
        int number = attachmentTypes.require(type);
        Optional<Attachment> before = attachments.one(transaction.session(), row.level(), row.id(), number);
        if (before.isEmpty()) {
            return false;
        }
        nextRevision(before.get().revision(), expected, check);
        writer.removeAttachment(transaction, row.level(), row.id(), before.get());
        if (number >= NamedNumbers.FIRST_USER) {
            transaction.change(ChangeType.UPDATED_ATTACHMENT, row.level(), row.id(), row.publicId());
        }
        return true;
    }

    /** @param before the revision there is, -1 when there is none */
    private static long nextRevision(long before, long expected, boolean check) {
        if (check && before >= 0 && before != expected) {
            throw new IsengardException(
                    ErrorCode.REVISION, "The revision is " + before + ", not " + (expected < 0 ? "given" : expected));
        }
        return before + 1;
    }

    public void setLabel(WriteTransaction transaction, Row row, String label, boolean there) throws SQLException {
        if (there && !LABEL.matcher(label).matches()) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE,
                    "A label has up to 64 letters, digits, underscores and hyphens: " + label);
        }
        Set<String> labels = new TreeSet<>(ResourceReader.labels(row));
        if (there ? !labels.add(label) : !labels.remove(label)) {
            return;
        }
        writer.setLabels(transaction, row.level(), row.id(), String.join(";", labels));
        transaction
                .session()
                .update(
                        there
                                ? "INSERT INTO labels (label, level, resource_id) VALUES (?, ?, ?)"
                                : "DELETE FROM labels WHERE label = ? AND level = ? AND resource_id = ?",
                        label,
                        row.level().ordinal(),
                        row.id());
    }
}
