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
    private final Budget budget = new Budget(thread -> used.get());

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void aThreadThatGetsNoProcessorKeepsItsTime() throws Exception {
        Budget real = new Budget();
        real.limit(TimeUnit.MILLISECONDS.toNanos(20));
        real.begin();
        real.resume();
        TimeUnit.MILLISECONDS.sleep(100);
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
