package org.isengard.rest.kit;

import jakarta.servlet.Filter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.isengard.runtime.swap.SwapTimeout;
import org.isengard.runtime.upgrade.PublishedRoutes;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The features that are there, and the routes of those that left and may come back.
 *
 * <p>Threading: services come and go on any thread; readers see an immutable snapshot and wait on this object's monitor
 * for the next one.
 */
@Component(service = {Features.class, PublishedRoutes.class})
public final class Features implements PublishedRoutes {
    /** One feature at work. */
    public record Present(
            RoutingFilter filter, String name, boolean builtin, ServiceReference<?> reference, Bundle bundle) {}

    /** A feature that left: its routes, the nanosecond when, and the state of its bundle then. */
    private record Gone(Routes templates, long since, Bundle bundle, long modified) {
        /**
         * A bundle that is only stopped is expected back, and one that was updated for a while: the new content may lack
         * the route. An uninstalled bundle does not come back.
         */
        boolean isForgotten() {
            if (bundle.getState() == Bundle.UNINSTALLED) {
                return true;
            }
            return bundle.getLastModified() != modified && System.nanoTime() - since > REMEMBER_NANOS;
        }
    }

    private static final long REMEMBER_NANOS = 120_000_000_000L;

    private final Map<ServiceReference<?>, Present> byReference = new HashMap<>();
    private final Map<String, Gone> gone = new HashMap<>();
    private final BundleContext context;
    private final BundleListener uninstalled = (SynchronousBundleListener) this::forget;
    private volatile List<Present> snapshot = List.of();
    private volatile long came = System.nanoTime();

    /** Knows no feature yet: {@link FeatureTracker} tells of them, and may see filters that need this very object. */
    @Activate
    public Features(BundleContext context) {
        this.context = context;
        context.addBundleListener(uninstalled);
    }

    @Deactivate
    void close() {
        context.removeBundleListener(uninstalled);
    }

    /** Callers that wait for a route of an uninstalled bundle look again, and find that no feature has it. */
    private void forget(BundleEvent event) {
        if (event.getType() == BundleEvent.UNINSTALLED) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    synchronized void add(Filter filter, ServiceReference<Filter> reference) {
        if (filter instanceof RoutingFilter routing) {
            String name = String.valueOf(reference.getProperty("isengard.feature"));
            boolean builtin =
                    String.valueOf(reference.getBundle().getSymbolicName()).startsWith("org.isengard.");
            byReference.put(reference, new Present(routing, name, builtin, reference, reference.getBundle()));
            gone.remove(key(reference));
            came = System.nanoTime();
            publish();
        }
    }

    synchronized void remove(Filter filter, ServiceReference<Filter> reference) {
        Present left = byReference.remove(reference);
        if (left != null) {
            // Not the reference's bundle: there is none any more once the service is gone.
            Routes templates = left.filter.routes().withoutHandlers();
            gone.put(
                    key(reference), new Gone(templates, System.nanoTime(), left.bundle, left.bundle.getLastModified()));
            publish();
        }
    }

    private static String key(ServiceReference<?> reference) {
        return reference.getProperty("isengard.feature") + "/" + reference.getProperty("component.name");
    }

    private void publish() {
        List<Present> sorted = new ArrayList<>(byReference.values());
        sorted.sort(Comparator.<Present, ServiceReference<?>>comparing(Present::reference, (a, b) -> b.compareTo(a))
                .thenComparing(Present::name));
        snapshot = List.copyOf(sorted);
        notifyAll();
    }

    /** {@return for how many nanoseconds no feature has come} */
    long quietNanos() {
        return System.nanoTime() - came;
    }

    /** {@return the features at work, those of higher service ranking first} */
    public List<Present> present() {
        return snapshot;
    }

    /**
     * Waits for a feature that has a route.
     *
     * @param passed the filter that did not answer, since it is leaving; null at first
     * @param end in {@link System#nanoTime()}
     * @return the filter once it is there; empty when none came in time, or the bundle that had the route is uninstalled
     */
    synchronized Optional<RoutingFilter> await(String method, String path, RoutingFilter passed, long end)
            throws InterruptedException {
        boolean expected = knows(method, path);
        while (true) {
            for (Present feature : snapshot) {
                if (feature.filter != passed && feature.filter.routes().has(method, path)) {
                    return Optional.of(feature.filter);
                }
            }
            long left = end - System.nanoTime();
            if (left <= 0 || expected && !knows(method, path)) {
                return Optional.empty();
            }
            wait(left / 1_000_000 + 1);
        }
    }

    /**
     * Waits for a feature that left a moment ago, as a caller by HTTP does.
     *
     * @param passed the one that did not answer, since it is leaving; null if none had the route
     * @return empty when there was none that may come back, or it does not come in time
     */
    public Optional<RoutingFilter> awaitReturn(String method, String path, RoutingFilter passed, BundleContext context)
            throws InterruptedException {
        long start = System.nanoTime();
        if (passed == null && !knows(method, path)) {
            return Optional.empty();
        }
        long since = leftAt(method, path).orElse(start);
        return await(method, path, passed, since + SwapTimeout.of(context).nanos());
    }

    /** {@return whether a feature at work has a route for this path: seen at the end of the chain, it comes or leaves} */
    private boolean isThere(String method, String path) {
        return snapshot.stream().anyMatch(feature -> feature.filter.routes().has(method, path));
    }

    /**
     * {@return whether a feature has a route for this path or had one that just left} Asked in one go: a feature that
     * leaves or comes back between two questions would seem never to have been.
     */
    public synchronized boolean knows(String method, String path) {
        return isThere(method, path) || leftAt(method, path).isPresent();
    }

    /** {@return when the last feature left that had a route for this path, in nanoseconds; empty if none did} */
    synchronized OptionalLong leftAt(String method, String path) {
        gone.values().removeIf(Gone::isForgotten);
        OptionalLong latest = OptionalLong.empty();
        for (Gone left : gone.values()) {
            if (left.templates.has(method, path) && (latest.isEmpty() || left.since - latest.getAsLong() > 0)) {
                latest = OptionalLong.of(left.since);
            }
        }
        return latest;
    }

    @Override
    public Set<String> of(Bundle bundle) {
        Set<String> templates = new TreeSet<>();
        snapshot.stream()
                .filter(feature -> feature.bundle.equals(bundle))
                .forEach(feature -> templates.addAll(feature.filter.routes().templates()));
        return templates;
    }

    /** {@return all routes as {@code METHOD template}} */
    public Set<String> templates() {
        Set<String> templates = new TreeSet<>();
        snapshot.forEach(feature -> templates.addAll(feature.filter.routes().templates()));
        return templates;
    }
}
