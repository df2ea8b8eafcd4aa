package org.isengard.scripting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Change;
import org.isengard.api.index.Index;
import org.isengard.api.index.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangePositionTest {
    private static final String INDEX = "b3b2a4c5-ours";

    @TempDir
    Path directory;

    private ChangePosition position() {
        return new ChangePosition(directory.resolve("scripts"), true);
    }

    private long begun(String index, long logged) {
        try (ChangePosition position = position()) {
            return position.begin(index, logged, () -> logged);
        }
    }

    private void told(long change) {
        try (ChangePosition position = position()) {
            position.begin(INDEX, change, () -> change);
            position.told(change);
        }
    }

    @Test
    void whoHeardOfNothingYetHearsOfWhatComes() {
        assertEquals(70, begun(INDEX, 70));
        assertEquals(70, begun(INDEX, 75));
    }

    @Test
    void changesThatAreLoggedBeforeTheListenerOfANewIndexIsActivatedAreTold() {
        try (ChangePosition position = position()) {
            assertEquals(8, position.begin(INDEX, 8, () -> 8));
            assertEquals(4, position.before(5));
            position.queue(5);
            assertEquals(5, position.before(6));
            position.told(5);
        }
        try (ChangePosition position = position()) {
            assertEquals(5, position.begin(INDEX, 8, () -> 8));
            assertEquals(5, position.before(4));
        }
    }

    /** Ingest may store an instance before the listener is there. */
    @Test
    void changesFromBeforeTheListenerAreToldOnceTheIndexIsNew() {
        try (ChangePosition position = position()) {
            assertEquals(3, position.begin(INDEX, 8, () -> 3));
        }
        try (ChangePosition position = position()) {
            assertEquals(3, position.begin(INDEX, 9, () -> 9));
        }
    }

    @Test
    void theLogIsReadBackToTheSecondInWhichTheServerStarted() {
        List<Change> log = new ArrayList<>();
        for (int seq = 1; seq <= 2500; seq++) {
            String date = seq <= 1200 ? "20261130T101010" : "20261130T101011";
            log.add(new Change(seq, "NewInstance", ResourceLevel.INSTANCE, "x", date));
        }
        Index index = index(log);
        assertEquals(1200, EventCallbacks.lastUntil("20261130T101010", index));
        assertEquals(2500, EventCallbacks.lastUntil("20261130T101011", index));
        assertEquals(0, EventCallbacks.lastUntil("20261130T101009", index));
    }

    /** An index that has a log and nothing else. */
    private static Index index(List<Change> log) {
        return (Index) Proxy.newProxyInstance(
                Index.class.getClassLoader(), new Class<?>[] {Index.class}, (proxy, method, arguments) -> {
                    assertEquals("changes", method.getName());
                    long to = (Long) arguments[1];
                    int limit = (Integer) arguments[2];
                    List<Change> page = log.stream()
                            .filter(change -> change.seq() <= to)
                            .sorted(Comparator.comparing(Change::seq).reversed())
                            .limit(limit)
                            .toList();
                    return new Page<>(page, page.size() < limit, 0);
                });
    }

    @Test
    void whatWasToldIsNotToldAgain() {
        told(70);
        try (ChangePosition position = position()) {
            assertEquals(70, position.begin(INDEX, 80, () -> 80));
            position.queue(72);
            position.told(71);
        }
        assertEquals(71, begun(INDEX, 80));
    }

    @Test
    void whatIsQueuedIsNotQueuedAgainByAnIndexThatCameBack() {
        try (ChangePosition position = position()) {
            position.begin(INDEX, 70, () -> 70);
            position.queue(75);
            assertEquals(75, position.begin(INDEX, 78, () -> 78));
            assertEquals(74, position.begin(INDEX, 74, () -> 74));
        }
        assertEquals(70, begun(INDEX, 80));
    }

    @Test
    void anIndexThatWasSetBackIsFollowedFromItsEnd() {
        told(70);
        assertEquals(30, begun(INDEX, 30));
        assertEquals(30, begun(INDEX, 90));
        told(95);
        assertEquals(0, begun(INDEX, 0));
    }

    @Test
    void whatAnotherIndexHasIsNotTold() {
        told(70);
        assertEquals(90_000, begun("another", 90_000));
        assertEquals(90_000, begun("another", 90_010));
        assertEquals(12, begun(INDEX, 12));
    }

    @Test
    void aDamagedFileIsAsNone() throws Exception {
        Path file = directory.resolve("scripts/position");
        Files.createDirectories(file.getParent());
        byte[] strange = new byte[5000];
        for (byte[] content : new byte[][] {
            {},
            {1, 2, 3},
            ByteBuffer.allocate(8).putLong(5).array(),
            ByteBuffer.allocate(8 + INDEX.length())
                    .putLong(-5)
                    .put(INDEX.getBytes())
                    .array(),
            strange
        }) {
            Files.write(file, content);
            assertEquals(70, begun(INDEX, 70));
            assertEquals(70, begun(INDEX, 71));
        }
    }

    @Test
    void aThreadThatIsInterruptedTellsToo() {
        try (ChangePosition position = position()) {
            position.begin(INDEX, 1, () -> 1);
            Thread.currentThread().interrupt();
            position.told(2);
            assertTrue(Thread.interrupted());
            position.told(3);
        }
        assertEquals(3, begun(INDEX, 9));
    }

    @Test
    void onceClosedItIsLeftToAnother() {
        ChangePosition first = position();
        first.begin(INDEX, 1, () -> 1);
        first.told(2);
        assertFalse(first.isClosed());
        first.close();
        assertTrue(first.isClosed());
        first.told(9);
        first.close();
        assertEquals(2, begun(INDEX, 9));
    }

    @Test
    void scriptsThatWereTakenOutOfTheConfigurationHearNothingOfTheTimeBetween() {
        told(70);
        try (ChangePosition unwanted = new ChangePosition(directory.resolve("scripts"), false)) {
            unwanted.begin(INDEX, 80, () -> 80);
            unwanted.told(81);
        }
        assertFalse(Files.exists(directory.resolve("scripts/position")));
        assertEquals(90, begun(INDEX, 90));
    }

    @Test
    void whereNothingCanBeWrittenItIsKeptInMemory() throws Exception {
        Files.writeString(directory.resolve("scripts"), "a file");
        try (ChangePosition position = position()) {
            assertEquals(70, position.begin(INDEX, 70, () -> 70));
            position.queue(72);
            position.told(72);
            assertEquals(72, position.begin(INDEX, 73, () -> 73));
        }
    }
}
