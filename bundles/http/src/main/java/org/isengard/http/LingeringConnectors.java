package org.isengard.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
 * it has started Jetty; it has no other place to say how connections are to be read, nor how errors before any route are
 * described. The port is a setting of this component alone, since it must not be open twice: a client that comes in through
 * the first could be left without an answer. With TLS the port speaks HTTP/1.1 and HTTP/2.
 */
@Component(
        service = ConnectorFactory.class,
        immediate = true,
        configurationPid = "org.isengard.http",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class LingeringConnectors implements ConnectorFactory {
    /** Where and how to listen. */
    @interface Settings {
        /** {@return the port, 1 to 65535; 0 for any} */
        int port();

        /** {@return the addresses, at least one} */
        String[] hosts() default {"127.0.0.1"};

        /** {@return whether connections are kept open after an answer} */
        boolean keepAlive() default true;

        /** {@return seconds without a byte after which a connection ends} */
        int idleSeconds() default 60;

        /** {@return bytes per second that a body has to reach, 0 for none} */
        int minimumBodyRate();

        /** {@return the largest body in MiB, 0 for no limit} */
        int maximumBodyMegabytes();

        /** {@return whether the port speaks TLS; else the options below have no meaning} */
        boolean tls();

        /** {@return file with certificate and key} */
        String certificate() default "";

        /** {@return password of the key, "" for none} */
        String password() default "";

        /** {@return Orthanc's number of the oldest version of TLS} */
        int minimumVersion();

        /** {@return names of cipher suites, empty for those with forward secrecy} */
        String[] ciphers();

        /** {@return whether clients have to show a certificate} */
        boolean verifyPeers();

        /** {@return file with the certificates that those of clients must lead to} */
        String trusted() default "";
    }

    private final Settings settings;
    private final List<LingeringConnector> more = new ArrayList<>();
    private final ServiceRegistration<?> announcement;

    @Activate
    public LingeringConnectors(Settings settings, BundleContext context) {
        this.settings = settings;
        announcement = context.registerService(
                Object.class,
                new Object(),
                // The launcher tells the operator.
                FrameworkUtil.asDictionary(Map.of("isengard.listens", "http", "isengard.address", address(settings))));
    }

    LingeringConnectors(Settings settings) {
        this.settings = settings;
        announcement = null;
    }

    private static String address(Settings settings) {
        String host = settings.hosts()[0];
        boolean anywhere = host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
        String name = anywhere ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
        return (settings.tls() ? "https://" : "http://") + name + ":" + settings.port() + "/";
    }

    /** Felix HTTP stops the connector that it has been given; those for further addresses are stopped here. */
    @Deactivate
    synchronized void stop() throws Exception {
        announcement.unregister();
        for (LingeringConnector connector : more) {
            connector.stop();
            connector.getServer().removeConnector(connector);
        }
        more.clear();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException when there is no connector to take for a model, or it does not close
     */
    @Override
    public synchronized Connector createConnector(Server server) {
        server.setErrorHandler(new JsonErrors());
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof ServerConnector model
                    && !(connector instanceof LingeringConnector)
                    && HttpVersion.HTTP_1_1.is(model.getDefaultProtocol())) {
                // It stays with the server, as the model for another port.
                try {
                    model.stop();
                } catch (Exception e) {
                    throw new IllegalStateException("The first port cannot be closed: " + e.getMessage(), e);
                }
                String[] hosts = settings.hosts();
                for (int i = 1; i < hosts.length; i++) {
                    open(server, connector(server, model, hosts[i]));
                }
                return connector(server, model, hosts[0]);
            }
        }
        throw new IllegalStateException("Jetty has no connector to take for a model");
    }

    private LingeringConnector connector(Server server, ServerConnector model, String host) {
        LingeringConnector connector = new LingeringConnector(
                server, model, settings.port(), host, !settings.tls(), Connections.of(settings, model));
        connector.setIdleTimeout(TimeUnit.SECONDS.toMillis(settings.idleSeconds()));
        return connector;
    }

    private void open(Server server, LingeringConnector connector) {
        server.addConnector(connector);
        more.add(connector);
        try {
            connector.start();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "The address " + connector.getHost() + " cannot be listened on: " + e.getMessage(), e);
        }
    }
}
