package org.isengard.index;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ResourceLevel;

/** The row of one resource as it is stored. {@code parent} is null for patients, {@code patientTags} but for studies. */
record Row(
        ResourceLevel level,
        long id,
        byte[] publicId,
        byte[] parent,
        long parentId,
        String tags,
        String patientTags,
        String metadata,
        String labels,
        int signature,
        long lastUpdate,
        boolean stable,
        boolean isProtected) {
    private static final Map<ResourceLevel, String> SELECT = Tables.sql(level -> {
        String common =
                "SELECT r.id, r.public_id, %s, %s, r.tags, %s, r.metadata, r.labels, r.signature, %s, %s, %s FROM "
                        + Tables.name(level) + " r";
        if (level == ResourceLevel.PATIENT) {
            return String.format(common, "NULL", "0", "NULL", "r.last_update", "r.stable", "r.protected");
        }
        String parent = Tables.parentColumn(level);
        String joined = common + " JOIN " + Tables.name(Tables.parent(level)) + " parent ON parent.id = r." + parent;
        boolean study = level == ResourceLevel.STUDY;
        boolean instance = level == ResourceLevel.INSTANCE;
        return String.format(
                joined,
                "parent.public_id",
                "r." + parent,
                study ? "r.patient_tags" : "NULL",
                instance ? "0" : "r.last_update",
                instance ? "0" : "r.stable",
                "0");
    });
    private static final Map<ResourceLevel, String> BY_PUBLIC_ID =
            Tables.sql(level -> SELECT.get(level) + " WHERE r.public_id = ?");
    private static final Map<ResourceLevel, String> BY_ID = Tables.sql(level -> SELECT.get(level) + " WHERE r.id = ?");
    private static final Map<ResourceLevel, String> ID_ONLY =
            Tables.sql(level -> "SELECT id FROM " + Tables.name(level) + " WHERE public_id = ?");

    static Optional<Row> find(Session session, ResourceLevel level, byte[] publicId) throws SQLException {
        return session.first(BY_PUBLIC_ID.get(level), row -> read(level, row), publicId);
    }

    static Optional<Row> find(Session session, ResourceLevel level, long id) throws SQLException {
        return session.first(BY_ID.get(level), row -> read(level, row), id);
    }

    /** {@return the number of a row, 0 when there is none} */
    static long id(Session session, ResourceLevel level, byte[] publicId) throws SQLException {
        return publicId == null ? 0 : session.number(ID_ONLY.get(level), publicId);
    }

    private static Row read(ResourceLevel level, ResultSet row) throws SQLException {
        return new Row(
                level,
                row.getLong(1),
                row.getBytes(2),
                row.getBytes(3),
                row.getLong(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getInt(9),
                row.getLong(10),
                row.getInt(11) != 0,
                row.getInt(12) != 0);
    }
}
