package org.isengard.index.rows;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest.Part;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.Resource;
import org.isengard.api.index.Statistics;
import org.isengard.index.sql.Session;

/** Reads resources with the parts asked for. */
public final class ResourceReader {
    private static final Map<ResourceLevel, String> CHILDREN = Tables.sql(level -> level == ResourceLevel.INSTANCE
            ? ""
            : "SELECT public_id FROM " + Tables.name(level.child().orElseThrow()) + " WHERE "
                    + Tables.parentColumn(level.child().orElseThrow()) + " = ? ORDER BY id");

    private final NamedNumbers metadataNames;
    private final Signatures signatures;
    private final AttachmentReader attachments;

    public ResourceReader(NamedNumbers metadataNames, Signatures signatures, AttachmentReader attachments) {
        this.metadataNames = metadataNames;
        this.signatures = signatures;
        this.attachments = attachments;
    }

    public Resource read(Session session, Row row, Set<Part> with) throws SQLException {
        ResourceLevel level = row.level();
        return new Resource(
                level,
                PublicId.toText(row.publicId()),
                row.parent() == null ? "" : PublicId.toText(row.parent()),
                tags(session, row, with),
                with.contains(Part.CHILDREN) ? children(session, level, row.id()) : List.of(),
                with.contains(Part.METADATA) ? metadata(session, row) : Map.of(),
                with.contains(Part.ATTACHMENTS) ? attachments.of(session, level, row.id()) : List.of(),
                with.contains(Part.LABELS) ? labels(row) : Set.of(),
                row.stable(),
                row.isProtected());
    }

    private static Map<ResourceLevel, Map<Integer, String>> tags(Session session, Row row, Set<Part> with)
            throws SQLException {
        Map<ResourceLevel, Map<Integer, String>> tags = new EnumMap<>(ResourceLevel.class);
        ResourceLevel level = row.level();
        if (with.contains(Part.TAGS)) {
            tags.put(level, PackedTags.unpack(row.tags()));
        }
        if (with.contains(Part.PARENT_TAGS) && level != ResourceLevel.PATIENT) {
            Row at = row;
            while (at.level() != ResourceLevel.STUDY) {
                at = Row.find(session, Tables.parent(at.level()), at.parentId()).orElseThrow();
                tags.put(at.level(), PackedTags.unpack(at.tags()));
            }
            tags.put(ResourceLevel.PATIENT, PackedTags.unpack(at.patientTags()));
        }
        return tags;
    }

    private static List<String> children(Session session, ResourceLevel level, long id) throws SQLException {
        if (level == ResourceLevel.INSTANCE) {
            return List.of();
        }
        IdList children = new IdList();
        session.each(CHILDREN.get(level), row -> children.append(row.getBytes(1)), id);
        return children;
    }

    /** {@return metadata by name, in the order of their numbers} */
    public Map<String, MetadataValue> metadata(Session session, Row row) throws SQLException {
        var byNumber = PackedMetadata.unpack(row.metadata());
        if (row.level() != ResourceLevel.INSTANCE) {
            byNumber.putIfAbsent(
                    metadataNames.require(Metadata.LAST_UPDATE),
                    new MetadataValue(Timestamps.toText(row.lastUpdate()), 0));
        }
        byNumber.putIfAbsent(
                metadataNames.require(Metadata.MAIN_DICOM_TAGS_SIGNATURE),
                new MetadataValue(signatures.text(session, row.signature()), 0));
        Map<String, MetadataValue> byName = new LinkedHashMap<>(32);
        byNumber.forEach((number, value) -> byName.put(metadataNames.name(number), value));
        return byName;
    }

    /** {@return labels in their order} */
    public static Set<String> labels(Row row) {
        return row.labels().isEmpty()
                ? Set.of()
                : new LinkedHashSet<>(Arrays.asList(row.labels().split(";")));
    }

    /** {@return those of the resources that are there, in the order of their identifiers in the list} */
    public List<Resource> readAll(Session session, ResourceLevel level, List<String> ids, Set<Part> with)
            throws SQLException {
        List<Resource> found = new ArrayList<>(ids.size());
        for (String id : ids) {
            Optional<Row> row = Row.find(session, level, id);
            if (row.isPresent()) {
                found.add(read(session, row.get(), with));
            }
        }
        return found;
    }

    /** {@return the identifier of the resource at a level above another one; empty when there is no such resource} */
    public static Optional<String> ancestor(Session session, ResourceLevel level, String id, ResourceLevel above)
            throws SQLException {
        Optional<Row> row = Row.find(session, level, id);
        while (row.isPresent() && above.isAbove(row.get().level())) {
            row = Row.find(session, Tables.parent(row.get().level()), row.get().parentId());
        }
        return row.map(at -> PublicId.toText(at.publicId()));
    }

    /** Counts and sizes of what is below a resource, itself included. */
    public static Statistics statistics(Session session, ResourceLevel level, long id) throws SQLException {
        return statistics(session, level, "= ?", id);
    }

    /**
     * Counts and sizes of resources and what is below them.
     *
     * @param ids what their identifiers are, as SQL: an operator and its right side
     */
    public static Statistics statistics(Session session, ResourceLevel level, String ids, Object... arguments)
            throws SQLException {
        long[] counts = new long[4];
        long[] sums = new long[4];
        for (ResourceLevel target : ResourceLevel.values()) {
            if (level.isAbove(target) || level == target) {
                String below = Tables.below(target, level, ids);
                String table = Tables.name(target);
                counts[target.ordinal()] =
                        session.number("SELECT COUNT(*) FROM " + table + " WHERE " + below, arguments);
                session.each(
                        "SELECT COALESCE(SUM(stored_size), 0), COALESCE(SUM(size), 0),"
                                + " COALESCE(SUM(CASE WHEN type = 1 THEN stored_size ELSE 0 END), 0),"
                                + " COALESCE(SUM(CASE WHEN type = 1 THEN size ELSE 0 END), 0) FROM attachments WHERE"
                                + " level = " + target.ordinal() + " AND resource_id IN (SELECT id FROM " + table
                                + " WHERE " + below + ")",
                        row -> {
                            for (int i = 0; i < sums.length; i++) {
                                sums[i] += row.getLong(i + 1);
                            }
                        },
                        arguments);
            }
        }
        return new Statistics(counts[0], counts[1], counts[2], counts[3], sums[0], sums[1], sums[2], sums[3]);
    }
}
