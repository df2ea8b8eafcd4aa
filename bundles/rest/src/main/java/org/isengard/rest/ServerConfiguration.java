package org.isengard.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.config.Settings;
import org.isengard.rest.kit.PluginCalls;
import org.isengard.runtime.Json;
import org.isengard.runtime.StartFailure;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration file at start and gives it to all features as the OSGi configuration {@code org.isengard},
 * to the HTTP service as its own, and each section that is no option of the server to the plugin of that name. An unusable configuration stops the server with one line in the file that the
 * launcher named.
 */
@Component(
        immediate = true,
        service = {ServerConfiguration.class, Settings.class})
public final class ServerConfiguration implements Settings {
    static final String PID = "org.isengard";
    private static final String CHECKED = "isengard.checked.ports";
    private static final String HTTP_PID = "org.apache.felix.http";
    /** Of the bundle {@code http}. */
    private static final String PORT_PID = "org.isengard.http";

    private static final String PLUGIN_PID = "isengard.plugin.";
    private static final Logger LOG = LoggerFactory.getLogger(ServerConfiguration.class);

    private final ConfigurationAdmin admin;
    private final BundleContext context;
    private Dictionary<String, Object> http = new Hashtable<>();
    private Dictionary<String, Object> port = new Hashtable<>();
    private ObjectNode document = Json.MAPPER.createObjectNode();
    private boolean listening;

    @Activate
    public ServerConfiguration(@Reference ConfigurationAdmin admin, BundleContext context) {
        this.admin = admin;
        this.context = context;
        try {
            load();
        } catch (ConfigurationException | IOException e) {
            StartFailure.stop(context, e.getMessage());
        }
    }

    /** Reads the file and configures what changed. */
    private synchronized void load() throws ConfigurationException, IOException {
        Path workdir = Path.of(property("isengard.workdir", System.getProperty("user.dir")))
                .toAbsolutePath();
        Path file = workdir.resolve(property("isengard.config", property("karaf.etc", "etc") + "/isengard.json"));
        Options options = Options.read();
        ObjectNode whole = new ConfigurationFile(options, System.getenv()).read(file);
        ObjectNode own = whole.deepCopy();
        ObjectNode sections = Json.MAPPER.createObjectNode();
        for (String name : options.unknown(whole)) {
            if (whole.get(name).isObject()) {
                sections.set(name, own.remove(name));
            } else {
                LOG.warn("The option \"{}\" in the configuration is not known and has no effect", name);
            }
        }
        Dictionary<String, Object> properties = options.properties(own);
        properties.put("isengard.workdir", workdir.toString());
        properties.put("isengard.json", own.toString());
        Access access = Access.of(properties);
        checkPorts(access);
        for (Map.Entry<String, JsonNode> section : sections.properties()) {
            LOG.info("The section \"{}\" of the configuration is for a plugin of that name", section.getKey());
            update(PLUGIN_PID + section.getKey(), Options.sectionProperties(section.getValue()));
        }
        update(PID, properties);
        document = whole;
        port = port(access);
        http = http(access);
        if (listening) {
            listen();
        }
    }

    @Override
    public synchronized ObjectNode document() {
        return document.deepCopy();
    }

