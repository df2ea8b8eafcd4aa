package org.isengard.rest.kit;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * The time in which features come of which this kit knows nothing: after the server starts, and after the kit itself is
 * replaced, which bundle:refresh of a library does. A route that is not there may come then.
 *
 * <p>Threading: any thread asks.
 */
final class BootPhase {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LongSupplier clock;
    private final BooleanSupplier bundlesStarted;
    private final LongSupplier quietNanos;
    private final long begin;
    private volatile boolean over;

    BootPhase(BundleContext context, Features features) {
        this(System::nanoTime, () -> areBundlesStarted(context), features::quietNanos);
    }

    /**
     * Begins now.
     *
     * @param clock in nanoseconds
     * @param bundlesStarted whether all bundles are started; their components may come a moment later
     * @param quietNanos for how long no feature has come
     */
    BootPhase(LongSupplier clock, BooleanSupplier bundlesStarted, LongSupplier quietNanos) {
        this.clock = clock;
        this.bundlesStarted = bundlesStarted;
        this.quietNanos = quietNanos;
        begin = clock.getAsLong();
    }

    boolean isOver() {
        if (!over) {
            over = clock.getAsLong() - begin > LONGEST_NANOS
                    || quietNanos.getAsLong() > QUIET_NANOS && bundlesStarted.getAsBoolean();
        }
        return over;
    }

    private static boolean areBundlesStarted(BundleContext context) {
        return context.getServiceReference("org.apache.karaf.features.BootFinished") != null
                && Stream.of(context.getBundles()).allMatch(BootPhase::isStarted);
    }

    /** {@return whether a bundle is started or does not start: a plugin that lacks a package would be waited for in vain} */
    private static boolean isStarted(Bundle bundle) {
        boolean lazy = bundle.getHeaders("").get(Constants.BUNDLE_ACTIVATIONPOLICY) != null;
        boolean builtin = String.valueOf(bundle.getSymbolicName()).startsWith("org.isengard.");
        return switch (bundle.getState()) {
            case Bundle.ACTIVE, Bundle.UNINSTALLED -> true;
            case Bundle.STARTING -> lazy || isLeftStopped(bundle);
            case Bundle.INSTALLED -> !builtin || isLeftStopped(bundle);
            default -> isLeftStopped(bundle);
        };
    }

    private static boolean isLeftStopped(Bundle bundle) {
        BundleStartLevel start = bundle.adapt(BundleStartLevel.class);
        return bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null
                || start == null
                || !start.isPersistentlyStarted();
    }
}
