package org.isengard.rest.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DoorsTest {
    private final AtomicInteger told = new AtomicInteger();
    private final AtomicInteger signs = new AtomicInteger();
    private final Doors doors = new Doors(told::incrementAndGet, () -> {
        signs.incrementAndGet();
        return signs::decrementAndGet;
    });

    @Test
    void tellsOnceThatBothEndsAreOpen() {
        doors.open(Doors.Door.ENTRANCE);
        assertEquals(0, told.get());
        doors.open(Doors.Door.END);
        doors.close(Doors.Door.END);
        doors.open(Doors.Door.END);
        assertEquals(1, told.get());
    }

    @Test
    void theSignIsOutWhileBothEndsAreOpen() {
        doors.open(Doors.Door.END);
        assertEquals(0, signs.get());
        doors.open(Doors.Door.ENTRANCE);
        assertEquals(1, signs.get());
        doors.open(Doors.Door.ENTRANCE);
        assertEquals(1, signs.get());
        doors.close(Doors.Door.ENTRANCE);
        assertEquals(0, signs.get());
    }

    @Test
    void theSignIsNotPutOutAgainByOnesThatLeave() {
        doors.open(Doors.Door.END);
        doors.open(Doors.Door.ENTRANCE);
        doors.leave();
        assertEquals(0, signs.get());
        doors.open(Doors.Door.END);
        assertEquals(0, signs.get());
    }
}
