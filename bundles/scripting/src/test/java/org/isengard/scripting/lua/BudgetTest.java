package org.isengard.scripting.lua;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tests set the clock of the thread by hand. */
class BudgetTest {
    private static final long LIMIT = 50;

    private final AtomicLong used = new AtomicLong();
    private final AtomicLong wall = new AtomicLong();
    private final Budget budget = new Budget(thread -> used.get(), thread -> wall.get());

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void aThreadThatGetsNoProcessorKeepsItsTime() throws Exception {
        Budget real = new Budget();
        real.limit(TimeUnit.MILLISECONDS.toNanos(200));
        real.begin();
        real.resume();
        TimeUnit.MILLISECONDS.sleep(300);
        assertFalse(real.check());
        real.interruptIfLate(0);
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void aThreadThatComputesUsesItsTime() {
        Budget real = new Budget();
        real.limit(TimeUnit.MILLISECONDS.toNanos(5));
        real.begin();
        real.resume();
        while (!real.check()) {
            Thread.onSpinWait();
        }
        assertTrue(real.isSpent());
    }

    @Test
    void noCallTakesMoreThanFourTimesItsLimit() {
        budget.limit(LIMIT);
        budget.begin();
        budget.resume();
        wall.addAndGet(4 * LIMIT);
        assertFalse(budget.check());
        wall.incrementAndGet();
        assertTrue(budget.check());
    }

    @Test
    void timeInTheHostDoesNotCount() {
        budget.limit(LIMIT);
        budget.begin();
        boolean outside = budget.resume();
        used.addAndGet(LIMIT);
        assertFalse(budget.check());
        boolean inside = budget.leave();
        used.addAndGet(LIMIT);
        budget.back(inside);
        assertFalse(budget.check());
        used.incrementAndGet();
        assertTrue(budget.check());
        budget.suspend(outside);
        budget.end();
        assertFalse(budget.check());
    }

    @Test
    void theWatchInterruptsAfterTheGrace() {
        budget.limit(LIMIT);
        budget.begin();
        budget.resume();
        used.addAndGet(LIMIT + 10);
        budget.interruptIfLate(10);
        assertFalse(Thread.currentThread().isInterrupted());
        used.incrementAndGet();
        budget.interruptIfLate(10);
        assertTrue(Thread.currentThread().isInterrupted());
        assertTrue(budget.isSpent());
    }
}
