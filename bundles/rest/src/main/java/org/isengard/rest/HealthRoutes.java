package org.isengard.rest;

import jakarta.servlet.Filter;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.isengard.api.monitor.HealthCheck;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.swap.LazyServices;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers probes of Kubernetes and of load balancers, without authentication and without a word about data.
 *
 * <ul>
 *   <li>{@code /health/live}: 200 while the server answers at all.
 *   <li>{@code /health/ready}: 200 while the features of database and storage are there and all checks pass, else 503; the
 *       body names each part and says {@code up} or {@code down}.
 * </ul>
 */
@Component(service = Filter.class)
@Feature(isengard_feature = "rest")
public final class HealthRoutes extends RoutingFilter {
    static final String LIVE = "/health/live";
    static final String READY = "/health/ready";

    private static final Logger LOG = LoggerFactory.getLogger(HealthRoutes.class);
    private static final Set<String> REQUIRED = Set.of("database", "storage");
    private static final String UP = "up";
    private static final String DOWN = "down";
    private static final int UNAVAILABLE = 503;

    private final LazyServices<HealthCheck> checks;

    @Activate
    public HealthRoutes(BundleContext context) {
        super(new Routes());
        checks = LazyServices.open(context, HealthCheck.class);
        routes().get(LIVE, (request, response) -> write(response, Map.of(), UP)).get(READY, this::ready);
    }

    @Deactivate
    void close() {
        checks.close();
    }

    private void ready(Request request, Response response) throws IOException {
        Map<String, String> parts = new TreeMap<>();
        REQUIRED.forEach(part -> parts.put(part, DOWN));
        for (HealthCheck check : checks.all()) {
            parts.put(check.name(), passes(check) ? UP : DOWN);
        }
        boolean up = !parts.containsValue(DOWN);
        if (!up) {
            response.status(UNAVAILABLE);
        }
        write(response, parts, up ? UP : DOWN);
    }

    private static boolean passes(HealthCheck check) {
        try {
            check.check();
            return true;
        } catch (Exception e) {
            LOG.warn("The check of {} fails: {}", check.name(), e.toString());
            return false;
        }
    }

    private static void write(Response response, Map<String, String> parts, String status) throws IOException {
        response.header("Cache-Control", "no-store").json(json -> {
            json.writeStartObject();
            if (!parts.isEmpty()) {
                json.writeObjectFieldStart("Parts");
                for (Map.Entry<String, String> part : parts.entrySet()) {
                    json.writeStringField(part.getKey(), part.getValue());
                }
                json.writeEndObject();
            }
            json.writeStringField("Status", status);
            json.writeEndObject();
        });
    }
}
