package org.isengard.rest.kit;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Handler;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.Router;

/**
 * Bounds how many calls of plugins run at once: handlers that block must not use up the threads that answer everybody
 * else. The HTTP service has {@link #ALL} threads more than the configuration asks for.
 */
public final class PluginCalls implements Router {
    /** Calls of all plugins at once. */
    public static final int ALL = 36;

    private static final int EACH = 24;
    private static final Semaphore TOGETHER = new Semaphore(ALL);

    private final Routes routes;
    private final Semaphore own = new Semaphore(EACH);

    /** @param routes take the bounded handlers */
    PluginCalls(Routes routes) {
        this.routes = routes;
    }

    @Override
    public Router get(String template, Handler handler) {
        routes.get(template, bounded(handler));
        return this;
    }

    @Override
    public Router post(String template, Handler handler) {
        routes.post(template, bounded(handler));
        return this;
    }

    @Override
    public Router put(String template, Handler handler) {
        routes.put(template, bounded(handler));
        return this;
    }

    @Override
    public Router delete(String template, Handler handler) {
        routes.delete(template, bounded(handler));
        return this;
    }

    private Handler bounded(Handler handler) {
        return (request, response) -> {
            if (!own.tryAcquire()) {
                throw busy();
            }
            try {
                together(handler, request, response);
            } finally {
                own.release();
            }
        };
    }

    private static void together(Handler handler, Request request, Response response) throws IOException {
        if (!TOGETHER.tryAcquire()) {
            throw busy();
        }
        try {
            handler.handle(request, response);
        } finally {
            TOGETHER.release();
        }
    }

    private static IsengardException busy() {
        return new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "Too many calls of this plugin are under way");
    }
}
