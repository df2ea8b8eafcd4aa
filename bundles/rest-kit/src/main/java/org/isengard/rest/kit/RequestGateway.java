package org.isengard.rest.kit;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.runtime.swap.DrainTime;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.ServiceAbsentException;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.osgi.service.servlet.whiteboard.Preprocessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads every request through the access filter, which is the service with the property {@code isengard.access}, before
 * the HTTP Whiteboard lists the filters that answer. While the access filter is swapped, requests wait here: no request
 * passes it by, and none is refused.
 *
 * <p>Threading: requests wait on their own threads; an access filter that leaves waits a bounded time for the requests
 * that it let in.
 */
@Component(service = Preprocessor.class, immediate = true)
@ServiceRanking(Integer.MAX_VALUE)
public final class RequestGateway implements Preprocessor {
    private static final Logger LOG = LoggerFactory.getLogger(RequestGateway.class);

    private static final int ATTEMPTS = 200;
    private static final long PAUSE_NANOS = 1_000_000;
    private static final int LONGEST_PAUSE = 20;

    /** Request attribute, {@link Lease.Held}: the request's use of the access filter. */
    static final String ACCESS = "isengard.access.lease";

    private final Lease<Filter> accessFilter;
    private final ChainReadiness readiness;

    @Activate
    public RequestGateway(BundleContext context, @Reference ChainReadiness readiness) {
        this(SwapTimeout.of(context), readiness);
    }

    RequestGateway(SwapTimeout timeout, ChainReadiness readiness) {
        accessFilter = new Lease<>("feature rest", timeout);
        this.readiness = readiness;
    }

    @Override
    public void init(FilterConfig config) {
        readiness.open(ChainReadiness.End.GATEWAY);
    }

    @Override
    public void destroy() {
        readiness.close(ChainReadiness.End.GATEWAY);
    }

    @Reference(
            target = "(isengard.access=true)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAccessFilter(Filter filter) {
        accessFilter.offer(filter);
    }

    void unbindAccessFilter(Filter filter) {
        int inFlight = accessFilter.withdraw(filter, DrainTime.nanos(RequestGateway.class));
        if (inFlight > 0) {
            LOG.warn("The access filter leaves with {} calls in flight", inFlight);
        }
    }

    /** Requests that wait are answered with 503 from now on. */
    @Deactivate
    void close() {
        accessFilter.end();
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest meant;
        Lease<Filter>.Held access;
        try {
            meant = MethodOverride.of((HttpServletRequest) request);
            access = accessFilter.take();
        } catch (IsengardException e) {
            refuse(request, response, e);
            return;
        } catch (ServiceAbsentException e) {
            refuse(request, response, new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, e.getMessage(), e));
            return;
        }
        try (access) {
            request.setAttribute(ACCESS, access);
            access.service()
                    .doFilter(
                            meant,
                            response,
                            (req, res) -> pass(chain, (HttpServletRequest) req, (HttpServletResponse) res));
        }
    }

    private static void refuse(ServletRequest request, ServletResponse response, IsengardException e)
            throws IOException {
        HttpServletResponse http = (HttpServletResponse) response;
        http.setHeader("X-Content-Type-Options", "nosniff");
        ErrorAnswer.send((HttpServletRequest) request, http, e);
    }

    /**
     * Runs the Whiteboard's chain. The Whiteboard fails a request whose list of filters holds one that left meanwhile; no
     * filter has answered then, so the request runs again with a new list. An exception of a plugin's own filter or
     * servlet is answered as an error.
     */
    private static void pass(FilterChain chain, HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        for (int attempt = 1; true; attempt++) {
            RetryableResponse answer = new RetryableResponse(request, response);
            Throwable failure;
            try {
                chain.doFilter(request, answer);
                failure = answer.failure();
            } catch (ServletException | RuntimeException | LinkageError e) {
                failure = e;
            }
            if (failure == null) {
                return;
            }
            answer.forget();
            boolean taken = request.getAttribute(RoutingFilter.TAKEN) != null;
            if (taken || response.isCommitted() || attempt == ATTEMPTS || !isOfTheWhiteboard(failure)) {
                ErrorAnswer.send(request, response, failure);
                return;
            }
            // The Whiteboard marks a filter a moment before it takes it off the list.
            LockSupport.parkNanos(PAUSE_NANOS * Math.min(attempt, LONGEST_PAUSE));
        }
    }

    /** A request that reached a plugin's own filter or servlet does not run again: it may have had effects. */
    private static boolean isOfTheWhiteboard(Throwable e) {
        if (e instanceof ServletException && String.valueOf(e.getMessage()).contains("has been unregistered")) {
            return true;
        }
        StackTraceElement[] stack = e.getStackTrace();
        return stack.length > 0 && stack[0].getClassName().startsWith("org.apache.felix.http.");
    }
}
