package org.isengard.rest;

import jakarta.servlet.Filter;
import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** How much is logged, as a whole and by Orthanc's categories; takes effect through the logging service. */
@Component(service = Filter.class)
@Feature(isengard_feature = "rest")
public final class LogLevelRoutes extends RoutingFilter {
    private static final String LOGGING_PID = "org.ops4j.pax.logging";
    private static final Map<String, String> LEVELS = Map.of("default", "INFO", "verbose", "DEBUG", "trace", "TRACE");
    private static final Map<String, String> CATEGORIES = new LinkedHashMap<>();

    static {
        CATEGORIES.put("generic", "org.isengard");
        CATEGORIES.put("http", "org.isengard.rest");
        CATEGORIES.put("dicom", "org.isengard.networking");
        CATEGORIES.put("jobs", "org.isengard.jobs");
        CATEGORIES.put("lua", "org.isengard.scripting");
        CATEGORIES.put("plugins", "org.isengard.plugins");
        CATEGORIES.put("sqlite", "org.isengard.index");
    }

    private final ConfigurationAdmin admin;
    private final Map<String, String> levels = new ConcurrentHashMap<>();

    @Activate
    public LogLevelRoutes(@Reference ConfigurationAdmin admin) {
        super(new Routes());
        this.admin = admin;
        routes().get("/tools/log-level", (request, response) -> get("generic", response))
                .put("/tools/log-level", (request, response) -> set(CATEGORIES.keySet(), request));
        for (String category : CATEGORIES.keySet()) {
            routes().get("/tools/log-level-" + category, (request, response) -> get(category, response))
                    .put(
                            "/tools/log-level-" + category,
                            (request, response) -> set(java.util.Set.of(category), request));
        }
    }

    private void get(String category, Response response) throws IOException {
        response.text(levels.getOrDefault(category, "default"));
    }

    private synchronized void set(java.util.Set<String> categories, Request request) throws IOException {
        String level = request.text();
        if (!LEVELS.containsKey(level)) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "default, verbose or trace is expected");
        }
        Configuration logging = admin.getConfiguration(LOGGING_PID, "?");
        Dictionary<String, Object> properties = logging.getProperties();
        if (properties == null) {
            properties = new Hashtable<>();
        }
        for (String category : categories) {
            levels.put(category, level);
            String key = "log4j2.logger.isengard-" + category;
            properties.put(key + ".name", CATEGORIES.get(category));
            properties.put(key + ".level", LEVELS.get(level));
        }
        logging.updateIfDifferent(properties);
    }
}
