package org.isengard.rest.kit;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.runtime.swap.Drain;
import org.isengard.runtime.swap.DrainTime;
import org.isengard.runtime.swap.ServiceAbsentException;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The REST routes of one feature as a filter of the HTTP Whiteboard: it answers its own paths and passes on all others. A
 * subclass is a component with {@link Feature} and builds its {@link Routes} in the constructor. When its service leaves,
 * the calls in flight end before the component is deactivated.
 *
 * <p>Threading: many threads call at once; {@link Drain} counts them.
 */
public abstract class RoutingFilter implements Filter {
    /** Request attribute, {@code Set<String>}: the methods some filter knows for this path. */
    public static final String ALLOW = "isengard.allow";

    /** Request attribute, {@link Caller}: who asks, set by the access filter in front of all features. */
    public static final String CALLER = "isengard.caller";

    /** Request attribute, Boolean: whether errors are described in JSON (Orthanc's HttpDescribeErrors). */
    public static final String DESCRIBE_ERRORS = "isengard.describeErrors";

    /** Request attribute, String: the template of the route that answers, set before its handler runs. */
    public static final String ROUTE = "isengard.route";

    /** Request attribute: a feature has begun to answer. */
    static final String TAKEN = "isengard.taken";

    private static final Logger LOG = LoggerFactory.getLogger(RoutingFilter.class);

    private final Routes routes;
    private final Drain drain = new Drain();

    protected RoutingFilter(Routes routes) {
        this.routes = routes;
    }

    public final Routes routes() {
        return routes;
    }

    @Override
    public final void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getAttribute(CALLER) == null) {
            // The access filter is gone, as when the kit itself is replaced: no request passes it by.
            ErrorAnswer.send(
                    (HttpServletRequest) request,
                    (HttpServletResponse) response,
                    new IsengardException(
                            ErrorCode.SERVICE_UNAVAILABLE, "The feature rest is being updated, try again"));
        } else if (!answer((HttpServletRequest) request, (HttpServletResponse) response)) {
            chain.doFilter(request, response);
        }
    }

    /** Answers a call if the path and method are this feature's; false when they are not or the feature is leaving. */
    public final boolean answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        RequestPath path = RequestPath.of(request);
        Optional<Routes.Found> found = routes.find(method(request), path.segments());
        if (found.isEmpty()) {
            return false;
        }
        if (found.get().handler() == null) {
            noteMethods(request, found.get().methods());
            return false;
        }
        if (!drain.enter()) {
            return false;
        }
        try {
            request.setAttribute(TAKEN, Boolean.TRUE);
            request.setAttribute(ROUTE, found.get().template());
            HttpResponse answer = new HttpResponse(request, response);
            Caller caller = request.getAttribute(CALLER) instanceof Caller c
                    ? c
                    : new Caller(Caller.Origin.REST_API, request.getRemoteAddr(), "");
            run(found.get(), new HttpRequest(request, path.text(), found.get(), caller), answer);
            answer.end();
        } catch (IOException | RuntimeException | StackOverflowError e) {
            if (!response.isCommitted() && canRunAgain(found.get(), e)) {
                response.resetBuffer();
                request.removeAttribute(TAKEN);
                return false;
            }
            ErrorAnswer.send(request, response, e);
        } finally {
            drain.leave();
        }
        return true;
    }

    /**
     * A feature that leaves takes with it the services that it needs, and the features that need it: a call in flight may miss
     * one of them. Nobody notices when the feature that comes next answers a call that only reads.
     */
    private boolean canRunAgain(Routes.Found found, Throwable failure) {
        return found.reads() && drain.isClosed() && ServiceAbsentException.isCauseOf(failure);
    }

    /**
     * Answers a call in process, if the path and method are this feature's.
     *
     * @return false when they are not or the feature is leaving; the response is void then
     */
    public final boolean answer(
            String method,
            String path,
            java.util.function.Function<java.util.Map<String, String>, Request> request,
            Response response)
            throws IOException {
        Optional<Routes.Found> found = routes.find(method, path);
        if (found.isEmpty() || found.get().handler() == null || !drain.enter()) {
            return false;
        }
        try {
            run(found.get(), request.apply(found.get().variables()), response);
        } catch (IOException | RuntimeException e) {
            if (canRunAgain(found.get(), e)) {
                return false;
            }
            throw e;
        } finally {
            drain.leave();
        }
        return true;
    }

    private static void run(Routes.Found found, Request request, Response response) throws IOException {
        found.handler().handle(request, response);
    }

    /** The component leaves. Subclasses inherit the annotation (bnd's option "inherit"). */
    @Deactivate
    protected void leave() {
        drain();
    }

    /**
     * Lets no further call in and waits, at most 30 seconds and less when the server stops, until the calls in flight have
     * ended. {@link FeatureTracker} calls it when the service leaves; while the kit itself is replaced there is no tracker,
     * and {@link #leave} does. A second call returns at once.
     */
    protected final void drain() {
        int inFlight = drain.close(DrainTime.nanos(getClass()));
        if (inFlight > 0) {
            LOG.warn("{} leaves with {} calls in flight", getClass().getSimpleName(), inFlight);
        }
    }

    /** {@return the path of a request as routes see it: decoded, without query, empty segments and trailing slash} */
    public static String path(HttpServletRequest request) {
        return "/" + String.join("/", RequestPath.of(request).segments());
    }

    private static String method(HttpServletRequest request) {
        return "HEAD".equals(request.getMethod()) ? "GET" : request.getMethod();
    }

    private static void noteMethods(HttpServletRequest request, Set<String> methods) {
        Set<String> known = new TreeSet<>(methods);
        if (request.getAttribute(ALLOW) instanceof Set<?> before) {
            before.forEach(method -> known.add((String) method));
        }
        request.setAttribute(ALLOW, known);
    }
}
