package org.isengard.rest.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChainReadinessTest {
    private final AtomicInteger told = new AtomicInteger();
    private final AtomicInteger signs = new AtomicInteger();
    private final ChainReadiness readiness = new ChainReadiness(told::incrementAndGet, () -> {
        signs.incrementAndGet();
        return signs::decrementAndGet;
    });

    @Test
    void tellsOnceThatBothEndsAreOpen() {
        readiness.open(ChainReadiness.End.GATEWAY);
        assertEquals(0, told.get());
        readiness.open(ChainReadiness.End.LAST_SERVLET);
        readiness.close(ChainReadiness.End.LAST_SERVLET);
        readiness.open(ChainReadiness.End.LAST_SERVLET);
        assertEquals(1, told.get());
    }

    @Test
    void theSignIsOutWhileBothEndsAreOpen() {
        readiness.open(ChainReadiness.End.LAST_SERVLET);
        assertEquals(0, signs.get());
        readiness.open(ChainReadiness.End.GATEWAY);
        assertEquals(1, signs.get());
        readiness.open(ChainReadiness.End.GATEWAY);
        assertEquals(1, signs.get());
        readiness.close(ChainReadiness.End.GATEWAY);
        assertEquals(0, signs.get());
    }

    @Test
    void theSignIsNotPutOutAgainByOnesThatLeave() {
        readiness.open(ChainReadiness.End.LAST_SERVLET);
        readiness.open(ChainReadiness.End.GATEWAY);
        readiness.leave();
        assertEquals(0, signs.get());
        readiness.open(ChainReadiness.End.LAST_SERVLET);
        assertEquals(0, signs.get());
    }
}
