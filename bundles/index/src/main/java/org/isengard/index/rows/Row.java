package org.isengard.index.rows;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.index.sql.Session;

/** The row of one resource as it is stored. {@code parent} is null for patients, {@code patientTags} but for studies. */
public record Row(
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
    /** Only the columns a level has: the driver's work grows with their number. */
    private static final Map<ResourceLevel, String> SELECT = Tables.sql(level -> {
        String columns = "r.id, r.public_id, r.tags, r.metadata, r.labels, r.signature";
        String table = " FROM " + Tables.name(level) + " r";
        if (level == ResourceLevel.PATIENT) {
            return "SELECT " + columns + ", r.last_update, r.stable, r.protected" + table;
        }
        String parent = "r." + Tables.parentColumn(level);
        String own = switch (level) {
            case STUDY -> ", r.last_update, r.stable, r.patient_tags";
            case SERIES -> ", r.last_update, r.stable";
            default -> "";
        };
        return "SELECT " + columns + ", parent.public_id, " + parent + own + table + " JOIN "
                + Tables.name(Tables.parent(level)) + " parent ON parent.id = " + parent;
    });

    private static final Map<ResourceLevel, String> BY_PUBLIC_ID =
            Tables.sql(level -> SELECT.get(level) + " WHERE r.public_id = ?");
    private static final Map<ResourceLevel, String> BY_ID = Tables.sql(level -> SELECT.get(level) + " WHERE r.id = ?");
    private static final Map<ResourceLevel, String> ID_ONLY =
            Tables.sql(level -> "SELECT id FROM " + Tables.name(level) + " WHERE public_id = ?");

    public static Optional<Row> find(Session session, ResourceLevel level, byte[] publicId) throws SQLException {
        return session.first(BY_PUBLIC_ID.get(level), row -> read(level, row), publicId);
    }

    /** @param id Orthanc's identifier; nothing is found for other texts */
    public static Optional<Row> find(Session session, ResourceLevel level, String id) throws SQLException {
        byte[] publicId = PublicId.parse(id);
        return publicId == null ? Optional.empty() : find(session, level, publicId);
    }

    /** @throws IsengardException UNKNOWN_RESOURCE */
    public static Row require(Session session, ResourceLevel level, String id) throws SQLException {
        return find(session, level, id)
                .orElseThrow(() -> new IsengardException(
                        ErrorCode.UNKNOWN_RESOURCE, "No such " + level.label().toLowerCase(Locale.ROOT) + ": " + id));
    }

    public static Optional<Row> find(Session session, ResourceLevel level, long id) throws SQLException {
        return session.first(BY_ID.get(level), row -> read(level, row), id);
    }

    /** {@return the number of a row, 0 when there is none} */
    public static long id(Session session, ResourceLevel level, byte[] publicId) throws SQLException {
        return publicId == null ? 0 : session.number(ID_ONLY.get(level), publicId);
    }

    private static Row read(ResourceLevel level, ResultSet row) throws SQLException {
        boolean patient = level == ResourceLevel.PATIENT;
        boolean instance = level == ResourceLevel.INSTANCE;
        int dated = patient ? 7 : 9;
        return new Row(
                level,
                row.getLong(1),
                row.getBytes(2),
                patient ? null : row.getBytes(7),
                patient ? 0 : row.getLong(8),
                row.getString(3),
                level == ResourceLevel.STUDY ? row.getString(11) : null,
                row.getString(4),
                row.getString(5),
                row.getInt(6),
                instance ? 0 : row.getLong(dated),
                !instance && row.getInt(dated + 1) != 0,
                patient && row.getInt(9) != 0);
    }
}
