package org.isengard.rest.kit;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Whether both ends of the way of a request are hung in the HTTP Whiteboard. The port opens before they are, and what
 * comes in between would meet nobody.
 *
 * <p>Threading: the whiteboard opens and closes on its threads, requests wait on theirs.
 */
@Component(service = Doors.class)
public final class Doors {
    /** The ends of the way. */
    enum Door {
        ENTRANCE,
        END
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Door> open = EnumSet.noneOf(Door.class);
    private final Runnable whenFirstOpen;
    private volatile boolean ready;
    private boolean told;

    /** Closed until the whiteboard says otherwise. */
    @Activate
    public Doors(BundleContext context) {
        // The launcher waits for it, and starts then what the first answers need not wait for.
        this(() -> context.registerService(
                Object.class, new Object(), FrameworkUtil.asDictionary(Map.of("isengard.open", true))));
    }

    Doors(Runnable whenFirstOpen) {
        this.whenFirstOpen = whenFirstOpen;
    }

    void open(Door door) {
        set(door, true);
    }

    void close(Door door) {
        set(door, false);
    }

    private void set(Door door, boolean isOpen) {
        lock.lock();
        try {
            if (isOpen) {
                open.add(door);
            } else {
                open.remove(door);
            }
            ready = open.size() == Door.values().length;
            changed.signalAll();
            if (!ready || told) {
                return;
            }
            told = true;
        } finally {
            lock.unlock();
        }
        whenFirstOpen.run();
    }

    /** Waits until all are open, at most so many seconds. */
    void await(long seconds) {
        if (ready) {
            return;
        }
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(seconds);
            while (!ready && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
