package org.isengard.rest.kit;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Whether both ends of the way of a request are hung in the HTTP Whiteboard. The port opens before they are, and what
 * comes in between would meet nobody: a service tells who keeps it.
 *
 * <p>Threading: the whiteboard opens and closes on its threads.
 */
@Component(service = Doors.class)
public final class Doors {
    /** The ends of the way. */
    enum Door {
        ENTRANCE,
        END
    }

    private final Set<Door> open = EnumSet.noneOf(Door.class);
    private final Runnable whenFirstOpen;
    private final Supplier<Runnable> sign;
    private Runnable takeIn;
    private boolean told;
    private boolean leaving;

    /** Closed until the whiteboard says otherwise. */
    @Activate
    public Doors(BundleContext context) {
        this(
                // The launcher waits for it, and starts then what the first answers need not wait for.
                () -> register(context, "isengard.open", true),
                // Who keeps the port lets requests in while it is there.
                () -> register(context, "isengard.doors", "open")::unregister);
    }

    /** @param sign shows that the doors are open, and gives what takes the sign in */
    Doors(Runnable whenFirstOpen, Supplier<Runnable> sign) {
        this.whenFirstOpen = whenFirstOpen;
        this.sign = sign;
    }

    private static ServiceRegistration<?> register(BundleContext context, String property, Object value) {
        return context.registerService(Object.class, new Object(), FrameworkUtil.asDictionary(Map.of(property, value)));
    }

    void open(Door door) {
        set(door, true);
    }

    void close(Door door) {
        set(door, false);
    }

    /** They will not open again: the kit is being replaced. */
    synchronized void leave() {
        leaving = true;
        show();
    }

    private void set(Door door, boolean isOpen) {
        synchronized (this) {
            if (isOpen) {
                open.add(door);
            } else {
                open.remove(door);
            }
            show();
            if (takeIn == null || told) {
                return;
            }
            told = true;
        }
        whenFirstOpen.run();
    }

    private void show() {
        boolean wanted = !leaving && open.size() == Door.values().length;
        if (wanted && takeIn == null) {
            takeIn = sign.get();
        } else if (!wanted && takeIn != null) {
            takeIn.run();
            takeIn = null;
        }
    }
}
