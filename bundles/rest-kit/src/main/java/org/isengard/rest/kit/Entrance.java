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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
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
 * Leads every request through the gate, which is the service with the property {@code isengard.gate}, before the
 * whiteboard looks for those that answer. While the gate is swapped requests wait here: nobody comes in past it, and
 * nobody is sent away.
 *
 * <p>Threading: calls count themselves at the gate they use; a gate that leaves waits a bounded time for its own.
 */
@Component(service = Preprocessor.class, immediate = true)
@ServiceRanking(Integer.MAX_VALUE)
public final class Entrance implements Preprocessor {
    private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);

    private static final int ATTEMPTS = 200;
    private static final long PAUSE_NANOS = 1_000_000;
    private static final int LONGEST_PAUSE = 20;

    /** Request attribute, {@link Stay}. */
    static final String STAY = "isengard.stay";

    private static final class Gate {
        private final Filter filter;
        private int users;

        Gate(Filter filter) {
            this.filter = filter;
        }
    }

    /** A call that passed the gate. While it waits for a feature the gate may leave: both may be gone for one reason. */
    final class Stay {
        private final Gate gate;

        private Stay(Gate gate) {
            this.gate = gate;
        }

        void pause() {
            leave(gate);
        }

        void goOn() {
            lock.lock();
            try {
                gate.users++;
            } finally {
                lock.unlock();
            }
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Gate> gates = new ArrayList<>();
    private final SwapPatience patience;
    private final Doors doors;
    private boolean closed;

    @Activate
    public Entrance(BundleContext context, @Reference Doors doors) {
        patience = SwapPatience.of(context);
        this.doors = doors;
    }

    @Override
    public void init(FilterConfig config) {
        doors.open(Doors.Door.ENTRANCE);
    }

    @Override
    public void destroy() {
        doors.close(Doors.Door.ENTRANCE);
    }

    @Reference(
            target = "(isengard.gate=true)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindGate(Filter filter) {
        lock.lock();
        try {
            gates.add(new Gate(filter));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void unbindGate(Filter filter) {
        lock.lock();
        try {
            Gate leaving = gates.stream()
                    .filter(gate -> gate.filter == filter)
                    .findFirst()
                    .orElse(null);
            if (leaving == null) {
                return;
            }
            gates.remove(leaving);
            long left = DrainTime.nanos(Entrance.class);
            while (leaving.users > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (leaving.users > 0) {
                LOG.warn("The gate leaves with {} calls in flight", leaving.users);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Sends away who waits. */
    @Deactivate
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Gate gate = enter();
        if (gate == null) {
            HttpServletResponse http = (HttpServletResponse) response;
            http.setHeader("X-Content-Type-Options", "nosniff");
            ErrorAnswer.send(
                    (HttpServletRequest) request,
                    http,
                    new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The gate is being replaced"));
            return;
        }
        request.setAttribute(STAY, new Stay(gate));
        try {
            gate.filter.doFilter(
                    request, response, (req, res) -> pass(chain, (HttpServletRequest) req, (HttpServletResponse) res));
        } finally {
            leave(gate);
        }
    }

    /**
     * The whiteboard itself fails a request whose list of filters holds one that has left meanwhile. Nobody has answered
     * it then, and the list is made anew at each try. What a plugin's own filter or servlet threw is answered as an error.
     */
    private static void pass(FilterChain chain, HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        for (int attempt = 1; true; attempt++) {
            Attempt answer = new Attempt(request, response);
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
            // The filter is marked a moment before it is off the list.
            LockSupport.parkNanos(PAUSE_NANOS * Math.min(attempt, LONGEST_PAUSE));
        }
    }

    /** What a plugin's own filter or servlet throws is not tried again: it may have had effects. */
    private static boolean isOfTheWhiteboard(Throwable e) {
        if (e instanceof ServletException && String.valueOf(e.getMessage()).contains("has been unregistered")) {
            return true;
        }
        StackTraceElement[] stack = e.getStackTrace();
        return stack.length > 0 && stack[0].getClassName().startsWith("org.apache.felix.http.");
    }

    /** {@return the gate that came last; null if none comes in time} */
    private Gate enter() {
        lock.lock();
        try {
            long left = patience.nanos();
            while (gates.isEmpty()) {
                if (closed || left <= 0) {
                    return null;
                }
                left = changed.awaitNanos(left);
            }
            Gate gate = gates.get(gates.size() - 1);
            gate.users++;
            return gate;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void leave(Gate gate) {
        lock.lock();
        try {
            gate.users--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
