package org.isengard.rest.kit;

import jakarta.servlet.Filter;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.isengard.api.rest.RestRoutes;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes each {@link RestRoutes} of a plugin as a routing filter of the plugin's own bundle, so that plugins need
 * neither the kit nor servlets.
 *
 * <p>Threading: a service leaves on the thread that unregisters it, which waits here for the calls in flight, before its
 * component is deactivated.
 */
@Component(immediate = true, service = PluginRoutesTracker.class)
public final class PluginRoutesTracker {
    private static final Logger LOG = LoggerFactory.getLogger(PluginRoutesTracker.class);
    private static final String FEATURE = "isengard.feature";

    /** The routes of one service. */
    private static final class ProvidedRoutes extends RoutingFilter {
        ProvidedRoutes(RestRoutes provider) {
            super(new Routes());
            provider.declare(new PluginCalls(routes()));
        }

        @Override
        protected void leave() {
            super.leave();
        }
    }

    private record Published(ProvidedRoutes filter, ServiceRegistration<Filter> registration) {}

    private final Map<ServiceReference<RestRoutes>, Published> published = new ConcurrentHashMap<>();

    @Activate
    public PluginRoutesTracker() {
        // Filled by the services that come.
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void add(RestRoutes provider, ServiceReference<RestRoutes> reference) {
        BundleContext context = reference.getBundle().getBundleContext();
        try {
            ProvidedRoutes filter = new ProvidedRoutes(provider);
            published.put(
                    reference,
                    new Published(filter, context.registerService(Filter.class, filter, properties(reference))));
        } catch (RuntimeException | LinkageError e) {
            // One plugin's fault must not keep the others' routes out.
            LOG.error("The routes of {} cannot be used", reference.getBundle(), e);
        }
    }

    void remove(RestRoutes provider, ServiceReference<RestRoutes> reference) {
        Published leaving = published.remove(reference);
        if (leaving == null) {
            return;
        }
        try {
            leaving.registration.unregister();
        } catch (IllegalStateException e) {
            LOG.debug("The framework was faster", e);
        }
        leaving.filter.leave();
    }

    private static Dictionary<String, Object> properties(ServiceReference<RestRoutes> reference) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("osgi.http.whiteboard.filter.pattern", new String[] {"/*"});
        properties.put("osgi.http.whiteboard.filter.asyncSupported", true);
        Object name = reference.getProperty(FEATURE);
        properties.put(
                FEATURE, name == null ? String.valueOf(reference.getBundle().getSymbolicName()) : name);
        for (String copied : new String[] {Constants.SERVICE_RANKING, "component.name"}) {
            if (reference.getProperty(copied) != null) {
                properties.put(copied, reference.getProperty(copied));
            }
        }
        return properties;
    }
}
