package org.isengard.runtime.swap;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** How long a service that leaves waits for its calls in flight. */
public final class DrainTime {
    private static final long SWAP_NANOS = 30_000_000_000L;
    /** Several services may wait one after the other within the ten seconds that a stopping server has. */
    private static final long STOP_NANOS = 2_000_000_000L;

    private DrainTime() {}

    /**
     * {@return nanoseconds: 30 seconds for a swap, 2 seconds when the whole server stops}
     *
     * @param leaving a class of the bundle that leaves
     */
    public static long nanos(Class<?> leaving) {
        Bundle bundle = FrameworkUtil.getBundle(leaving);
        BundleContext context = bundle == null ? null : bundle.getBundleContext();
        boolean stopping = context != null && context.getBundle(0).getState() == Bundle.STOPPING;
        return stopping ? STOP_NANOS : SWAP_NANOS;
    }
}
