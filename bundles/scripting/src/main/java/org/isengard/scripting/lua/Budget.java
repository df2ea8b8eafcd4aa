package org.isengard.scripting.lua;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.ToLongFunction;

/**
 * The processor time that a call into Lua may take: a script does not fail since the machine is busy with other work. Time in
 * functions of the host does not count: they have limits of their own.
 *
 * <p>Threading: the watch may read while the machine's thread writes.
 */
final class Budget {
    static final String MESSAGE = "the script took longer than it may";

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Nanoseconds of a thread. */
    private final ToLongFunction<Thread> clock;

    private long nanos = Long.MAX_VALUE;
    private long left;
    private int depth;
    private boolean spent;
    private long since;
    private Thread thread;
    private boolean inHost;

    Budget() {
        this(Budget::processorNanos);
    }

    Budget(ToLongFunction<Thread> clock) {
        this.clock = clock;
    }

    /** {@return the processor time of a thread; the time of the clock where the virtual machine does not tell it} */
    private static long processorNanos(Thread thread) {
        if (!THREADS.isThreadCpuTimeSupported() || !THREADS.isThreadCpuTimeEnabled()) {
            return System.nanoTime();
        }
        return thread == Thread.currentThread()
                ? THREADS.getCurrentThreadCpuTime()
                : THREADS.getThreadCpuTime(thread.getId());
    }

    /** The time for each call from outside, in nanoseconds. */
    synchronized void limit(long limit) {
        nanos = limit;
    }

    /** Begins a call from outside; calls inside of it share its time. */
    synchronized void begin() {
        if (depth++ == 0) {
            left = nanos;
            spent = false;
            inHost = true;
            thread = Thread.currentThread();
        }
    }

    synchronized void end() {
        if (--depth == 0) {
            thread = null;
            if (spent) {
                // The watch may have come a moment late.
                Thread.interrupted();
            }
        }
    }

    synchronized boolean isSpent() {
        return spent;
    }

    /** Leaves Lua for a function of the host. */
    synchronized boolean leave() {
        boolean before = inHost;
        if (!inHost) {
            left -= now() - since;
            inHost = true;
        }
        return before;
    }

    synchronized void back(boolean before) {
        if (!before) {
            since = now();
            inHost = false;
        }
    }

    /** Goes from a function of the host into Lua. */
    synchronized boolean resume() {
        boolean before = inHost;
        back(false);
        return before;
    }

    synchronized void suspend(boolean before) {
        if (before) {
            leave();
        }
    }

    private long now() {
        return clock.applyAsLong(Thread.currentThread());
    }

    /** {@return whether the time is over} */
    synchronized boolean check() {
        if (depth > 0 && !inHost && now() - since > left) {
            spent = true;
        }
        return spent && depth > 0;
    }

    /** Interrupts a machine that is in one long instruction after its time and some grace, which ends it. */
    synchronized void interruptIfLate(long graceNanos) {
        if (thread != null && !inHost && clock.applyAsLong(thread) - since - graceNanos > left) {
            spent = true;
            thread.interrupt();
        }
    }
}
