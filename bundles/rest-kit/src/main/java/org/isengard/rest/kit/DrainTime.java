package org.isengard.rest.kit;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** How long what leaves waits for its calls in flight. */
final class DrainTime {
    private static final long SWAP_NANOS = 30_000_000_000L;
    /** Several may wait one after the other within the ten seconds that a stopping server has. */
    private static final long STOP_NANOS = 2_000_000_000L;

    private DrainTime() {}

    /** @param leaving a class of the bundle that leaves */
    static long nanos(Class<?> leaving) {
        Bundle bundle = FrameworkUtil.getBundle(leaving);
        BundleContext context = bundle == null ? null : bundle.getBundleContext();
        boolean last = context != null && context.getBundle(0).getState() == Bundle.STOPPING;
        return last ? STOP_NANOS : SWAP_NANOS;
    }
}
