package org.isengard.rest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.isengard.rest.kit.PluginCalls;
import org.isengard.runtime.options.ConfigurationException;
import org.isengard.runtime.options.OptionValues;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The options that decide where the server listens and which clients it admits. */
final class HttpAccess {
    /** Options of the ports and of access. */
    interface Config {
        boolean HttpServerEnabled();

        int HttpPort();

        int HttpThreadsCount();

        boolean RemoteAccessAllowed();

        boolean AuthenticationEnabled();

        String RegisteredUsers();

        boolean DicomServerEnabled();

        int DicomPort();
    }

    private static final String CHECKED = "isengard.checked.ports";
    private static final String NO_USERS = "{}";
    private static final Logger LOG = LoggerFactory.getLogger(HttpAccess.class);

    private final Config config;

    /** @throws ConfigurationException when everybody could come in, and that is not said to be meant */
    HttpAccess(Map<String, Object> properties) throws ConfigurationException {
        config = OptionValues.of(Config.class, properties);
        if (config.RemoteAccessAllowed() && config.AuthenticationEnabled() && isNobodyRegistered()) {
            throw new ConfigurationException("\"RemoteAccessAllowed\" needs \"RegisteredUsers\" (for development"
                    + " only: \"AuthenticationEnabled\": false lets everybody in)");
        }
        if (config.RemoteAccessAllowed() && !config.AuthenticationEnabled()) {
            LOG.warn("REMOTE ACCESS WITHOUT AUTHENTICATION: everybody on the network can read and delete all");
        }
    }

    private boolean isNobodyRegistered() {
        return config.RegisteredUsers().trim().length() <= NO_USERS.length();
    }

    /** {@return the settings of the bundle http, which opens the port} */
    Dictionary<String, Object> port() {
        Dictionary<String, Object> port = new Hashtable<>();
        port.put("port", config.HttpPort());
        port.put("host", config.RemoteAccessAllowed() ? "0.0.0.0" : "127.0.0.1");
        return port;
    }

    /** {@return the settings of Felix HTTP} */
    Dictionary<String, Object> http() {
        Dictionary<String, Object> http = new Hashtable<>();
        http.put("org.apache.felix.http.enable", config.HttpServerEnabled());
        // Any port, and that for a moment: the bundle http opens the real one in its place.
        http.put("org.osgi.service.http.port", "0");
        http.put("org.apache.felix.http.host", "127.0.0.1");
        // Felix HTTP asks its customizer for load balancers, which the bundle http provides, only with this setting.
        http.put("org.apache.felix.proxy.load.balancer.connection.enable", true);
        http.put("org.apache.felix.http.jetty.sendServerHeader", false);
        http.put("org.apache.felix.http.jetty.maxFormSize", 1 << 20);
        int threads = Math.max(20, Math.min(1000, config.HttpThreadsCount() + 10));
        http.put("org.apache.felix.http.jetty.threadpool.max", threads + PluginCalls.ALL);
        http.put("org.apache.felix.http.jetty.responseBufferSize", 1 << 16);
        http.put("org.apache.felix.http.jetty.headerBufferSize", 1 << 14);
        http.put("org.apache.felix.http.jetty.requestBufferSize", 1 << 16);
        // Empty path segments are allowed: //instances is /instances, as in Orthanc.
        http.put("org.eclipse.jetty.UriComplianceMode", "LEGACY");
        http.put("org.apache.felix.http.session.timeout", 1);
        return http;
    }

    /**
     * Tries to open the ports, so that a port that is taken ends the start.
     *
     * @throws ConfigurationException naming the port that is taken
     */
    void checkPorts() throws ConfigurationException {
        String ports = config.HttpPort() + "," + config.DicomPort();
        if (ports.equals(System.getProperty(CHECKED))) {
            // This bundle was swapped, or reads the file again: the ports are ours.
            return;
        }
        if (config.HttpServerEnabled()) {
            checkPort(config.HttpPort(), config.RemoteAccessAllowed(), "HttpPort");
        }
        if (config.DicomServerEnabled()) {
            checkPort(config.DicomPort(), true, "DicomPort");
        }
        System.setProperty(CHECKED, ports);
    }

    private static void checkPort(int port, boolean remote, String option) throws ConfigurationException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(
                    remote
                            ? new InetSocketAddress(port)
                            : new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new ConfigurationException("The port " + port + " (\"" + option + "\") is taken: " + e.getMessage());
        }
    }
}
