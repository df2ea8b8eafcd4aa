package org.isengard.index.rows;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.index.sql.Session;

/** Reads rows of attachments. */
public final class AttachmentReader {
    private static final Attachment.Compression[] COMPRESSIONS = Attachment.Compression.values();
    private static final String COLUMNS = "uuid, type, size, md5, compression, stored_size, stored_md5";
    private static final String OF_RESOURCE =
            "SELECT " + COLUMNS + ", revision FROM attachments WHERE resource_id = ? AND level = ? ORDER BY type";
    private static final String ONE =
            "SELECT " + COLUMNS + ", revision FROM attachments WHERE resource_id = ? AND level = ? AND type = ?";

    private static final String KNOWN = "SELECT CASE WHEN EXISTS (SELECT 1 FROM attachments WHERE uuid = ?)"
            + " OR EXISTS (SELECT 1 FROM garbage WHERE uuid = ?) THEN 1 ELSE 0 END";

    private final NamedNumbers types;

    public AttachmentReader(NamedNumbers types) {
        this.types = types;
    }

    public List<Attachment> of(Session session, ResourceLevel level, long id) throws SQLException {
        return session.list(OF_RESOURCE, row -> read(row, row.getLong(8)), id, level.ordinal());
    }

    public Optional<Attachment> one(Session session, ResourceLevel level, long id, int type) throws SQLException {
        return session.first(ONE, row -> read(row, row.getLong(8)), id, level.ordinal(), type);
    }

    public List<Attachment> garbage(Session session, int limit) throws SQLException {
        return session.list("SELECT " + COLUMNS + " FROM garbage ORDER BY uuid LIMIT ?", row -> read(row, 0), limit);
    }

    public List<Attachment> after(Session session, String uuid, int limit) throws SQLException {
        return session.list(
                "SELECT " + COLUMNS + ", revision FROM attachments WHERE uuid > ? ORDER BY uuid LIMIT ?",
                row -> read(row, row.getLong(8)),
                uuid,
                limit);
    }

    /** {@return those of these file names that belong to a resource or wait in the garbage} */
    public static Set<String> known(Session session, List<String> uuids) throws SQLException {
        Set<String> known = new HashSet<>();
        for (String uuid : uuids) {
            if (session.number(KNOWN, uuid, uuid) != 0) {
                known.add(uuid);
            }
        }
        return known;
    }

    private Attachment read(ResultSet row, long revision) throws SQLException {
        return new Attachment(
                row.getString(1),
                types.name(row.getInt(2)),
                row.getLong(3),
                row.getString(4),
                COMPRESSIONS[row.getInt(5)],
                row.getLong(6),
                row.getString(7),
                revision);
    }
}
