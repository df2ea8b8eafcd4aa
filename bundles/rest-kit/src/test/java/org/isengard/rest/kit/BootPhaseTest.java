package org.isengard.rest.kit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The tests set the clock by hand. */
class BootPhaseTest {
    private final AtomicLong clock = new AtomicLong(TimeUnit.HOURS.toNanos(5));
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicLong quiet = new AtomicLong();
    private final BootPhase phase = new BootPhase(clock::get, started::get, quiet::get);

    /** A kit that comes on a server that has run for hours expects features as one that starts with the server. */
    @Test
    void aReplacedKitExpectsFeaturesThatAreNotStarted() {
        clock.addAndGet(TimeUnit.SECONDS.toNanos(60));
        quiet.set(TimeUnit.SECONDS.toNanos(60));
        assertFalse(phase.isOver());
        started.set(true);
        assertTrue(phase.isOver());
    }

    @Test
    void componentsOfStartedBundlesStillCome() {
        started.set(true);
        quiet.set(TimeUnit.SECONDS.toNanos(4));
        assertFalse(phase.isOver());
        quiet.set(TimeUnit.SECONDS.toNanos(6));
        assertTrue(phase.isOver());
    }

    @Test
    void aBundleThatNeverStartsEndsTheWaitAfterTwoMinutes() {
        clock.addAndGet(TimeUnit.SECONDS.toNanos(119));
        assertFalse(phase.isOver());
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertTrue(phase.isOver());
    }

    @Test
    void aPhaseThatIsOverStaysOver() {
        started.set(true);
        quiet.set(TimeUnit.SECONDS.toNanos(6));
        assertTrue(phase.isOver());
        quiet.set(0);
        started.set(false);
        assertTrue(phase.isOver());
    }
}
