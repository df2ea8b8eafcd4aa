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
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.isengard.api.ErrorCode;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in front of all features: checks the origin of a request and the user, asks the filters of plugins and scripts, and
 * sets the headers that every answer has. The {@code RequestGateway} of the kit leads all requests here.
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

        boolean SslEnabled();

        boolean SslVerifyPeers();

        String[] HttpAllowedOrigins();

        String[] HttpHostNames();

        boolean HttpDescribeErrors();

        boolean HttpCompressionEnabled();
    }

    private static final String POLICY =
            "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'";

    private static final Logger LOG = LoggerFactory.getLogger(AccessFilter.class);

    private final Map<String, byte[]> users = new HashMap<>();
    private final boolean authenticate;
    private final boolean certificates;
    private final BrowserOrigin origin;
    private final LoginThrottle throttle = new LoginThrottle(System::nanoTime);
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
        certificates = config.SslEnabled() && config.SslVerifyPeers();
        authenticate =
                config.AuthenticationEnabled() && (!users.isEmpty() || config.RemoteAccessAllowed() && !certificates);
        origin = new BrowserOrigin(
                List.of(config.HttpAllowedOrigins()), List.of(config.HttpHostNames()), !authenticate && !certificates);
    }

    @Override
    public void doFilter(ServletRequest servletRequest, ServletResponse servletResponse, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) servletRequest;
        HttpServletResponse response = (HttpServletResponse) servletResponse;
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", POLICY);
        request.setAttribute(RoutingFilter.DESCRIBE_ERRORS, describeErrors);
        boolean probe = isProbe(request);
        Optional<String> refusal = probe ? Optional.empty() : origin.refusal(request);
        if (refusal.isPresent()) {
            LOG.warn(
                    "{} {} of {} is refused: {}",
                    request.getMethod(),
                    request.getRequestURI(),
                    request.getRemoteAddr(),
                    refusal.get());
            ErrorAnswer.send(request, response, new IsengardException(ErrorCode.FORBIDDEN, refusal.get()));
            return;
        }
        Optional<String> user =
                authenticate && !probe ? user(request, response) : Optional.of(certificateName(request));
        if (user.isEmpty()) {
            return;
        }
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

    /** {@return the user's name; empty when the credentials are missing or wrong, which is answered then} */
    private Optional<String> user(HttpServletRequest request, HttpServletResponse response) {
        byte[] credentials = credentials(request.getHeader("Authorization"));
        if (credentials == null) {
            refuse(response, 401);
            return Optional.empty();
        }
        String text = new String(credentials, StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String address = request.getRemoteAddr();
        long seconds = throttle.secondsToWait(address, name);
        if (seconds > 0) {
            response.setHeader("Retry-After", Long.toString(seconds));
            refuse(response, 429);
            return Optional.empty();
        }
        byte[] expected = users.get(name);
        if (expected == null || !MessageDigest.isEqual(expected, credentials)) {
            throttle.failed(address, name);
            LOG.warn("The user {} could not log in from {}: wrong name or password", name, address);
            refuse(response, 401);
            return Optional.empty();
        }
        throttle.succeeded(address, name);
        return Optional.of(name);
    }

    private static void refuse(HttpServletResponse response, int status) {
        response.setStatus(status);
        if (status == 401) {
            response.setHeader("WWW-Authenticate", "Basic realm=\"Orthanc Secure Area\"");
        }
        response.setContentLength(0);
    }

    /** {@return name and password as the header has them, null when it is missing or of another kind} */
    private static byte[] credentials(String header) {
        if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(header.substring(6).trim());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** {@return the common name of the certificate that the client had to show, "" without one} */
    private String certificateName(HttpServletRequest request) {
        if (!certificates
                || !(request.getAttribute("jakarta.servlet.request.X509Certificate") instanceof X509Certificate[] chain)
                || chain.length == 0) {
            return "";
        }
        String subject = chain[0].getSubjectX500Principal().getName();
        try {
            for (Rdn part : new LdapName(subject).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return String.valueOf(part.getValue());
                }
            }
        } catch (InvalidNameException e) {
            LOG.debug("The subject of a certificate is no name: {}", subject, e);
        }
        return subject;
    }
}