    @Override
    public synchronized List<String> reload() {
        ObjectNode before = document;
        try {
            load();
            for (Map.Entry<String, JsonNode> section : before.properties()) {
                if (section.getValue().isObject() && !document.has(section.getKey())) {
                    removePluginSection(section.getKey());
                }
            }
        } catch (ConfigurationException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, e.getMessage(), e);
        } catch (IOException e) {
            throw new IsengardException(ErrorCode.INEXISTENT_FILE, String.valueOf(e.getMessage()), e);
        }
        Set<String> names = new TreeSet<>();
        before.fieldNames().forEachRemaining(names::add);
        document.fieldNames().forEachRemaining(names::add);
        names.removeIf(name -> Objects.equals(before.get(name), document.get(name)));
        return List.copyOf(names);
    }

    private void removePluginSection(String name) throws IOException {
        try {
            Configuration[] left =
                    admin.listConfigurations("(" + Constants.SERVICE_PID + "=" + PLUGIN_PID + name + ")");
            if (left != null) {
                left[0].delete();
            }
        } catch (InvalidSyntaxException e) {
            LOG.warn("The section \"{}\" had a name that cannot be looked for", name, e);
        }
    }

    /** Opens the HTTP port; called when those that answer are there. */
    synchronized void listen() throws IOException {
        listening = true;
        update(PORT_PID, port);
        update(HTTP_PID, http);
    }

    private String property(String name, String otherwise) {
        String value = context.getProperty(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** What of the configuration decides who may come in. */
    record Access(boolean http, int port, boolean remote, boolean dicom, int dicomPort, long threads) {
        static Access of(Dictionary<String, Object> options) throws ConfigurationException {
            boolean remote = flag(options, "RemoteAccessAllowed", false);
            boolean users = options.get("RegisteredUsers") instanceof String json
                    && json.trim().length() > 2
                    && flag(options, "AuthenticationEnabled", true);
            if (remote && !users) {
                if (!flag(options, "AuthenticationEnabled", true)) {
                    LOG.warn("REMOTE ACCESS WITHOUT AUTHENTICATION: everybody on the network can read and delete all");
                } else {
                    throw new ConfigurationException(
                            "\"RemoteAccessAllowed\" needs \"RegisteredUsers\" (for development"
                                    + " only: \"AuthenticationEnabled\": false lets everybody in)");
                }
            }
            return new Access(
                    flag(options, "HttpServerEnabled", true),
                    port(options, "HttpPort", 8042),
                    remote,
                    flag(options, "DicomServerEnabled", true),
                    port(options, "DicomPort", 4242),
                    options.get("HttpThreadsCount") instanceof Number n ? n.longValue() : 50);
        }

        private static boolean flag(Dictionary<String, Object> options, String name, boolean otherwise) {
            return options.get(name) instanceof Boolean b ? b : otherwise;
        }

        private static int port(Dictionary<String, Object> options, String name, int otherwise)
                throws ConfigurationException {
            long port = options.get(name) instanceof Number n ? n.longValue() : otherwise;
            if (port < 1 || port > 65_535) {
                throw new ConfigurationException("Option \"" + name + "\" must be a port, not " + port);
            }
            return (int) port;
        }
    }

    private static Dictionary<String, Object> port(Access access) {
        Dictionary<String, Object> port = new Hashtable<>();
        port.put("port", access.port);
        port.put("host", access.remote ? "0.0.0.0" : "127.0.0.1");
        return port;
    }

    private static Dictionary<String, Object> http(Access access) {
        Dictionary<String, Object> http = new Hashtable<>();
        http.put("org.apache.felix.http.enable", access.http);
        // Any port, and that for a moment: the bundle http opens the real one in its place.
        http.put("org.osgi.service.http.port", "0");
        http.put("org.apache.felix.http.host", "127.0.0.1");
        // Not for a load balancer: it makes Felix HTTP ask the doorkeeper.
        http.put("org.apache.felix.proxy.load.balancer.connection.enable", true);
        http.put("org.apache.felix.http.jetty.sendServerHeader", false);
        http.put("org.apache.felix.http.jetty.maxFormSize", 1 << 20);
        long threads = Math.max(20, Math.min(1000, access.threads + 10));
        http.put("org.apache.felix.http.jetty.threadpool.max", (int) threads + PluginCalls.ALL);
        http.put("org.apache.felix.http.jetty.responseBufferSize", 1 << 16);
        http.put("org.apache.felix.http.jetty.headerBufferSize", 1 << 14);
        http.put("org.apache.felix.http.jetty.requestBufferSize", 1 << 16);
        // Empty path segments are allowed: //instances is /instances, as in Orthanc.
        http.put("org.eclipse.jetty.UriComplianceMode", "LEGACY");
        http.put("org.apache.felix.http.session.timeout", 1);
        return http;
    }

    /** A port that is taken is told now and clearly, not by a server that runs without ears. */
    private void checkPorts(Access access) throws ConfigurationException, IOException {
        String ports = access.port + "," + access.dicomPort;
        if (ports.equals(System.getProperty(CHECKED))) {
            // This bundle was swapped, or reads the file again: the ports are ours.
            return;
        }
        if (access.http) {
            checkPort(access.port, access.remote, "HttpPort");
        }
        if (access.dicom) {
            checkPort(access.dicomPort, true, "DicomPort");
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

    private void update(String pid, Dictionary<String, Object> properties) throws IOException {
        Configuration configuration = admin.getConfiguration(pid, "?");
        configuration.updateIfDifferent(properties);
    }
}
