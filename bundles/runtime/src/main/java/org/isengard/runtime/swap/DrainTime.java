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

    private static final AtomicLong STOP_END = new AtomicLong();

    private DrainTime() {}

    /**
     * {@return nanoseconds: 30 seconds for a swap; when the whole server stops, what is left of 4 seconds since the first
     * service asked, at least 0}
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

    private static long leftOfStop(long now) {
        STOP_END.compareAndSet(0, now + STOP_NANOS);
        return Math.max(0, STOP_END.get() - now);
    }
}
