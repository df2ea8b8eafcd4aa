package org.isengard.runtime.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DrainTimeTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void callsInFlightHaveFourSecondsFromTheSignalOnAndOneAtLeast() {
        assertEquals(104 * SECOND, DrainTime.stopEnd(100 * SECOND, 100 * SECOND));
        assertEquals(104 * SECOND, DrainTime.stopEnd(102 * SECOND, 100 * SECOND));
        assertEquals(107 * SECOND, DrainTime.stopEnd(106 * SECOND, 100 * SECOND));
    }
}
