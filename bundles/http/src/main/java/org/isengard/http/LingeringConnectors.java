package org.isengard.http;

import java.util.Map;
import org.apache.felix.http.jetty.ConnectorFactory;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Opens the port of the server with a {@link LingeringConnector}, made after the model of the connector that Felix HTTP opens
 * as it is configured, on any port of the loopback, and which is closed for it. Felix asks for further connectors each time
 * it has started Jetty; it has no other place to say how connections are to be read, nor how errors before any route. The port is its own setting here, since
 * it must not be open twice: who came in through the first could be left without an answer.
 */
@Component(
        service = ConnectorFactory.class,
        immediate = true,
        configurationPid = "org.isengard.http",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class LingeringConnectors implements ConnectorFactory {
    /** Where to listen. */
    @interface Settings {
        /** {@return the port, 1 to 65535; 0 for any} */
        int port();

        /** {@return the address} */
        String host();
    }

    private final int port;
    private final String host;
    private ServiceRegistration<?> announcement;

    @Activate
    public LingeringConnectors(Settings settings, BundleContext context) {
        this(settings.port(), settings.host());
        boolean anywhere = host == null || host.isEmpty() || "0.0.0.0".equals(host) || "::".equals(host);
        String name = anywhere ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
        announcement = context.registerService(
                Object.class,
                new Object(),
                // The launcher tells the operator.
                FrameworkUtil.asDictionary(
                        Map.of("isengard.listens", "http", "isengard.address", "http://" + name + ":" + port + "/")));
    }

    @Deactivate
    void close() {
        announcement.unregister();
    }

    LingeringConnectors(int port, String host) {
        this.port = port;
        this.host = host;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException when there is no connector to take for a model, or it does not close
     */
    @Override
    public Connector createConnector(Server server) {
        server.setErrorHandler(new JsonErrors());
        for (Connector connector : server.getConnectors()) {
            // Through TLS the end of a request cannot be told from the end of a record.
            if (connector instanceof ServerConnector model
                    && !(connector instanceof LingeringConnector)
                    && HttpVersion.HTTP_1_1.is(model.getDefaultProtocol())) {
                // It stays with the server, as the model for another port.
                try {
                    model.stop();
                } catch (Exception e) {
                    throw new IllegalStateException("The first port cannot be closed: " + e.getMessage(), e);
                }
                return new LingeringConnector(server, model, port, host);
            }
        }
        throw new IllegalStateException("Jetty has no connector to take for a model");
    }
}
