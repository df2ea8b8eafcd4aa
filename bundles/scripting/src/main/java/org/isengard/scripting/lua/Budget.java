package org.isengard.scripting.lua;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.ToLongFunction;

/**
 * The processor time that a call into Lua may take: a script does not fail since the machine is busy with other work. A caller
 * does not wait for ever either: by the clock on the wall the call may take {@link #WALL_FACTOR} times as long. Time in
 * functions of the host does not count: they have limits of their own.
 *
 * <p>Threading: the watch may read while the machine's thread writes.
 */
public final class Budget {
    /** A call takes at most so many times its limit. */
    public static final int WALL_FACTOR = 4;

    static final String MESSAGE = "the script took longer than it may";
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** One way to measure the time of a thread, in nanoseconds. */
    private static final class Meter {
        private final ToLongFunction<Thread> clock;
        private long limit = Long.MAX_VALUE;
        private long left;
        private long since;

        Meter(ToLongFunction<Thread> clock) {
            this.clock = clock;
        }

        void stop() {
            left -= now() - since;
        }

        void start() {
            since = now();
        }

        private long now() {
            return clock.applyAsLong(Thread.currentThread());
        }

        boolean isOver(Thread thread, long graceNanos) {
            return clock.applyAsLong(thread) - since - graceNanos > left;
        }
    }

    private final Meter processor;
    private final Meter wall;
    private int depth;
    private boolean spent;
    private Thread thread;
    private boolean inHost;

    Budget() {
        this(Budget::processorNanos, thread -> System.nanoTime());
    }

    Budget(ToLongFunction<Thread> processor, ToLongFunction<Thread> wall) {
        this.processor = new Meter(processor);
        this.wall = new Meter(wall);
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
        processor.limit = limit;
        wall.limit = limit > Long.MAX_VALUE / WALL_FACTOR ? Long.MAX_VALUE : limit * WALL_FACTOR;
    }

    /** Begins a call from outside; calls inside of it share its time. */
    synchronized void begin() {
        if (depth++ == 0) {
            processor.left = processor.limit;
            wall.left = wall.limit;
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
            processor.stop();
            wall.stop();
            inHost = true;
        }
        return before;
    }

    synchronized void back(boolean before) {
        if (!before) {
            processor.start();
            wall.start();
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

    /** {@return whether the time is over} */
    synchronized boolean check() {
        if (depth > 0 && !inHost && isOver(Thread.currentThread(), 0)) {
            spent = true;
        }
        return spent && depth > 0;
    }

    /** Interrupts a machine that is in one long instruction after its time and some grace, which ends it. */
    synchronized void interruptIfLate(long graceNanos) {
        if (thread != null && !inHost && isOver(thread, graceNanos)) {
            spent = true;
            thread.interrupt();
        }
    }

    private boolean isOver(Thread running, long graceNanos) {
        return processor.isOver(running, graceNanos) || wall.isOver(running, graceNanos);
    }
}
