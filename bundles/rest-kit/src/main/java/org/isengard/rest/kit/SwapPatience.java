package org.isengard.rest.kit;

import org.osgi.framework.BundleContext;

/**
 * How long requests wait for what is being swapped, 60 seconds unless the framework or system property
 * {@code isengard.swap.seconds} says otherwise.
 */
record SwapPatience(long nanos) {
    private static final String PROPERTY = "isengard.swap.seconds";
    private static final long SECONDS = 60;

    static SwapPatience of(BundleContext context) {
        String property = context.getProperty(PROPERTY);
        long seconds = property == null || property.isBlank() ? SECONDS : Long.parseLong(property.trim());
        return new SwapPatience(Math.multiplyExact(seconds, 1_000_000_000L));
    }
}
