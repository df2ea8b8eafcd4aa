package org.isengard.api.monitor;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Times one kind of call.
 *
 * <p>Threading: any threads.
 */
public final class CallTimer {
    private static final double NANOS_OF_A_MILLI = 1e6;
    private static final double NANOS_OF_A_SECOND = 1e9;

    private final LongAdder calls = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final AtomicLong slowest = new AtomicLong();

    /** @param start in {@link System#nanoTime()} */
    public void endedSince(long start) {
        ended(System.nanoTime() - start);
    }

    /** @param elapsed in nanoseconds */
    public void ended(long elapsed) {
        calls.increment();
        nanos.add(elapsed);
        slowest.accumulateAndGet(elapsed, Math::max);
    }

    /** Reports the longest call since the last report, in ms, as Orthanc's dashboards show it. */
    public void reportSlowest(MetricSink sink, String name, String help) {
        sink.gauge(name, help + ", the longest since the last look, in ms", slowest.getAndSet(0) / NANOS_OF_A_MILLI);
    }

    /** Reports {@code PREFIX_calls_total} and {@code PREFIX_seconds_total}. */
    public void reportTotals(MetricSink sink, String prefix, String help, String... labels) {
        sink.counter(prefix + "_calls_total", help + ": calls", calls.sum(), labels);
        sink.counter(prefix + "_seconds_total", help + ": time in all", nanos.sum() / NANOS_OF_A_SECOND, labels);
    }
}
