package org.isengard.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
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
import org.isengard.runtime.Json;
import org.isengard.runtime.StartFailure;
import org.isengard.runtime.options.ConfigurationException;
import org.isengard.runtime.options.OptionCheck;
import org.isengard.runtime.options.OptionProperties;
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
 * to the HTTP service as its own, and each section that is no option of the server to the plugin of that name. An unusable
 * configuration stops the server with one line in the file that the launcher named.
 */
@Component(
        immediate = true,
        service = {ServerConfiguration.class, Settings.class})
public final class ServerConfiguration implements Settings {
    static final String PID = "org.isengard";
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
    private Map<String, String> origins = Map.of();
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
        ConfigurationFile.Merged merged = new ConfigurationFile(System.getenv()).read(file);
        ObjectNode whole = merged.document();
        OptionCheck check = OptionCheck.of(whole);
        ObjectNode own = whole.deepCopy();
        own.remove(check.sections());
        Hashtable<String, Object> properties = OptionProperties.of(own);
        properties.put("isengard.workdir", workdir.toString());
        properties.put("isengard.json", own.toString());
        HttpAccess access = new HttpAccess(properties, workdir);
        access.checkPorts();
        check.warnings().forEach(warning -> LOG.warn("{}", warning));
        for (String section : check.sections()) {
            LOG.info("The section \"{}\" of the configuration is for a plugin of that name", section);
            update(PLUGIN_PID + section, OptionProperties.ofSection(whole.get(section)));
        }
        update(PID, properties);
        origins = merged.origins();
        document = whole;
        port = access.port();
        http = access.http();
        if (listening) {
            listen();
        }
    }

    @Override
    public synchronized ObjectNode document() {
        return document.deepCopy();
    }

    @Override
    public synchronized Map<String, String> origins() {
        return origins;
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

    private void update(String pid, Dictionary<String, Object> properties) throws IOException {
        Configuration configuration = admin.getConfiguration(pid, "?");
        configuration.updateIfDifferent(properties);
    }
}
