package org.isengard.rest.kit;

import org.apache.felix.http.jetty.LoadBalancerCustomizerFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.ServiceRanking;

/**
 * Lets requests wait that come through the open port before the whiteboard leads anywhere; without it they get a page
 * that says 404. Jetty asks its customizers before anything else about each request; Felix HTTP takes one from a service
 * meant for load balancers.
 */
@Component(service = LoadBalancerCustomizerFactory.class, immediate = true)
@ServiceRanking(Integer.MAX_VALUE)
public final class Doorkeeper implements LoadBalancerCustomizerFactory {
    private static final long PATIENCE_SECONDS = 20;

    private final Doors doors;

    @Activate
    public Doorkeeper(@Reference Doors doors) {
        this.doors = doors;
    }

    @Override
    public HttpConfiguration.Customizer createCustomizer() {
        return (request, headers) -> {
            doors.await(PATIENCE_SECONDS);
            return request;
        };
    }
}
