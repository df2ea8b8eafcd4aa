package org.isengard.runtime.swap;

import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts the calls in flight of a service. Once closed it lets no further call in, and the service can wait until the
 * calls in flight have ended before it gives up what they need.
 *
 * <p>Threading: any number of threads enter and leave; one closes. Entering costs one atomic operation.
 */
public final class Drain {
    private final Phaser inFlight = new Phaser(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** {@return whether the caller may go on; if so it calls {@link #leave} at its end, on the same thread} */
    public boolean enter() {
        if (closed.get() || inFlight.register() < 0) {
            return false;
        }
        if (closed.get()) {
            inFlight.arriveAndDeregister();
            return false;
        }
        UsesInFlight.begin(closed::get);
        return true;
    }

    /** Ends a call that entered. */
    public void leave() {
        UsesInFlight.end();
        inFlight.arriveAndDeregister();
    }

    /** {@return whether no further call is let in} */
    public boolean isClosed() {
        return closed.get();
    }

    /**
     * Lets no further call in and waits for those in flight. A second call returns at once.
     *
     * @param nanos how long to wait at most
     * @return the number of calls that are still in flight, 0 when all have ended
     */
    public int close(long nanos) {
        if (!closed.compareAndSet(false, true)) {
            return 0;
        }
        try {
            inFlight.awaitAdvanceInterruptibly(inFlight.arriveAndDeregister(), nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return inFlight.getUnarrivedParties();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }
}
