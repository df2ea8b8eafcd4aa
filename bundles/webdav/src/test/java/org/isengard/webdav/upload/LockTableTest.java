package org.isengard.webdav.upload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.isengard.api.IsengardException;
import org.isengard.webdav.upload.LockTable.Lock;
import org.junit.jupiter.api.Test;

class LockTableTest {
    private static final List<String> FILE = List.of("user", "folder", "file");
    private static final List<String> FOLDER = List.of("user", "folder");

    private final LockTable table = new LockTable();

    private static int status(Runnable call) {
        return assertThrows(IsengardException.class, call::run).httpStatus();
    }

    @Test
    void aLockKeepsOthersOut() {
        Lock lock = table.lock(FILE, true, false, "me", 60);
        assertEquals(423, status(() -> table.check(FILE, "", "", false)));
        assertEquals(423, status(() -> table.check(FOLDER, "", "", true)));
        assertEquals(423, status(() -> table.lock(FILE, false, false, "you", 60)));
        assertEquals(423, status(() -> table.lock(FOLDER, true, true, "you", 60)));
        table.check(FILE, "(<" + lock.token() + ">)", "", false);
        table.check(List.of("other", "folder", "file"), "", "", false);
        assertFalse(table.unlock(FOLDER, lock.token()));
        assertTrue(table.unlock(FILE, lock.token()));
        table.check(FILE, "", "", false);
    }

    @Test
    void aDeepLockCoversAllBelow() {
        table.lock(FOLDER, true, true, "me", 60);
        assertEquals(1, table.covering(FILE).size());
        assertEquals(423, status(() -> table.check(FILE, "", "", false)));
        table.deleted(FOLDER);
        assertEquals(0, table.covering(FILE).size());
    }

    @Test
    void sharedLocksStandSideBySide() {
        Lock one = table.lock(FILE, false, false, "a", 60);
        table.lock(FILE, false, false, "b", 60);
        assertEquals(423, status(() -> table.lock(FILE, true, false, "c", 60)));
        assertTrue(table.refresh(FILE, Set.of(one.token()), 5).isPresent());
        assertTrue(table.refresh(FILE, Set.of("none"), 5).isEmpty());
    }

    @Test
    void conditionsMustHold() {
        Lock lock = table.lock(FILE, true, false, "me", 60);
        String token = "<" + lock.token() + ">";
        table.check(FILE, "(" + token + " [\"tag\"])", "\"tag\"", false);
        table.check(FILE, "(" + token + ") (Not <DAV:no-lock>)", "", false);
        assertEquals(412, status(() -> table.check(FILE, "(" + token + " [\"other\"])", "\"tag\"", false)));
        assertEquals(412, status(() -> table.check(FILE, "(<urn:uuid:none>)", "", false)));
        assertEquals(423, status(() -> table.check(FILE, "(Not <urn:uuid:none>)", "", false)));
        assertEquals(412, status(() -> table.check(FILE, "garbage", "", false)));
    }
}
