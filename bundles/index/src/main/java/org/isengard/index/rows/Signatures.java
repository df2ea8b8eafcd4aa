package org.isengard.index.rows;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.isengard.index.sql.Session;

/** The few values that MainDicomTagsSignature has, by number: a row of an instance is hardly longer than they are. */
public final class Signatures {
    private final Map<Integer, String> byNumber = new ConcurrentHashMap<>();
    private final Map<String, Integer> byText = new ConcurrentHashMap<>();

    public String text(Session session, int number) throws SQLException {
        String known = byNumber.get(number);
        if (known == null) {
            known = session.first("SELECT tags FROM signatures WHERE id = ?", row -> row.getString(1), number)
                    .orElse("");
            if (!known.isEmpty()) {
                byNumber.put(number, known);
            }
        }
        return known;
    }

    /**
     * {@return the number of a signature, a new one if need be}
     *
     * @param afterCommit takes an action to run once the transaction is durable
     */
    public int number(Session session, String text, Consumer<Runnable> afterCommit) throws SQLException {
        Integer known = byText.get(text);
        if (known != null) {
            return known;
        }
        Optional<Integer> stored =
                session.first("SELECT id FROM signatures WHERE tags = ?", row -> row.getInt(1), text);
        int number;
        if (stored.isPresent()) {
            number = stored.get();
        } else {
            number = (int) session.number("SELECT COALESCE(MAX(id), 0) + 1 FROM signatures");
            session.update("INSERT INTO signatures (id, tags) VALUES (?, ?)", number, text);
        }
        // Only what is committed may be remembered: this part may still be taken back.
        afterCommit.accept(() -> byText.put(text, number));
        return number;
    }
}
