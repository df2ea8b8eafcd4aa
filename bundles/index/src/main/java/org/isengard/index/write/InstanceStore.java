package org.isengard.index.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.NewInstance;
import org.isengard.api.index.StoreStatus;
import org.isengard.dicom.Attributes;
import org.isengard.index.rows.AttachmentReader;
import org.isengard.index.rows.ChangeType;
import org.isengard.index.rows.MainSequences;
import org.isengard.index.rows.NamedNumbers;
import org.isengard.index.rows.PackedMetadata;
import org.isengard.index.rows.PublicId;
import org.isengard.index.rows.Row;
import org.isengard.index.rows.SeriesCompleteness;
import org.isengard.index.rows.Tables;
import org.isengard.index.sql.Session;

/** Records an instance and, where new, its ancestors. */
public final class InstanceStore {
    /** Row numbers of the ancestors of an instance whose series is there; all zero when it is not. */
    private record Ancestors(
            long series,
            long study,
            long patient,
            long seriesUpdate,
            long studyUpdate,
            long patientUpdate,
            boolean allUnstable,
            long recycling,
            String seriesMetadata) {
        private static final Ancestors NONE = new Ancestors(0, 0, 0, 0, 0, 0, false, 0, "");
    }

    private final ResourceWriter writer;
    private final NamedNumbers metadataNames;
    private final Recycling recycling;
    private final AttachmentReader attachments;
    private final StableAges stableAges;

    public InstanceStore(
            ResourceWriter writer,
            NamedNumbers metadataNames,
            Recycling recycling,
            AttachmentReader attachments,
            StableAges stableAges) {
        this.writer = writer;
        this.metadataNames = metadataNames;
        this.recycling = recycling;
        this.attachments = attachments;
        this.stableAges = stableAges;
    }

    public Index.Stored store(WriteTransaction transaction, NewInstance instance) throws SQLException {
        Session session = transaction.session();
        byte[] publicId = bytes(instance.ids().instance());
        List<Attachment> obsolete = new ArrayList<>();
        Optional<Row> before = Row.find(session, ResourceLevel.INSTANCE, publicId);
        if (before.isPresent()) {
            if (!instance.overwrite()) {
                return new Index.Stored(StoreStatus.ALREADY_STORED, List.of());
            }
            obsolete.addAll(
                    attachments.of(session, ResourceLevel.INSTANCE, before.get().id()));
            Deletion.delete(transaction, before.get());
        }
        byte[] patient = bytes(instance.ids().patient());
        recycling.makeRoom(transaction, patient, instance.attachments());
        insert(transaction, instance, publicId, patient);
        return new Index.Stored(StoreStatus.SUCCESS, List.copyOf(obsolete));
    }

