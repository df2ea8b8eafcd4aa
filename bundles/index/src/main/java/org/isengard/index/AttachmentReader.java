package org.isengard.index;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;

/** Reads rows of attachments. */
final class AttachmentReader {
    private static final Attachment.Compression[] COMPRESSIONS = Attachment.Compression.values();
    private static final String COLUMNS = "uuid, type, size, md5, compression, stored_size, stored_md5";
    private static final String OF_RESOURCE =
            "SELECT " + COLUMNS + ", revision FROM attachments WHERE resource_id = ? AND level = ? ORDER BY type";
    private static final String ONE =
            "SELECT " + COLUMNS + ", revision FROM attachments WHERE resource_id = ? AND level = ? AND type = ?";

    private final NamedNumbers types;

    AttachmentReader(NamedNumbers types) {
        this.types = types;
    }

    List<Attachment> of(Session session, ResourceLevel level, long id) throws SQLException {
        return session.list(OF_RESOURCE, row -> read(row, row.getLong(8)), id, level.ordinal());
    }

    Optional<Attachment> one(Session session, ResourceLevel level, long id, int type) throws SQLException {
        return session.first(ONE, row -> read(row, row.getLong(8)), id, level.ordinal(), type);
    }

    List<Attachment> garbage(Session session, int limit) throws SQLException {
        return session.list("SELECT " + COLUMNS + " FROM garbage ORDER BY uuid LIMIT ?", row -> read(row, 0), limit);
    }

    List<Attachment> after(Session session, String uuid, int limit) throws SQLException {
        return session.list(
                "SELECT " + COLUMNS + ", revision FROM attachments WHERE uuid > ? ORDER BY uuid LIMIT ?",
                row -> read(row, row.getLong(8)),
                uuid,
                limit);
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
