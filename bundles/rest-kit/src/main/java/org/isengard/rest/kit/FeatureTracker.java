package org.isengard.rest.kit;

import jakarta.servlet.Filter;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Tells {@link Features} of the routing filters that come and go, and drains each that leaves: Declarative Services
 * unregisters a component's service, which calls {@link #remove}, before it deactivates the component.
 */
@Component(immediate = true, service = FeatureTracker.class)
public final class FeatureTracker {
    private final Features features;
    private volatile boolean leaving;

    @Activate
    public FeatureTracker(@Reference Features features) {
        this.features = features;
    }

    /** The kit leaves and the features stay: their filters must not be closed. */
    @Deactivate
    void leave() {
        leaving = true;
    }

    @Reference(
            service = Filter.class,
            target = "(isengard.feature=*)",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void add(Filter filter, ServiceReference<Filter> reference) {
        features.add(filter, reference);
    }

    void remove(Filter filter, ServiceReference<Filter> reference) {
        features.remove(filter, reference);
        if (!leaving && filter instanceof RoutingFilter routing) {
            routing.drain();
        }
    }
}
