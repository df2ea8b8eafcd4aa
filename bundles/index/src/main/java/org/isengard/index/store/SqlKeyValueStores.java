package org.isengard.index.store;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.store.KeyValueStores;
import org.isengard.index.SqlIndex;
import org.isengard.index.sql.Session;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Stores of keys in the table {@code key_values}. */
@Component
public final class SqlKeyValueStores implements KeyValueStores {
    private static final String GET = "SELECT content FROM key_values WHERE store = ? AND key_name = ?";
    private static final String PUT = "INSERT INTO key_values (store, key_name, content) VALUES (?, ?, ?)"
            + " ON CONFLICT (store, key_name) DO UPDATE SET content = excluded.content";

    private final SqlIndex index;

    @Activate
    public SqlKeyValueStores(@Reference SqlIndex index) {
        this.index = index;
    }

    @Override
    public Optional<byte[]> get(String store, String key) {
        check(store, key);
        return index.read(session -> get(session, store, key));
    }

    private static Optional<byte[]> get(Session session, String store, String key) throws SQLException {
        return session.first(GET, row -> row.getBytes(1), store, key);
    }

    @Override
    public void put(String store, String key, byte[] value) {
        check(store, key);
        Limits.checkValue(value);
        index.write(transaction -> transaction.session().update(PUT, store, key, value));
    }

    @Override
    public boolean replace(String store, String key, Optional<byte[]> expected, byte[] value) {
        check(store, key);
        Limits.checkValue(value);
        return index.write(transaction -> {
            Session session = transaction.session();
            Optional<byte[]> present = get(session, store, key);
            boolean same = present.isPresent() == expected.isPresent()
                    && (present.isEmpty() || Arrays.equals(present.get(), expected.get()));
            if (same) {
                session.update(PUT, store, key, value);
            }
            return same;
        });
    }

    @Override
    public boolean delete(String store, String key) {
        check(store, key);
        return index.write(transaction ->
                transaction.session().update("DELETE FROM key_values WHERE store = ? AND key_name = ?", store, key)
                        > 0);
    }

    @Override
    public List<String> keys(String store, String after, int limit) {
        Limits.checkName("store", store);
        if (limit < 1) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "The limit of keys must be at least 1");
        }
        return index.read(session -> session.list(
                "SELECT key_name FROM key_values WHERE store = ? AND key_name > ? ORDER BY key_name LIMIT ?",
                row -> row.getString(1),
                store,
                after,
                limit));
    }

    private static void check(String store, String key) {
        Limits.checkName("store", store);
        Limits.checkName("key", key);
    }
}
