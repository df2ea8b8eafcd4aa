package org.isengard.index;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The few values that MainDicomTagsSignature has, by number: a row of an instance is hardly longer than they are. */
final class Signatures {
    private final Map<Integer, String> byNumber = new ConcurrentHashMap<>();
    private final Map<String, Integer> byText = new ConcurrentHashMap<>();

    String text(Session session, int number) throws SQLException {
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

    /** {@return the number of a signature, a new one if need be} */
    int number(WriteTransaction transaction, String text) throws SQLException {
        Integer known = byText.get(text);
        if (known != null) {
            return known;
        }
        Session session = transaction.session();
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
        transaction.afterCommit(() -> byText.put(text, number));
        return number;
    }
}
