package org.isengard.rest.kit;

import java.util.concurrent.locks.LockSupport;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Withdraws the announcement of {@link ChainReadiness} before the chain closes, when the kit is replaced. Declarative
 * Services deactivates the components of a bundle in the order of their names, so this one leaves before the
 * chain, the gateway and the last servlet.
 */
@Component(service = ChainAnnouncement.class, immediate = true)
public final class ChainAnnouncement {
    /** Time for requests that have just been let in to reach the gateway. */
    private static final long PAUSE_NANOS = 50_000_000;

    private final ChainReadiness readiness;

    @Activate
    public ChainAnnouncement(@Reference ChainReadiness readiness) {
        this.readiness = readiness;
    }

    @Deactivate
    void withdraw() {
        readiness.leave();
        LockSupport.parkNanos(PAUSE_NANOS);
    }
}
