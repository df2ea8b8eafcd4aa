package org.isengard.rest;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.RequestFilter;
import org.isengard.rest.kit.ErrorAnswer;
import org.isengard.rest.kit.RequiredFilters;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * In front of all features: who asks, may they, and the headers that every answer has. The gateway of the kit leads all
 * requests here.
 */
@Component(
        service = Filter.class,
        property = "isengard.access:Boolean=true",
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class AccessFilter implements Filter {
    @interface Config {
        boolean RemoteAccessAllowed();

        boolean AuthenticationEnabled();

        String RegisteredUsers();

        boolean HttpDescribeErrors();

        boolean HttpCompressionEnabled();
    }

    private static final String POLICY =
            "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'";

    private final Map<String, byte[]> users = new HashMap<>();
    private final boolean authenticate;
    private final boolean describeErrors;
    private final boolean compress;
    private final Metrics metrics;
    private final RequiredFilters scripts;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<RequestFilter> requestFilters = List.of();

    @Activate
    public AccessFilter(Config config, @Reference Metrics metrics, @Reference RequiredFilters scripts)
            throws IOException {
        this.metrics = metrics;
        this.scripts = scripts;
        describeErrors = config.HttpDescribeErrors();
        compress = config.HttpCompressionEnabled();
        JsonNode registered = Json.MAPPER.readTree(config.RegisteredUsers());
        for (Map.Entry<String, JsonNode> user : registered.properties()) {
            String credentials = user.getKey() + ":" + user.getValue().asText();
            users.put(user.getKey(), credentials.getBytes(StandardCharsets.UTF_8));
        }
        // As in Orthanc: users are asked for where some are registered, unless that is switched off.
        authenticate = config.AuthenticationEnabled() && (!users.isEmpty() || config.RemoteAccessAllowed());
    }

    @Override
    public void doFilter(ServletRequest servletRequest, ServletResponse servletResponse, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) servletRequest;
        HttpServletResponse response = (HttpServletResponse) servletResponse;
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", POLICY);
        boolean probe = isProbe(request);
        Optional<String> user = probe ? Optional.of("") : user(request);
        if (user.isEmpty()) {
            response.setStatus(401);
            response.setHeader("WWW-Authenticate", "Basic realm=\"Orthanc Secure Area\"");
            response.setContentLength(0);
            return;
        }
        request.setAttribute(RoutingFilter.DESCRIBE_ERRORS, describeErrors);
        Caller caller = new Caller(Caller.Origin.REST_API, request.getRemoteAddr(), user.get());
        request.setAttribute(RoutingFilter.CALLER, caller);
        try {
            if (!probe && !isAllowed(request, caller)) {
                response.setStatus(403);
                response.setContentLength(0);
                return;
            }
        } catch (IsengardException e) {
            ErrorAnswer.send(request, response, e);
            return;
        }
        long start = System.nanoTime();
        metrics.started();
        try {
            if (compress && accepts(request.getHeader("Accept-Encoding"))) {
                try (GzipResponse gzip = new GzipResponse(response)) {
                    chain.doFilter(request, gzip);
                }
            } else {
                chain.doFilter(request, response);
            }
        } finally {
            String route = request.getAttribute(RoutingFilter.ROUTE) instanceof String template ? template : null;
            metrics.ended(System.nanoTime() - start, request.getMethod(), route, response.getStatus());
        }
    }

    /** Probes have no credentials, and the answers tell nothing about data. */
    private static boolean isProbe(HttpServletRequest request) {
        String path = RoutingFilter.path(request);
        return path.equals(HealthRoutes.LIVE) || path.equals(HealthRoutes.READY);
    }

    /** Scripts that the configuration names may filter requests: nobody comes in while they are loaded or swapped. */
    private boolean isAllowed(HttpServletRequest request, Caller caller) {
        return scripts.ask(Long.MAX_VALUE, () -> passesFilters(request, caller));
    }

    private boolean passesFilters(HttpServletRequest request, Caller caller) {
        List<RequestFilter> filters = requestFilters;
        if (filters.isEmpty()) {
            return true;
        }
        Map<String, String> headers = new HashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name.toLowerCase(Locale.ROOT), request.getHeader(name));
        }
        String path = RoutingFilter.path(request);
        for (RequestFilter filter : filters) {
            if (!filter.allows(request.getMethod(), path, caller, headers)) {
                return false;
            }
        }
        return true;
    }

    private static boolean accepts(String encodings) {
        return encodings != null && encodings.contains("gzip");
    }

    /** {@return the user's name, "" where nobody is asked, empty when the credentials are wrong} */
    private Optional<String> user(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        if (!authenticate) {
            return Optional.of("");
        }
        if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return Optional.empty();
        }
        try {
            byte[] credentials = Base64.getDecoder().decode(header.substring(6).trim());
            String text = new String(credentials, StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            String name = colon < 0 ? text : text.substring(0, colon);
            byte[] expected = users.get(name);
            return expected != null && MessageDigest.isEqual(expected, credentials)
                    ? Optional.of(name)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
