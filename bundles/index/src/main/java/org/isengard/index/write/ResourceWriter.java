package org.isengard.index.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.MetadataValue;
import org.isengard.dicom.Attributes;
import org.isengard.index.rows.MainTags;
import org.isengard.index.rows.NamedNumbers;
import org.isengard.index.rows.Normalized;
import org.isengard.index.rows.PackedMetadata;
import org.isengard.index.rows.PackedTags;
import org.isengard.index.rows.Row;
import org.isengard.index.rows.Signatures;
import org.isengard.index.rows.Tables;
import org.isengard.index.rows.TextSearch;
import org.isengard.index.sql.Session;

/** Writes rows of resources and their attachments. */
public final class ResourceWriter {
    private static final Map<ResourceLevel, String> SET_METADATA =
            Tables.sql(level -> "UPDATE " + Tables.name(level) + " SET metadata = ? WHERE id = ?");
    private static final Map<ResourceLevel, String> SET_LABELS =
            Tables.sql(level -> "UPDATE " + Tables.name(level) + " SET labels = ? WHERE id = ?");

    private final MainTags mainTags;
    private final Signatures signatures;
    private final NamedNumbers attachmentTypes;

    public ResourceWriter(MainTags mainTags, Signatures signatures, NamedNumbers attachmentTypes) {
        this.mainTags = mainTags;
        this.signatures = signatures;
        this.attachmentTypes = attachmentTypes;
    }

    /** {@return the tags that are kept at a level} */
    public Set<Integer> mainTags(ResourceLevel level) {
        return mainTags.of(level);
    }

    /** Inserts a resource with the tags it has in a data set. {@return the number of its row} */
    public long insert(
            WriteTransaction transaction,
            ResourceLevel level,
            byte[] publicId,
            long parent,
            Attributes dataset,
            Map<Integer, MetadataValue> metadata)
            throws SQLException {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("public_id", publicId);
        columns.put("metadata", PackedMetadata.pack(metadata));
        columns.put("labels", "");
        if (level != ResourceLevel.PATIENT) {
            columns.put(Tables.parentColumn(level), parent);
        } else {
            columns.put("protected", 0);
            columns.put("recycling", transaction.next("recycling"));
        }
        if (level != ResourceLevel.INSTANCE) {
            columns.put("last_update", transaction.now());
            columns.put("stable", 0);
        }
        columns.putAll(tagColumns(transaction, level, dataset));
        Session session = transaction.session();
        long id = session.number(
                "INSERT INTO " + Tables.name(level) + " (" + String.join(", ", columns.keySet()) + ") VALUES (?"
                        + ", ?".repeat(columns.size() - 1) + ") RETURNING id",
                columns.values().toArray());
        TextSearch.insert(session, level, id, columns);
        transaction.count(WriteTransaction.Counter.of(level), 1);
        return id;
    }

    /** {@return whether a resource has the tags of a data set already} */
    public boolean hasTags(Session session, Row row, Attributes dataset) throws SQLException {
        return signatures.text(session, row.signature()).equals(mainTags.signature(row.level()))
                && PackedTags.pack(mainTags.read(row.level(), dataset)).equals(row.tags())
                && (row.level() != ResourceLevel.STUDY
                        || PackedTags.pack(mainTags.read(ResourceLevel.PATIENT, dataset))
                                .equals(row.patientTags()));
    }

    /** Takes the tags of an existing resource again from a data set. */
    public void updateTags(WriteTransaction transaction, ResourceLevel level, long id, Attributes dataset)
            throws SQLException {
        Map<String, Object> columns = tagColumns(transaction, level, dataset);
        List<Object> arguments = new ArrayList<>(columns.values());
        arguments.add(id);
        Session session = transaction.session();
        TextSearch.delete(session, level, Tables.below(level, level), id);
        session.update(
                "UPDATE " + Tables.name(level) + " SET " + String.join(" = ?, ", columns.keySet())
                        + " = ? WHERE id = ?",
                arguments.toArray());
        TextSearch.insert(session, level, id, columns);
    }

    private Map<String, Object> tagColumns(WriteTransaction transaction, ResourceLevel level, Attributes dataset)
            throws SQLException {
        Map<Integer, String> tags = mainTags.read(level, dataset);
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("tags", PackedTags.pack(tags));
        columns.put(
                "signature",
                signatures.number(transaction.session(), mainTags.signature(level), transaction::afterCommit));
        putKeys(columns, Tables.keys(level), tags);
        if (level == ResourceLevel.STUDY) {
            Map<Integer, String> patientTags = mainTags.read(ResourceLevel.PATIENT, dataset);
            columns.put("patient_tags", PackedTags.pack(patientTags));
            putKeys(columns, Tables.studyPatientKeys(), patientTags);
        }
        if (level == ResourceLevel.INSTANCE) {
            columns.put("k_sop_uid", Normalized.hash(tags.getOrDefault(Tables.SOP_UID, "")));
        }
        return columns;
    }

    private static void putKeys(Map<String, Object> columns, List<Tables.Key> keys, Map<Integer, String> tags) {
        for (Tables.Key key : keys) {
            boolean identifier =
                    key.tag() == Tables.PATIENT_ID || key.tag() == Tables.STUDY_UID || key.tag() == Tables.SERIES_UID;
            String value = tags.get(key.tag());
            // A missing identifier counts as an empty one, as it does in the resource's own identifier.
            columns.put(key.column(), value == null ? identifier ? "" : null : Normalized.of(key.tag(), value));
        }
    }

    public void setMetadata(
            WriteTransaction transaction, ResourceLevel level, long id, TreeMap<Integer, MetadataValue> all)
            throws SQLException {
        transaction.session().update(SET_METADATA.get(level), PackedMetadata.pack(all), id);
    }

    public void setLabels(WriteTransaction transaction, ResourceLevel level, long id, String packed)
            throws SQLException {
        transaction.session().update(SET_LABELS.get(level), packed, id);
    }

    public void insertAttachment(
            WriteTransaction transaction, ResourceLevel level, long id, Attachment attachment, long revision)
            throws SQLException {
        transaction
                .session()
                .update(
                        "INSERT INTO attachments (resource_id, level, type, uuid, size, md5, compression, stored_size,"
                                + " stored_md5, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        id,
                        level.ordinal(),
                        attachmentTypes.require(attachment.type()),
                        attachment.uuid(),
                        attachment.size(),
                        attachment.md5(),
                        attachment.compression().ordinal(),
                        attachment.storedSize(),
                        attachment.storedMd5(),
                        revision);
        transaction.count(WriteTransaction.Counter.DISK, attachment.storedSize());
        transaction.count(WriteTransaction.Counter.UNCOMPRESSED, attachment.size());
    }

    /** Takes an attachment out; its file becomes garbage. */
    public void removeAttachment(WriteTransaction transaction, ResourceLevel level, long id, Attachment attachment)
            throws SQLException {
        Session session = transaction.session();
        int type = attachmentTypes.require(attachment.type());
        session.update(
                "INSERT INTO garbage (uuid, type, size, md5, compression, stored_size, stored_md5) SELECT uuid, type,"
                        + " size, md5, compression, stored_size, stored_md5 FROM attachments WHERE resource_id = ? AND"
                        + " level = ? AND type = ?",
                id,
                level.ordinal(),
                type);
        session.update(
                "DELETE FROM attachments WHERE resource_id = ? AND level = ? AND type = ?", id, level.ordinal(), type);
        transaction.count(WriteTransaction.Counter.DISK, -attachment.storedSize());
        transaction.count(WriteTransaction.Counter.UNCOMPRESSED, -attachment.size());
    }
}
