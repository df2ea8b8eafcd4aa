package org.isengard.http;

import java.util.concurrent.TimeUnit;
import org.apache.felix.http.jetty.LoadBalancerCustomizerFactory;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Lets requests wait until both ends of the filter chain stand in the HTTP Whiteboard, which a service with the property
 * {@code isengard.http.chain} says. The port opens before they do and stays open while the routing kit is replaced; the
 * Whiteboard would answer requests of that time with 404. Felix HTTP offers no other place to hold a request than the
 * customizer that it has for load balancers.
 *
 * <p>Threading: requests wait on their own threads.
 */
@Component(service = LoadBalancerCustomizerFactory.class, immediate = true)
@ServiceRanking(Integer.MAX_VALUE)
public final class ReadinessCustomizer implements LoadBalancerCustomizerFactory {
    private static final String PATIENCE = "isengard.swap.seconds";
    private static final long PATIENCE_SECONDS = 60;

    private final ServiceTracker<Object, Object> open;
    private final long patienceMillis;

    @Activate
    public ReadinessCustomizer(BundleContext context) throws InvalidSyntaxException {
        FieldEncoders.load();
        String property = context.getProperty(PATIENCE);
        patienceMillis = TimeUnit.SECONDS.toMillis(
                property == null || property.isBlank() ? PATIENCE_SECONDS : Long.parseLong(property.trim()));
        open = new ServiceTracker<>(context, FrameworkUtil.createFilter("(isengard.http.chain=ready)"), null);
        open.open();
    }

    @Deactivate
    void close() {
        open.close();
    }

    @Override
    public HttpConfiguration.Customizer createCustomizer() {
        return (request, headers) -> {
            if (!isOpen()) {
                throw new HttpException.RuntimeException(503, "The routing kit is being updated, try again");
            }
            return request;
        };
    }

    private boolean isOpen() {
        if (!open.isEmpty()) {
            return true;
        }
        try {
            // At least one millisecond, since 0 is for ever.
            return open.waitForService(Math.max(1, patienceMillis)) != null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
