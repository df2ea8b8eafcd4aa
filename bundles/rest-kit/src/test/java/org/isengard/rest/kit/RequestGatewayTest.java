package org.isengard.rest.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.BundleContext;

/** The access filter is swapped while requests come in. */
@Timeout(60)
class RequestGatewayTest {
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Object> attributes = new HashMap<>();
    private final HttpServletRequest request =
            proxy(HttpServletRequest.class, (proxy, method, arguments) -> switch (method.getName()) {
                case "getAttribute" -> attributes.get(arguments[0]);
                case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
                case "removeAttribute" -> attributes.remove(arguments[0]);
                case "getContentLengthLong" -> 0L;
                case "getHeader", "getQueryString" -> null;
                default -> method.getReturnType() == String.class ? "x" : null;
            });
    private final HttpServletResponse response = proxy(HttpServletResponse.class, (proxy, method, arguments) -> {
        if (method.getName().equals("setStatus")) {
            log.add("status " + arguments[0]);
        }
        if (method.getName().equals("sendError")) {
            log.add("page " + arguments[0]);
        }
        if (method.getName().equals("isCommitted")) {
            return false;
        }
        return method.getReturnType() == ServletOutputStream.class ? new Sink() : null;
    });
    private final FilterChain chain = (req, res) -> log.add("answered");

    @AfterEach
    void stop() {
        clients.shutdownNow();
    }

    @Test
    void aRequestWaitsForTheAccessFilter() throws Exception {
        RequestGateway gateway = gateway("60");
        Future<?> call = call(gateway, chain);
        assertEquals(List.of(), log);
        gateway.bindAccessFilter(accessFilter("new"));
        call.get(30, TimeUnit.SECONDS);
        assertEquals(List.of("new", "answered"), log);
    }

    @Test
    void anAccessFilterLeavesAfterItsCallsInFlight() throws Exception {
        RequestGateway gateway = gateway("60");
        Filter old = accessFilter("old");
        gateway.bindAccessFilter(old);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<?> call = call(gateway, (req, res) -> {
            inside.countDown();
            await(goOn);
            log.add("answered");
        });
        await(inside);
        gateway.bindAccessFilter(accessFilter("new"));
        Future<?> leaving = clients.submit(() -> {
            gateway.unbindAccessFilter(old);
            log.add("left");
        });
        call(gateway, chain).get(30, TimeUnit.SECONDS);
        assertFalse(leaving.isDone());
        goOn.countDown();
        call.get(30, TimeUnit.SECONDS);
        leaving.get(30, TimeUnit.SECONDS);
        assertEquals(List.of("old", "new", "answered", "answered", "left"), log);
    }

    @Test
    void withoutAnAccessFilterARequestIsRefused() throws Exception {
        call(gateway("0"), chain).get(30, TimeUnit.SECONDS);
        assertEquals(List.of("status 503"), log);
    }

    @Test
    void aWaitingRequestIsRefusedWhenTheServerStops() throws Exception {
        RequestGateway gateway = gateway("60");
        Future<?> call = call(gateway, chain);
        gateway.close();
        call.get(30, TimeUnit.SECONDS);
        assertEquals(List.of("status 503"), log);
    }

    @Test
    void aChainWithAFilterThatLeftIsTriedAgain() throws Exception {
        RequestGateway gateway = gateway("60");
        gateway.bindAccessFilter(accessFilter("gate"));
        AtomicInteger attempts = new AtomicInteger();
        gateway.doFilter(request, response, whiteboard((req, res) -> {
            if (attempts.incrementAndGet() < 3) {
                throw new ServletException("Filter has been unregistered.");
            }
            log.add("answered");
        }));
        assertEquals(3, attempts.get());
        assertEquals(List.of("gate", "answered"), log);
    }

    @Test
    void whatAPluginThrowsIsNotTriedAgainAndAnsweredAsAnError() throws Exception {
        RequestGateway gateway = gateway("60");
        gateway.bindAccessFilter(accessFilter("gate"));
        AtomicInteger attempts = new AtomicInteger();
        for (Exception failure : List.of(new ServletException("of a plugin"), new IllegalStateException("likewise"))) {
            gateway.doFilter(request, response, whiteboard((req, res) -> {
                attempts.incrementAndGet();
                thrown(failure);
            }));
        }
        assertEquals(2, attempts.get());
        assertEquals(List.of("gate", "status 500", "gate", "status 500"), log);
    }

    /** Does with failures what Felix HTTP's dispatcher does: notes them, and sends a page unless something was sent. */
    private static FilterChain whiteboard(FilterChain filters) {
        return (req, res) -> {
            try {
                filters.doFilter(req, res);
            } catch (Exception e) {
                req.setAttribute(RequestDispatcher.ERROR_EXCEPTION, e);
                if (!res.isCommitted()) {
                    ((HttpServletResponse) res).sendError(500);
                }
            }
        };
    }

    private static void thrown(Exception failure) throws ServletException {
        if (failure instanceof ServletException e) {
            throw e;
        }
        throw (RuntimeException) failure;
    }

    private Future<?> call(RequestGateway gateway, FilterChain answer) {
        return clients.submit(() -> {
            gateway.doFilter(request, response, answer);
            return null;
        });
    }

    private Filter accessFilter(String name) {
        return (req, res, next) -> {
            log.add(name);
            next.doFilter(req, res);
        };
    }

    private static RequestGateway gateway(String seconds) {
        return new RequestGateway(
                proxy(BundleContext.class, (proxy, method, arguments) -> {
                    assertTrue(method.getName().equals("getProperty"), method.toString());
                    return seconds;
                }),
                new ChainReadiness(() -> {}, () -> () -> {}));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(RequestGatewayTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static final class Sink extends ServletOutputStream {
        @Override
        public void write(int b) {
            // Nobody reads it.
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(jakarta.servlet.WriteListener listener) {
            throw new UnsupportedOperationException();
        }
    }
}
