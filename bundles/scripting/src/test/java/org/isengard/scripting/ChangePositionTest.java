package org.isengard.scripting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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
            return position.begin(index, logged);
        }
    }

    private void told(long change) {
        try (ChangePosition position = position()) {
            position.begin(INDEX, change);
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
            assertEquals(8, position.begin(INDEX, 8));
            assertEquals(4, position.before(5));
            position.queue(5);
            assertEquals(5, position.before(6));
            position.told(5);
        }
        try (ChangePosition position = position()) {
            assertEquals(5, position.begin(INDEX, 8));
            assertEquals(5, position.before(4));
        }
    }

    @Test
    void whatWasToldIsNotToldAgain() {
        told(70);
        try (ChangePosition position = position()) {
            assertEquals(70, position.begin(INDEX, 80));
            position.queue(72);
            position.told(71);
        }
        assertEquals(71, begun(INDEX, 80));
    }

    @Test
    void whatIsQueuedIsNotQueuedAgainByAnIndexThatCameBack() {
        try (ChangePosition position = position()) {
            position.begin(INDEX, 70);
            position.queue(75);
            assertEquals(75, position.begin(INDEX, 78));
            assertEquals(74, position.begin(INDEX, 74));
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
            position.begin(INDEX, 1);
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
        first.begin(INDEX, 1);
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
            unwanted.begin(INDEX, 80);
            unwanted.told(81);
        }
        assertFalse(Files.exists(directory.resolve("scripts/position")));
        assertEquals(90, begun(INDEX, 90));
    }

    @Test
    void whereNothingCanBeWrittenItIsKeptInMemory() throws Exception {
        Files.writeString(directory.resolve("scripts"), "a file");
        try (ChangePosition position = position()) {
            assertEquals(70, position.begin(INDEX, 70));
            position.queue(72);
            position.told(72);
            assertEquals(72, position.begin(INDEX, 73));
        }
    }
}
