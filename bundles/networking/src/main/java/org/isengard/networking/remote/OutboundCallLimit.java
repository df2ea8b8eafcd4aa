package org.isengard.networking.remote;

import java.util.concurrent.Semaphore;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Handler;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Bounds the requests that wait for other systems: a peer that is stuck may hold three quarters of the threads of the REST
 * API, never all.
 */
@Component(
        service = OutboundCallLimit.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class OutboundCallLimit {
    public @interface Config {
        int HttpThreadsCount();
    }

    private final Semaphore free;

    @Activate
    public OutboundCallLimit(Config config) {
        free = new Semaphore(Math.max(1, config.HttpThreadsCount() * 3 / 4));
    }

    /** {@return a handler that answers SERVICE_UNAVAILABLE (503) while too many others wait} */
    public Handler bounded(Handler handler) {
        return (request, response) -> {
            if (!free.tryAcquire()) {
                throw new IsengardException(
                        ErrorCode.SERVICE_UNAVAILABLE, "Too many requests are waiting for other systems");
            }
            try {
                handler.handle(request, response);
            } finally {
                free.release();
            }
        };
    }
}
