package org.isengard.dicomweb.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.dicomweb.options.DicomWebOptions;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/**
 * The other DICOMweb servers by name: declared by the option {@code DicomWeb.Servers} and through REST. Kept until the next
 * start, or in the database, where other servers on the same database see them, too.
 */
@Component(
        service = WebServers.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class WebServers {
    private static final String PROPERTY = "DicomWebServers";

    public @interface Config {
        String DicomWeb();
    }

    private final Index index;
    private final boolean inDatabase;
    private Map<String, WebServer> inMemory;

    @Activate
    public WebServers(Config config, @Reference Index index) throws IOException {
        DicomWebOptions options = DicomWebOptions.parse(config.DicomWeb(), false, false);
        this.index = index;
        inDatabase = options.serversInDatabase();
        inMemory = parse(options.servers());
    }

    private static Map<String, WebServer> parse(String json) {
        Map<String, WebServer> parsed = new TreeMap<>();
        try {
            Json.MAPPER.readTree(json).properties().forEach(field -> {
                if (field.getValue().isContainerNode()) {
                    parsed.put(field.getKey(), WebServer.parse(field.getKey(), field.getValue()));
                }
            });
        } catch (JsonProcessingException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, PROPERTY + ": " + e.getMessage(), e);
        }
        return Collections.unmodifiableMap(parsed);
    }

    synchronized Map<String, WebServer> all() {
        return inDatabase
                ? index.globalProperty(PROPERTY).map(WebServers::parse).orElse(inMemory)
                : inMemory;
    }

    /** @throws IsengardException INEXISTENT_ITEM when there is none of this name */
    WebServer named(String name) {
        WebServer server = all().get(name);
        if (server == null) {
            throw new IsengardException(ErrorCode.INEXISTENT_ITEM, "No such DICOMweb server: " + name);
        }
        return server;
    }

    synchronized void put(String name, JsonNode json) {
        Map<String, WebServer> changed = new TreeMap<>(all());
        changed.put(name, WebServer.parse(name, json));
        keep(changed);
    }

    /** @throws IsengardException PARAMETER_OUT_OF_RANGE when there is none of this name */
    synchronized void remove(String name) {
        Map<String, WebServer> changed = new TreeMap<>(all());
        if (changed.remove(name) == null) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "No such DICOMweb server: " + name);
        }
        keep(changed);
    }

    private void keep(Map<String, WebServer> servers) {
        if (inDatabase) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            servers.forEach((name, server) -> json.set(name, server.toJson()));
            index.setGlobalProperty(PROPERTY, json.toString());
        } else {
            inMemory = Collections.unmodifiableMap(servers);
        }
    }
}
