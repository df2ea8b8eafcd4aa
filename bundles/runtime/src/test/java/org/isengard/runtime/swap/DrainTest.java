package org.isengard.runtime.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DrainTest {
    private final Drain drain = new Drain();

    @Test
    void aClosedDrainLetsNobodyIn() {
        assertEquals(0, drain.close(0));
        assertFalse(drain.enter());
        assertEquals(0, drain.close(0));
    }

    @Test
    void closingTellsHowManyCallsAreStillInFlight() {
        assertTrue(drain.enter());
        assertTrue(drain.enter());
        assertEquals(2, drain.close(1));
    }

    @Test
    void closingWaitsForTheCallsInFlight() throws Exception {
        assertTrue(drain.enter());
        CompletableFuture<Integer> closing =
                CompletableFuture.supplyAsync(() -> drain.close(TimeUnit.SECONDS.toNanos(50)));
        drain.leave();
        assertEquals(0, closing.get());
    }
}