    private void insert(WriteTransaction transaction, NewInstance instance, byte[] publicId, byte[] patientId)
            throws SQLException {
        Session session = transaction.session();
        Attributes dataset = instance.dataset();
        byte[] seriesId = bytes(instance.ids().series());
        byte[] studyId = bytes(instance.ids().study());
        Ancestors found = session.first(
                        "SELECT se.id, st.id, p.id, se.last_update, st.last_update, p.last_update,"
                                + " se.stable + st.stable + p.stable, p.recycling, se.metadata FROM series se JOIN studies st ON"
                                + " st.id = se.study_id JOIN patients p ON p.id = st.patient_id WHERE se.public_id = ?",
                        row -> new Ancestors(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getLong(6),
                                row.getInt(7) == 0,
                                row.getLong(8),
                                row.getString(9)),
                        seriesId)
                .orElse(Ancestors.NONE);
        long series = found.series();
        long study = found.study() != 0 ? found.study() : Row.id(session, ResourceLevel.STUDY, studyId);
        long patient = found.patient() != 0 ? found.patient() : Row.id(session, ResourceLevel.PATIENT, patientId);
        boolean newPatient = patient == 0;
        boolean newStudy = study == 0;
        boolean newSeries = series == 0;
        if (newPatient) {
            patient = insertLevel(transaction, instance, ResourceLevel.PATIENT, patientId, 0);
        }
        if (newStudy) {
            study = insertLevel(transaction, instance, ResourceLevel.STUDY, studyId, patient);
        }
        if (newSeries) {
            series = insertLevel(transaction, instance, ResourceLevel.SERIES, seriesId, study);
        }
        long id = insertLevel(transaction, instance, ResourceLevel.INSTANCE, publicId, series);
        for (Attachment attachment : instance.attachments()) {
            writer.insertAttachment(transaction, ResourceLevel.INSTANCE, id, attachment, 0);
        }
        transaction.change(ChangeType.NEW_INSTANCE, ResourceLevel.INSTANCE, id, publicId);
        if (newSeries) {
            transaction.change(ChangeType.NEW_SERIES, ResourceLevel.SERIES, series, seriesId);
        } else {
            touch(transaction, ResourceLevel.SERIES, series, found.seriesUpdate(), found.allUnstable());
        }
        if (newStudy) {
            transaction.change(ChangeType.NEW_STUDY, ResourceLevel.STUDY, study, studyId);
        } else {
            touch(transaction, ResourceLevel.STUDY, study, found.studyUpdate(), found.allUnstable());
        }
        if (newPatient) {
            transaction.change(ChangeType.NEW_PATIENT, ResourceLevel.PATIENT, patient, patientId);
        } else {
            touch(transaction, ResourceLevel.PATIENT, patient, found.patientUpdate(), found.allUnstable());
            recycling.touched(transaction, patient, found.recycling());
        }
        setParentMetadata(transaction, instance, ResourceLevel.SERIES, series, newSeries);
        setParentMetadata(transaction, instance, ResourceLevel.STUDY, study, newStudy);
        setParentMetadata(transaction, instance, ResourceLevel.PATIENT, patient, newPatient);
        noteCompleteness(
                transaction, series, seriesId, newSeries ? expected(dataset) : expected(found.seriesMetadata()));
        stableAges.touched(transaction, seriesId, studyId, patientId);
    }

    private long insertLevel(
            WriteTransaction transaction, NewInstance instance, ResourceLevel level, byte[] publicId, long parent)
            throws SQLException {
        TreeMap<Integer, MetadataValue> metadata = new TreeMap<>();
        put(metadata, instance.parentMetadata().getOrDefault(level, Map.of()));
        if (level == ResourceLevel.INSTANCE) {
            put(metadata, instance.metadata());
            String index = SeriesCompleteness.indexInSeries(instance.dataset());
            if (index != null) {
                put(metadata, Map.of(Metadata.INDEX_IN_SERIES, index));
            }
        } else if (level == ResourceLevel.SERIES) {
            String remote = instance.metadata().get(Metadata.REMOTE_AET);
            if (remote != null) {
                put(metadata, Map.of(Metadata.REMOTE_AET, remote));
            }
            String expected = expected(instance.dataset());
            if (expected != null) {
                put(metadata, Map.of(Metadata.EXPECTED_NUMBER_OF_INSTANCES, expected));
            }
        }
        MainSequences.read(instance.dataset(), writer.mainTags(level))
                .ifPresent(sequences -> put(metadata, Map.of(Metadata.MAIN_DICOM_SEQUENCES, sequences)));
        return writer.insert(transaction, level, publicId, parent, instance.dataset(), metadata);
    }

    private void put(TreeMap<Integer, MetadataValue> metadata, Map<String, String> values) {
        values.forEach((name, value) -> metadata.merge(
                metadataNames.require(name),
                new MetadataValue(value, 0),
                (old, updated) -> new MetadataValue(value, old.revision() + 1)));
    }

    /** Rows that were written in this very second and are not stable need not be written again. */
    private static void touch(
            WriteTransaction transaction, ResourceLevel level, long id, long lastUpdate, boolean unstable)
            throws SQLException {
        if (lastUpdate != transaction.now() || !unstable) {
            transaction
                    .session()
                    .update(
                            "UPDATE " + Tables.name(level) + " SET last_update = ?, stable = 0 WHERE id = ?",
                            transaction.now(),
                            id);
        }
    }

