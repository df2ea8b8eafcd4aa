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
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.RequestFilter;
import org.isengard.api.security.AccessControl;
import org.isengard.api.security.Identity;
import org.isengard.rest.kit.ErrorAnswer;
import org.isengard.rest.kit.Query;
import org.isengard.rest.kit.RequiredFilters;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.rest.kit.access.AccessPlugins;
import org.isengard.rest.kit.audit.AuditTrail;
import org.isengard.runtime.Json;
import org.isengard.runtime.swap.LazyServices;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.ServiceAbsentException;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in front of all features: checks the origin of a request, asks the feature security for the user and the filters of
 * plugins and scripts, and sets the headers that every answer has. The {@code RequestGateway} of the kit leads all requests
 * here. While users are asked for and the feature security is swapped, requests wait; without it they are refused.
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

        String Authorization();

        boolean SslEnabled();

        boolean SslVerifyPeers();

        String[] HttpAllowedOrigins();

        String[] HttpHostNames();

        boolean HttpDescribeErrors();

        boolean HttpCompressionEnabled();
    }

    private static final String POLICY =
            "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'";

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Logger LOG = LoggerFactory.getLogger(AccessFilter.class);

    private final boolean certificates;
    private final BrowserOrigin origin;

    /** Whether the feature security decides about requests: without it no request comes in then. */
    private final boolean controlled;

    private final Lease<AccessControl> control;
    private final AuditTrail audit;
    private final boolean describeErrors;
    private final boolean compress;
    private final Metrics metrics;
    private final RequiredFilters scripts;

    /** Where a plugin takes part in decisions, the feature security is asked although nothing is configured. */
    private final AccessPlugins plugins;

    private final long patience;

    private final LazyServices<RequestFilter> requestFilters;

    @Activate
    public AccessFilter(
            Config config,
            @Reference Metrics metrics,
            @Reference RequiredFilters scripts,
            @Reference AccessPlugins plugins,
            @Reference AuditTrail audit,
            BundleContext context)
            throws IOException {
        this.metrics = metrics;
        this.scripts = scripts;
        this.plugins = plugins;
        patience = SwapTimeout.of(context).nanos();
        describeErrors = config.HttpDescribeErrors();
        compress = config.HttpCompressionEnabled();
        this.audit = audit;
        control = Lease.follow(context, AccessControl.class, "feature security", SwapTimeout.of(context));
        requestFilters = LazyServices.open(context, RequestFilter.class);
        certificates = config.SslEnabled() && config.SslVerifyPeers();
        boolean users = Json.MAPPER.readTree(config.RegisteredUsers()).size() > 0;
        // As in Orthanc: users are asked for where some are registered, unless that is switched off.
        boolean authenticate =
                config.AuthenticationEnabled() && (users || config.RemoteAccessAllowed() && !certificates);
        JsonNode authorization = Json.MAPPER.readTree(config.Authorization());
        controlled = authenticate || authorization.size() > 0;
        origin = new BrowserOrigin(
                List.of(config.HttpAllowedOrigins()), List.of(config.HttpHostNames()), !controlled && !certificates);
    }

    @Deactivate
    void close() {
        control.end();
        requestFilters.close();
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
        Optional<Identity> identity =
                (controlled || plugins.isAny()) && !probe ? decide(request, response) : Optional.of(open(request));
        if (identity.isEmpty()) {
            return;
        }
        Caller caller = new Caller(
                Caller.Origin.REST_API, request.getRemoteAddr(), identity.get().username());
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
        Optional<AuditedRequest> event = audit.isEnabled() && !probe
                ? AuditedRequest.of(
                        audit,
                        request.getMethod(),
                        RoutingFilter.path(request),
                        caller.username(),
                        request.getRemoteAddr())
                : Optional.empty();
        long start = System.nanoTime();
        metrics.started();
        Identity.Bound bound = identity.get().bind();
        try {
            if (compress && accepts(request.getHeader("Accept-Encoding"))) {
                try (GzipResponse gzip = new GzipResponse(response)) {
                    chain.doFilter(request, gzip);
                }
            } else {
                chain.doFilter(request, response);
            }
        } finally {
            bound.close();
            String route = request.getAttribute(RoutingFilter.ROUTE) instanceof String template ? template : null;
            event.ifPresent(one -> one.end(route, response.getStatus()));
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
        List<RequestFilter> filters = requestFilters.required();
        if (filters.isEmpty()) {
            return true;
        }
        Map<String, String> headers = headers(request);
        String path = RoutingFilter.path(request);
        for (RequestFilter filter : filters) {
            if (!filter.allows(request.getMethod(), path, caller, headers)) {
                return false;
            }
        }
        return true;
    }

    /** {@return the headers by their names in lower case; a plugin may look at them when the request is over} */
    private static Map<String, String> headers(HttpServletRequest request) {
        Map<String, String> headers = new HashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.putIfAbsent(name.toLowerCase(Locale.ROOT), request.getHeader(name));
        }
        return headers;
    }

    private static boolean accepts(String encodings) {
        return encodings != null && encodings.contains("gzip");
    }

    /** {@return the identity without users and roles: everything is allowed, and a certificate gives the name} */
    private Identity open(HttpServletRequest request) {
        String name = certificateName(request);
        return name.isEmpty()
                ? Identity.SERVER
                : new Identity(name, Identity.SERVER.permissions(), Identity.SERVER.visibility());
    }

    /** {@return who asks; empty when the request is refused, which is answered then} */
    private Optional<Identity> decide(HttpServletRequest request, HttpServletResponse response) throws IOException {
        AccessControl.Decision decision;
        try {
            AccessControl.Attempt attempt = new AccessControl.Attempt(
                    request.getMethod(),
                    RoutingFilter.path(request),
                    Query.parse(request.getQueryString()),
                    request.getRemoteAddr(),
                    headers(request),
                    certificateName(request));
            decision = ask(attempt);
        } catch (ServiceAbsentException e) {
            ErrorAnswer.send(
                    request, response, new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, e.getMessage(), e));
            return Optional.empty();
        } catch (IsengardException e) {
            ErrorAnswer.send(request, response, e);
            return Optional.empty();
        }
        if (decision.identity().isEmpty()) {
            refuse(request, response, decision);
            if (audit.isEnabled()) {
                AuditedRequest.of(
                                audit,
                                request.getMethod(),
                                RoutingFilter.path(request),
                                decision.user(),
                                request.getRemoteAddr())
                        .ifPresent(one -> one.end(null, decision.status()));
            }
        }
        return decision.identity();
    }

    /** Asks again while a plugin that has to decide is being swapped. The lease on the feature security ends each time. */
    private AccessControl.Decision ask(AccessControl.Attempt attempt) throws IOException {
        long end = System.nanoTime() + patience;
        while (true) {
            AccessControl.Decision decision = control.use(present -> present.decide(attempt));
            boolean waits = decision.pending()
                    && System.nanoTime() - end < 0
                    && !Thread.currentThread().isInterrupted();
            if (!waits) {
                return decision;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static void refuse(
            HttpServletRequest request, HttpServletResponse response, AccessControl.Decision decision)
            throws IOException {
        if (decision.status() == 401) {
            response.setHeader("WWW-Authenticate", "Basic realm=\"Orthanc Secure Area\"");
        }
        if (decision.message().isEmpty()) {
            response.setStatus(decision.status());
            response.setContentLength(0);
        } else {
            ErrorCode code = switch (decision.status()) {
                case 403 -> ErrorCode.FORBIDDEN;
                case 404 -> ErrorCode.UNKNOWN_RESOURCE;
                case 503 -> ErrorCode.SERVICE_UNAVAILABLE;
                default -> ErrorCode.UNAUTHORIZED;
            };
            ErrorAnswer.send(
                    request, response, new IsengardException(code, decision.status(), decision.message(), null));
        }
        if (decision.retryAfter() > 0) {
            response.setHeader("Retry-After", Long.toString(decision.retryAfter()));
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
