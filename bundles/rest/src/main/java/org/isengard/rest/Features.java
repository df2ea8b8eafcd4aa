package org.isengard.rest;

import jakarta.servlet.Filter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The features that are there, and the routes of those that just left.
 *
 * <p>Threading: services come and go on any thread; readers see an immutable snapshot and wait on this object's monitor
 * for the next one.
 */
@Component(service = Features.class)
public final class Features {
    /** Routes of a feature that left and may come back. */
    private record Gone(Routes templates, long since) {}

    /** One feature at work. */
    record Present(RoutingFilter filter, String name, boolean builtin, ServiceReference<?> reference) {}

    private static final long REMEMBER_NANOS = 120_000_000_000L;

    private final Map<ServiceReference<?>, Present> byReference = new HashMap<>();
    private final Map<String, Gone> gone = new HashMap<>();
    private volatile List<Present> snapshot = List.of();

    @Activate
    public Features() {
        // Filled by FeatureTracker, which may see filters that need this very object.
    }

    synchronized void add(Filter filter, ServiceReference<Filter> reference) {
        if (filter instanceof RoutingFilter routing) {
            String name = String.valueOf(reference.getProperty("isengard.feature"));
            boolean builtin =
                    String.valueOf(reference.getBundle().getSymbolicName()).startsWith("org.isengard.");
            byReference.put(reference, new Present(routing, name, builtin, reference));
            gone.remove(key(reference));
            publish();
        }
    }

    synchronized void remove(Filter filter, ServiceReference<Filter> reference) {
        Present left = byReference.remove(reference);
        if (left != null) {
            gone.put(key(reference), new Gone(left.filter.routes().withoutHandlers(), System.nanoTime()));
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

    /** {@return the features at work, those of higher service ranking first} */
    List<Present> present() {
        return snapshot;
    }

    /**
     * Waits for the feature that had a route for this path and just left.
     *
     * @return the filter once it is back; empty when none had such a route lately
     * @throws InterruptedException when the server stops
     */
    synchronized Optional<RoutingFilter> await(String method, String path, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (true) {
            for (Present feature : byReference.values()) {
                if (feature.filter.routes().has(method, path)) {
                    return Optional.of(feature.filter);
                }
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return Optional.empty();
            }
            wait(left);
        }
    }

    /** {@return whether a feature that left within the last two minutes had a route for this path} */
    synchronized boolean wasThere(String method, String path) {
        long now = System.nanoTime();
        gone.values().removeIf(g -> now - g.since > REMEMBER_NANOS);
        return gone.values().stream().anyMatch(g -> g.templates.has(method, path));
    }

    /** {@return all routes as {@code METHOD template}} */
    Set<String> templates() {
        Set<String> templates = new TreeSet<>();
        snapshot.forEach(feature -> templates.addAll(feature.filter.routes().templates()));
        return templates;
    }
}