    private void setParentMetadata(
            WriteTransaction transaction, NewInstance instance, ResourceLevel level, long id, boolean isNew)
            throws SQLException {
        Map<String, String> values = instance.parentMetadata().getOrDefault(level, Map.of());
        if (isNew || values.isEmpty()) {
            return;
        }
        TreeMap<Integer, MetadataValue> metadata = PackedMetadata.unpack(
                Row.find(transaction.session(), level, id).orElseThrow().metadata());
        put(metadata, values);
        writer.setMetadata(transaction, level, id, metadata);
    }

    private static String expected(Attributes dataset) {
        OptionalInt expected = SeriesCompleteness.expected(dataset);
        return expected.isPresent() ? Integer.toString(expected.getAsInt()) : null;
    }

    private String expected(String seriesMetadata) {
        MetadataValue expected =
                PackedMetadata.unpack(seriesMetadata).get(metadataNames.require(Metadata.EXPECTED_NUMBER_OF_INSTANCES));
        return expected == null ? null : expected.value();
    }

    private void noteCompleteness(WriteTransaction transaction, long series, byte[] seriesId, String expected)
            throws SQLException {
        if (expected == null) {
            return;
        }
        Session session = transaction.session();
        long there = session.number("SELECT COUNT(*) FROM instances WHERE series_id = ?", series);
        OptionalInt count = SeriesCompleteness.parse(expected);
        if (count.isEmpty() || there != count.getAsInt()) {
            return;
        }
        int number = metadataNames.require(Metadata.INDEX_IN_SERIES);
        List<String> indices = session.list(
                "SELECT metadata FROM instances WHERE series_id = ?",
                row -> {
                    MetadataValue index =
                            PackedMetadata.unpack(row.getString(1)).get(number);
                    return index == null ? null : index.value();
                },
                series);
        if ("Complete".equals(SeriesCompleteness.status(expected, indices))) {
            transaction.change(ChangeType.COMPLETED_SERIES, ResourceLevel.SERIES, series, seriesId);
        }
    }

    /** Takes again the main tags of an instance and its ancestors, and some metadata of the instance. */
    public void updateMainTags(
            WriteTransaction transaction, byte[] instance, Attributes dataset, Map<String, String> metadata)
            throws SQLException {
        Session session = transaction.session();
        Row row = Row.find(session, ResourceLevel.INSTANCE, instance)
                .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
        updateTags(transaction, row, dataset, metadata);
        while (row.level() != ResourceLevel.PATIENT) {
            row = Row.find(session, Tables.parent(row.level()), row.parentId()).orElseThrow();
            updateTags(transaction, row, dataset, Map.of());
        }
    }

    /** Takes again the main tags of one resource. */
    public void updateTags(WriteTransaction transaction, Row row, Attributes dataset) throws SQLException {
        updateTags(transaction, row, dataset, Map.of());
    }

    private void updateTags(WriteTransaction transaction, Row row, Attributes dataset, Map<String, String> metadata)
            throws SQLException {
        Session session = transaction.session();
        TreeMap<Integer, MetadataValue> all = PackedMetadata.unpack(row.metadata());
        put(all, metadata);
        all.remove(metadataNames.require(Metadata.MAIN_DICOM_SEQUENCES));
        MainSequences.read(dataset, writer.mainTags(row.level()))
                .ifPresent(sequences -> put(all, Map.of(Metadata.MAIN_DICOM_SEQUENCES, sequences)));
        String packed = PackedMetadata.pack(all);
        if (!packed.equals(row.metadata())) {
            writer.setMetadata(transaction, row.level(), row.id(), all);
        }
        if (!writer.hasTags(session, row, dataset)) {
            writer.updateTags(transaction, row.level(), row.id(), dataset);
        }
    }

    private static byte[] bytes(String id) {
        byte[] bytes = PublicId.parse(id);
        if (bytes == null) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "Not an identifier: " + id);
        }
        return bytes;
    }
}
