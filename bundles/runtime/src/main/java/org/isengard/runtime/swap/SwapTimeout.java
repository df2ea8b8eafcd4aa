package org.isengard.runtime.swap;

import java.time.Duration;
import org.osgi.framework.BundleContext;

/**
 * How long a caller waits for a service that is being swapped: 60 seconds unless the framework or system property
 * {@code isengard.swap.seconds} says otherwise.
 */
public record SwapTimeout(long nanos) {
    private static final String PROPERTY = "isengard.swap.seconds";
    private static final long SECONDS = 60;

    /** {@return the timeout that the framework's properties ask for} */
    public static SwapTimeout of(BundleContext context) {
        String property = context.getProperty(PROPERTY);
        long seconds = property == null || property.isBlank() ? SECONDS : Long.parseLong(property.trim());
        return new SwapTimeout(Math.multiplyExact(seconds, 1_000_000_000L));
    }

    /** {@return this timeout, or a shorter one for callers whose own peers wait no longer} */
    public SwapTimeout atMost(Duration limit) {
        return new SwapTimeout(Math.min(nanos, limit.toNanos()));
    }
}
