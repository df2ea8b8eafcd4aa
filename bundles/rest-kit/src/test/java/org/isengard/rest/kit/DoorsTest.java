package org.isengard.rest.kit;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DoorsTest {
    @Test
    void whoComesEarlyWaitsForBothEnds() throws Exception {
        Doors doors = new Doors();
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
