package org.isengard.runtime.swap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access to a service that comes and goes. A caller that finds the service absent waits a bounded time for it; a service
 * that leaves waits a bounded time for the callers that use it. The newest service is the one that callers get.
 *
 * <p>Threading: any thread offers, withdraws and uses; nobody holds the lock while the service works.
 *
 * @param <T> the service
 */
public final class Lease<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
    private static final long LOOK_NANOS = 20_000_000;

    /** Work that is done with the service. */
    @FunctionalInterface
    public interface Use<T, R> {
        R apply(T service) throws IOException;
    }

    private static final class Offer<T> {
        private final T service;
        private int users;
        private volatile boolean leaving;

        Offer(T service) {
            this.service = service;
        }
    }

    /** One caller's use of the service, from {@link #take} to {@link #close}. */
    public final class Held implements AutoCloseable {
        private final Offer<T> offer;

        private Held(Offer<T> offer) {
            this.offer = offer;
        }

        public T service() {
            return offer.service;
        }

        /**
         * Lets the service leave although this call is in flight, until {@link #resume}: a caller that waits for another
         * service must not keep this one, since both may be gone for the same reason.
         */
        public void suspend() {
            count(-1);
        }

        /** Ends {@link #suspend}. */
        public void resume() {
            count(1);
        }

        @Override
        public void close() {
            count(-1);
        }

        private void count(int change) {
            lock.lock();
            try {
                offer.users += change;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Offer<T>> offers = new ArrayList<>();
    private final String name;
    private final SwapTimeout timeout;
    /** Of {@link #follow}, else null. */
    private ServiceTracker<T, T> tracker;

    private boolean ended;

    /**
     * @param name of the service in messages, such as "feature ingest"
     * @param timeout how long callers wait for an absent service
     */
    public Lease(String name, SwapTimeout timeout) {
        this.name = name;
        this.timeout = timeout;
    }

    /**
     * {@return a lease on the services of a type, which follows them as they come and go until {@link #end}}
     *
     * <p>A service that leaves since the bundle of its user stops, too, is used until then: a user that ends its calls in
     * flight when it is deactivated can do so, in whichever order the components of the bundle are.
     *
     * @param context of the user
     */
    public static <T> Lease<T> follow(BundleContext context, Class<T> type, String name, SwapTimeout timeout) {
        Lease<T> lease = new Lease<>(name, timeout);
        lease.tracker = new ServiceTracker<>(context, type, null) {
            @Override
            public T addingService(ServiceReference<T> reference) {
                T service = super.addingService(reference);
                if (service != null) {
                    lease.offer(service);
                }
                return service;
            }

            @Override
            public void removedService(ServiceReference<T> reference, T service) {
                if (isOfBundleThatStops(context, reference)) {
                    return;
                }
                int inFlight = lease.withdraw(service, DrainTime.nanos(context));
                if (inFlight > 0) {
                    LOG.warn("The {} leaves with {} calls in flight", name, inFlight);
                }
                super.removedService(reference, service);
            }
        };
        lease.tracker.open();
        return lease;
    }

    private static boolean isOfBundleThatStops(BundleContext context, ServiceReference<?> reference) {
        try {
            Bundle user = context.getBundle();
            return user.equals(reference.getBundle()) && user.getState() == Bundle.STOPPING;
        } catch (IllegalStateException stopped) {
            return false;
        }
    }

    /** The service is there: from now on callers get it. */
    public void offer(T service) {
        lock.lock();
        try {
            offers.add(new Offer<>(service));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The service leaves: nobody else gets it, and this call waits until nobody uses it.
     *
     * @param drainNanos how long to wait at most
     * @return the number of callers that still use it, 0 when there are none
     */
    public int withdraw(T service, long drainNanos) {
        lock.lock();
        try {
            Offer<T> leaving = null;
            for (Offer<T> offer : offers) {
                if (offer.service == service) {
                    leaving = offer;
                }
            }
            if (leaving == null) {
                return 0;
            }
            offers.remove(leaving);
            leaving.leaving = true;
            long left = drainNanos;
            while (leaving.users > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            return leaving.users;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * From now on nobody waits for a service that is absent, since the user of the service leaves. Calls in flight still get
     * one that is there.
     */
    public void stopWaiting() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The user of the service has left: it has no calls in flight any more. */
    public void end() {
        stopWaiting();
        if (tracker != null) {
            tracker.close();
        }
    }

    /** {@return whether no service is there now} */
    public boolean isAbsent() {
        lock.lock();
        try {
            return offers.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Uses the service, waiting for it if need be.
     *
     * @throws ServiceAbsentException when it does not come in time
     */
    public <R> R use(Use<T, R> use) throws IOException {
        try (Held held = take()) {
            UsesInFlight.begin(() -> held.offer.leaving);
            try {
                return use.apply(held.service());
            } finally {
                UsesInFlight.end();
            }
        }
    }

    /**
     * {@return the service, waiting for it if need be; it does not wait for this caller when it leaves}
     *
     * @throws ServiceAbsentException when it does not come in time
     */
    public T service() throws ServiceAbsentException {
        try (Held held = take()) {
            return held.service();
        }
    }

    /**
     * Takes the service for a use that ends with {@link Held#close}, waiting for it if need be.
     *
     * @throws ServiceAbsentException when it does not come in time, or when something that leaves waits for this thread
     */
    public Held take() throws ServiceAbsentException {
        lock.lock();
        try {
            long end = System.nanoTime() + timeout.nanos();
            while (offers.isEmpty()) {
                long left = end - System.nanoTime();
                if (left <= 0 || ended || UsesInFlight.isAnyLeaving()) {
                    throw new ServiceAbsentException(name);
                }
                // A service that this thread uses may begin to leave at any moment.
                changed.awaitNanos(Math.min(left, LOOK_NANOS));
            }
            Offer<T> newest = offers.get(offers.size() - 1);
            newest.users++;
            return new Held(newest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceAbsentException(name);
        } finally {
            lock.unlock();
        }
    }
}
