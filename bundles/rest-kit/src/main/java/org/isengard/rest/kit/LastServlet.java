package org.isengard.rest.kit;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * The end of the chain: 405 where the path is known but not the method, a bounded wait where the route was there a
 * moment ago and its bundle is being swapped, 404 otherwise. It stands in the kit, since it must stand while any feature
 * is swapped.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern("/")
public final class LastServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final long POLL_NANOS = 200_000_000;
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS");

    private final transient Features features;
    private final transient SwapTimeout timeout;
    private final transient ChainReadiness readiness;
    private final transient BootPhase boot;
    private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();

    @Activate
    public LastServlet(@Reference Features features, BundleContext context, @Reference ChainReadiness readiness) {
        this.features = features;
        this.readiness = readiness;
        boot = new BootPhase(context, features);
        timeout = SwapTimeout.of(context);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String info = request.getPathInfo();
        String path = info == null ? request.getServletPath() : request.getServletPath() + info;
        String method = "HEAD".equals(request.getMethod()) ? "GET" : request.getMethod();
        if (request.getAttribute(RoutingFilter.CALLER) == null) {
            ErrorAnswer.send(
                    request,
                    response,
                    new IsengardException(
                            ErrorCode.SERVICE_UNAVAILABLE, "The feature rest is being updated, try again"));
            return;
        }
        waiting.add(Thread.currentThread());
        try {
            if (!answerWhenBack(method, path, request, response)) {
                unknown(method, path, request, response);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ErrorAnswer.send(
                    request, response, new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The server stops"));
        } finally {
            waiting.remove(Thread.currentThread());
        }
    }

    /** {@return false when there is no such route, nor was one} */
    private boolean answerWhenBack(String method, String path, HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        RoutingFilter passed = null;
        while (true) {
            OptionalLong left = features.leftAt(method, path);
            boolean booting = !boot.isOver();
            // A filter is in the list a moment before and after it is in the chain.
            if (left.isEmpty() && !booting && !features.knows(method, path)) {
                return false;
            }
            long end = left.orElse(start) + timeout.nanos();
            // Nothing tells that a route will not come: look again.
            long pause = booting ? Math.min(end, System.nanoTime() + POLL_NANOS) : end;
            Optional<RoutingFilter> back = await(method, path, passed, pause, request);
            if (back.isPresent()) {
                if (back.get().answer(request, response)) {
                    return true;
                }
                passed = back.get();
            } else if (System.nanoTime() - end >= 0) {
                if (!features.knows(method, path)) {
                    // The route was waited for only since features were still coming.
                    return false;
                }
                ErrorAnswer.send(
                        request,
                        response,
                        new IsengardException(
                                ErrorCode.SERVICE_UNAVAILABLE,
                                "The feature that answers " + path + " is being updated, try again"));
                return true;
            }
        }
    }

    private Optional<RoutingFilter> await(
            String method, String path, RoutingFilter passed, long end, HttpServletRequest request)
            throws InterruptedException {
        if (!(request.getAttribute(RequestGateway.ACCESS) instanceof Lease<?>.Held access)) {
            return features.await(method, path, passed, end);
        }
        access.suspend();
        try {
            return features.await(method, path, passed, end);
        } finally {
            access.resume();
        }
    }

    private static void unknown(String method, String path, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (!METHODS.contains(request.getMethod())) {
            ErrorAnswer.send(
                    request,
                    response,
                    new IsengardException(ErrorCode.BAD_REQUEST, "Unknown method: " + request.getMethod()));
        } else if (request.getAttribute(RoutingFilter.ALLOW) instanceof Set<?> methods && !"OPTIONS".equals(method)) {
            String allowed =
                    String.join(",", methods.stream().map(String::valueOf).toList());
            response.setHeader("Allow", allowed);
            ErrorAnswer.send(request, response, ErrorAnswer.wrongMethod(allowed));
        } else if ("GET".equals(method) && ("/".equals(path) || path.isEmpty())) {
            redirect(response, "app/explorer.html");
        } else if ("GET".equals(method) && "/favicon.ico".equals(path)) {
            redirect(response, "app/images/favicon.ico");
        } else {
            ErrorAnswer.send(request, response, new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
        }
    }

    private static void redirect(HttpServletResponse response, String location) {
        response.setStatus(307);
        response.setHeader("Location", location);
        response.setContentLength(0);
    }

    @Override
    public void init() {
        readiness.open(ChainReadiness.End.LAST_SERVLET);
    }

    @Override
    public void destroy() {
        readiness.close(ChainReadiness.End.LAST_SERVLET);
        waiting.forEach(Thread::interrupt);
    }
}
