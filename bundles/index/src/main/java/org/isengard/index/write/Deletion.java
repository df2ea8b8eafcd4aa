package org.isengard.index.write;

import java.sql.SQLException;
import java.util.Optional;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.index.rows.ChangeType;
import org.isengard.index.rows.PublicId;
import org.isengard.index.rows.Row;
import org.isengard.index.rows.Tables;
import org.isengard.index.rows.TextSearch;
import org.isengard.index.sql.Session;

/** Deletes a resource with all that is below it, and what is above it and has no other child. */
public final class Deletion {
    private Deletion() {}

    /** {@return the nearest ancestor that remains} */
    public static Optional<Index.Ref> delete(WriteTransaction transaction, Row row) throws SQLException {
        Session session = transaction.session();
        ResourceLevel level = row.level();
        long id = row.id();
        long parentId = row.parentId();
        byte[] parent = row.parent();
        deleteSubtree(transaction, level, id);
        while (level != ResourceLevel.PATIENT) {
            ResourceLevel above = Tables.parent(level);
            boolean remains = session.first(
                            "SELECT 1 FROM " + Tables.name(level) + " WHERE " + Tables.parentColumn(level)
                                    + " = ? LIMIT 1",
                            r -> true,
                            parentId)
                    .isPresent();
            if (remains) {
                touch(transaction, above, parentId);
                return Optional.of(new Index.Ref(above, PublicId.toText(parent)));
            }
            Row next = Row.find(session, above, parentId).orElseThrow();
            deleteSubtree(transaction, above, parentId);
            level = above;
            parentId = next.parentId();
            parent = next.parent();
        }
        return Optional.empty();
    }

    /** A resource that lost a child has changed, and so have its parents. */
    private static void touch(WriteTransaction transaction, ResourceLevel level, long id) throws SQLException {
        Session session = transaction.session();
        ResourceLevel at = level;
        long row = id;
        while (true) {
            session.update("UPDATE " + Tables.name(at) + " SET last_update = ? WHERE id = ?", transaction.now(), row);
            if (at == ResourceLevel.PATIENT) {
                return;
            }
            row = session.number(
                    "SELECT " + Tables.parentColumn(at) + " FROM " + Tables.name(at) + " WHERE id = ?", row);
            at = Tables.parent(at);
        }
    }

    private static void deleteSubtree(WriteTransaction transaction, ResourceLevel level, long id) throws SQLException {
        Session session = transaction.session();
        ResourceLevel[] levels = ResourceLevel.values();
        // From the instances up, since rows refer to those above them.
        for (int i = levels.length - 1; i >= level.ordinal(); i--) {
            ResourceLevel target = levels[i];
            String table = Tables.name(target);
            String below = Tables.below(target, level);
            String owned = "level = " + i + " AND resource_id IN (SELECT id FROM " + table + " WHERE " + below + ")";
            for (byte[] publicId :
                    session.list("SELECT public_id FROM " + table + " WHERE " + below, r -> r.getBytes(1), id)) {
                transaction.tell(ChangeType.DELETED, target, publicId);
            }
            session.each(
                    "SELECT COALESCE(SUM(stored_size), 0), COALESCE(SUM(size), 0) FROM attachments WHERE " + owned,
                    sums -> {
                        transaction.count(WriteTransaction.Counter.DISK, -sums.getLong(1));
                        transaction.count(WriteTransaction.Counter.UNCOMPRESSED, -sums.getLong(2));
                    },
                    id);
            session.update(
                    "INSERT INTO garbage (uuid, type, size, md5, compression, stored_size, stored_md5) SELECT uuid,"
                            + " type, size, md5, compression, stored_size, stored_md5 FROM attachments WHERE " + owned,
                    id);
            session.update("DELETE FROM attachments WHERE " + owned, id);
            session.update("DELETE FROM labels WHERE " + owned, id);
            session.update("DELETE FROM changes WHERE " + owned, id);
            TextSearch.delete(session, target, below, id);
            int gone = session.update("DELETE FROM " + table + " WHERE " + below, id);
            transaction.count(WriteTransaction.Counter.of(target), -gone);
            transaction.count(WriteTransaction.Counter.DELETIONS, gone);
        }
    }
}
