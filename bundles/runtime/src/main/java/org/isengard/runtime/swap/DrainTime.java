package org.isengard.runtime.swap;

import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** How long a service that leaves waits for its calls in flight. */
public final class DrainTime {
    private static final long SWAP_NANOS = 30_000_000_000L;
    /** For all services together: they leave one after the other, and a supervisor kills after ten seconds. */
    private static final long STOP_NANOS = 4_000_000_000L;

    private static final long LEAST_STOP_NANOS = 1_000_000_000L;

    /** System property of the launcher: {@link System#nanoTime} when the server was asked to stop. */
    private static final String STOP_BEGAN = "isengard.stop.began";

    private static final AtomicLong STOP_END = new AtomicLong();

    private DrainTime() {}

    /**
     * {@return nanoseconds: 30 seconds for a swap; when the whole server stops, what is left of 4 seconds since it was
     * asked to, but of 1 second since the first service asked}
     *
     * @param leaving a class of the bundle that leaves
     */
    public static long nanos(Class<?> leaving) {
        Bundle bundle = FrameworkUtil.getBundle(leaving);
        return nanos(bundle == null ? null : bundle.getBundleContext());
    }

    /** @param context of the bundle that leaves, null outside of a framework */
    static long nanos(BundleContext context) {
        boolean stopping = context != null && context.getBundle(0).getState() == Bundle.STOPPING;
        return stopping ? leftOfStop(System.nanoTime()) : SWAP_NANOS;
    }

    /**
     * {@return when the calls in flight are given up}
     *
     * @param now when the first service asks
     * @param began when the server was asked to stop: on a busy machine much time may have gone by since
     */
    static long stopEnd(long now, long began) {
        return Math.max(now + LEAST_STOP_NANOS, began + STOP_NANOS);
    }

    private static long leftOfStop(long now) {
        STOP_END.compareAndSet(0, stopEnd(now, Long.getLong(STOP_BEGAN, now)));
        return Math.max(0, STOP_END.get() - now);
    }
}
