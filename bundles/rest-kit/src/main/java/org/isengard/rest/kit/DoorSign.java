package org.isengard.rest.kit;

import java.util.concurrent.locks.LockSupport;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Takes the sign of the doors in before they close, when the kit is replaced. The components of a bundle leave in the order of
 * their names: this one goes before the doors and all that stands there.
 */
@Component(service = DoorSign.class, immediate = true)
public final class DoorSign {
    /** For those that have just passed it. */
    private static final long PAUSE_NANOS = 50_000_000;

    private final Doors doors;

    @Activate
    public DoorSign(@Reference Doors doors) {
        this.doors = doors;
    }

    @Deactivate
    void takeIn() {
        doors.leave();
        LockSupport.parkNanos(PAUSE_NANOS);
    }
}
