package org.isengard.rest.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DoorsTest {
    @Test
    void tellsOnceThatBothEndsAreOpen() {
        AtomicInteger told = new AtomicInteger();
        Doors doors = new Doors(told::incrementAndGet);
        doors.open(Doors.Door.ENTRANCE);
        assertEquals(0, told.get());
        doors.open(Doors.Door.END);
        doors.close(Doors.Door.END);
        doors.open(Doors.Door.END);
        assertEquals(1, told.get());
    }

    @Test
    void whoComesEarlyWaitsForBothEnds() throws Exception {
        Doors doors = new Doors(() -> {});
        ExecutorService clients = Executors.newSingleThreadExecutor();
        try {
            Future<?> early = clients.submit(() -> doors.await(50));
            doors.open(Doors.Door.END);
            assertFalse(early.isDone());
            doors.open(Doors.Door.ENTRANCE);
            early.get(30, TimeUnit.SECONDS);
            clients.submit(() -> doors.await(50)).get(30, TimeUnit.SECONDS);
        } finally {
            clients.shutdownNow();
        }
    }
}
