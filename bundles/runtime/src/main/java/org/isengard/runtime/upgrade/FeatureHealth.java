package org.isengard.runtime.upgrade;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.RestClient;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.util.tracker.ServiceTracker;

/** Whether a bundle that was replaced does its work: its components are there, its routes answer. */
final class FeatureHealth {
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final long POLL_MILLIS = 20;

    private final BundleContext context;
    private final PublishedRoutes published;
    private final ServiceComponentRuntime components;

    FeatureHealth(BundleContext context, PublishedRoutes published, ServiceComponentRuntime components) {
        this.context = context;
        this.published = published;
        this.components = components;
    }

    /**
     * How a bundle is before it is replaced: a new version may not be worse.
     *
     * @param routes as {@code METHOD template}
     * @param faults of its components, one phrase each
     */
    record Before(Set<String> routes, Set<String> faults) {}

    Before look(Bundle bundle) {
        return new Before(published.of(bundle), Set.copyOf(ComponentFaults.of(components, bundle)));
    }

    /**
     * Waits until a bundle answers again.
     *
     * @return what is wrong, one phrase each; empty when nothing is
     */
    List<String> await(Bundle bundle, Before before) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        List<String> faults = faults(bundle, before);
        while (!faults.isEmpty() && System.nanoTime() < end && !hasFailed(bundle)) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            faults = faults(bundle, before);
        }
        return faults.isEmpty() ? answers(before.routes) : faults;
    }

    private List<String> faults(Bundle bundle, Before before) {
        List<String> faults = new ArrayList<>();
        if (bundle.getState() != Bundle.ACTIVE) {
            faults.add("it is not active");
        }
        faults.addAll(ComponentFaults.of(components, bundle));
        faults.removeAll(before.faults);
        Set<String> lost = new TreeSet<>(before.routes);
        lost.removeAll(published.of(bundle));
        if (!lost.isEmpty()) {
            faults.add("it no longer answers " + String.join(", ", lost));
        }
        return faults;
    }

    /** A component that threw will not come by waiting; one whose services are missing may. */
    private boolean hasFailed(Bundle bundle) {
        for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs(bundle)) {
            for (ComponentConfigurationDTO made : components.getComponentConfigurationDTOs(description)) {
                if (made.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Asks every route that needs nothing from the caller, in process, for its shortest answer. */
    private List<String> answers(Set<String> routes) throws InterruptedException {
        List<String> faults = new ArrayList<>();
        ServiceTracker<RestClient, RestClient> tracker = new ServiceTracker<>(context, RestClient.class, null);
        tracker.open();
        try {
            // The bundle that was replaced may be the one that offers it.
            RestClient client = tracker.waitForService(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NANOS));
            for (String route : routes) {
                if (client != null && route.startsWith("GET ") && !route.contains("{")) {
                    String path = route.substring("GET ".length());
                    int status = client.call(
                                    "GET", path + "?since=0&limit=1", Map.of(), new byte[0], Caller.PLUGIN, false)
                            .status();
                    if (status >= 500) {
                        faults.add(route + " answers " + status);
                    }
                }
            }
        } catch (IOException | RuntimeException | LinkageError e) {
            faults.add("its routes fail: " + e);
        } finally {
            tracker.close();
        }
        return faults;
    }
}
