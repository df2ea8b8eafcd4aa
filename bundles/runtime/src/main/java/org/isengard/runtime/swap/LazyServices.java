package org.isengard.runtime.swap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of a type that come and go, such as listeners. Each one is got from the framework on a thread of its own
 * soon after it comes, or by the first use if that is earlier, and never on the thread that activates the component that uses
 * it: a listener may itself refer to that component, and the framework refuses such a cycle.
 *
 * <p>Threading: any thread calls any method. The framework activates a service on the thread that asks for it first, and
 * no lock of this class is held meanwhile.
 *
 * @param <T> the service
 */
public final class LazyServices<T> implements AutoCloseable {
    /** Is told of each service. */
    public interface Follower<T> {
        /**
         * A service can be used; called on the thread that got it.
         *
         * @param isHere whether the service has not left meanwhile
         */
        void added(T service, BooleanSupplier isHere);

        /** A service leaves that {@link #added} was called with, or is about to be; called before it is gone. */
        void removed(T service);
    }

    /**
     * A service that is there.
     *
     * @param bundle symbolic name of the bundle that registered it
     */
    public record Registered<T>(String bundle, T service) {}

    private static final class Entry<T> {
        private final ServiceReference<T> reference;
        private T service;
        private boolean gone;
        private boolean reported;

        Entry(ServiceReference<T> reference, T service) {
            this.reference = reference;
            this.service = service;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(LazyServices.class);
    private static final long RETRY_MILLIS = 1_000;

    /** Null for objects that are no services. */
    private final BundleContext context;

    private final ServiceTracker<T, Entry<T>> tracker;
    /** Lowest ranking first, as Declarative Services orders lists. */
    private final List<Entry<T>> entries = new CopyOnWriteArrayList<>();

    private LazyServices(BundleContext context, Class<T> type, Follower<T> follower) {
        this.context = context;
        tracker = context == null ? null : new ServiceTracker<>(context, type, new Customizer(type, follower));
    }

    /** {@return all services of a type, until {@link #close}} */
    public static <T> LazyServices<T> open(BundleContext context, Class<T> type) {
        return open(context, type, null);
    }

    /**
     * {@return all services of a type, until {@link #close}}
     *
     * @param follower is told of each; null where callers ask with {@link #all} alone
     */
    public static <T> LazyServices<T> open(BundleContext context, Class<T> type, Follower<T> follower) {
        LazyServices<T> services = new LazyServices<>(context, type, follower);
        services.tracker.open();
        return services;
    }

    /** {@return none; {@link #add} adds objects that are no services} */
    public static <T> LazyServices<T> none() {
        return new LazyServices<>(null, null, null);
    }

    /** Adds an object that is no service. */
    public void add(T service) {
        entries.add(new Entry<>(null, service));
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** {@return the services that can be had now; the log names each other one once} */
    public List<T> all() {
        if (entries.isEmpty()) {
            return List.of();
        }
        List<T> services = new ArrayList<>(entries.size());
        for (Entry<T> entry : entries) {
            get(entry).ifPresent(services::add);
        }
        return services;
    }

    /**
     * {@return all services, for a caller that must not go on without one of them, such as a filter that protects}
     *
     * @throws IsengardException SERVICE_UNAVAILABLE when one does not activate
     */
    public List<T> required() {
        return requiredByBundle().stream().map(Registered::service).toList();
    }

    /**
     * {@return all services as {@link #required}, with the bundles that registered them}
     *
     * @throws IsengardException SERVICE_UNAVAILABLE when one does not activate
     */
    public List<Registered<T>> requiredByBundle() {
        List<Registered<T>> services = new ArrayList<>(entries.size());
        for (Entry<T> entry : entries) {
            String bundle = bundle(entry.reference);
            Optional<T> service = get(entry);
            if (service.isEmpty() && isHere(entry)) {
                throw new IsengardException(
                        ErrorCode.SERVICE_UNAVAILABLE,
                        "A service of " + bundle(entry.reference) + " is needed and does not activate");
            }
            service.ifPresent(present -> services.add(new Registered<>(bundle, present)));
        }
        return services;
    }

    private static boolean isHere(Entry<?> entry) {
        synchronized (entry) {
            return !entry.gone;
        }
    }

    private Optional<T> get(Entry<T> entry) {
        synchronized (entry) {
            if (entry.service != null || entry.gone) {
                return Optional.ofNullable(entry.service);
            }
        }
        T got = ask(entry.reference);
        synchronized (entry) {
            if (got != null && entry.service == null && !entry.gone) {
                entry.service = got;
            } else if (got != null) {
                // Another thread was faster, or the service has left.
                unget(entry.reference);
            } else if (!entry.gone && !entry.reported) {
                entry.reported = true;
                LOG.warn("A service of {} cannot be used: it does not activate", bundle(entry.reference));
            }
            return Optional.ofNullable(entry.service);
        }
    }

    private T ask(ServiceReference<T> reference) {
        try {
            return context.getService(reference);
        } catch (IllegalStateException e) {
            LOG.debug("The bundle that uses the services stops", e);
            return null;
        }
    }

    private void unget(ServiceReference<T> reference) {
        try {
            context.ungetService(reference);
        } catch (IllegalStateException e) {
            LOG.debug("The bundle that used the services has stopped and holds none", e);
        }
    }

    private static String bundle(ServiceReference<?> reference) {
        if (reference == null) {
            return "an object that is no service";
        }
        Bundle bundle = reference.getBundle();
        return bundle == null ? "a bundle that has left" : bundle.getSymbolicName();
    }

    @Override
    public void close() {
        if (tracker != null) {
            tracker.close();
        }
    }

    /** Notes what comes and goes; asks for nothing on the threads that register services. */
    private final class Customizer implements ServiceTrackerCustomizer<T, Entry<T>> {
        private final Class<T> type;
        private final Follower<T> follower;

        Customizer(Class<T> type, Follower<T> follower) {
            this.type = type;
            this.follower = follower;
        }

        @Override
        public Entry<T> addingService(ServiceReference<T> reference) {
            Entry<T> entry = new Entry<>(reference, null);
            synchronized (this) {
                int place = 0;
                while (place < entries.size() && entries.get(place).reference.compareTo(reference) < 0) {
                    place++;
                }
                entries.add(place, entry);
            }
            // A listener works from the start, not from the first event on: it may have to catch up with earlier
            // events.
            Thread thread = new Thread(() -> activate(entry), "isengard-get-" + type.getSimpleName());
            thread.setDaemon(true);
            thread.start();
            return entry;
        }

        /** A follower does not ask, so this thread asks again until the service activates. */
        private void activate(Entry<T> entry) {
            Optional<T> service = get(entry);
            while (follower != null && service.isEmpty() && waitWhileHere(entry)) {
                service = get(entry);
            }
            if (follower != null && service.isPresent()) {
                follower.added(service.get(), () -> isHere(entry));
            }
        }

        private boolean waitWhileHere(Entry<T> entry) {
            synchronized (entry) {
                try {
                    if (!entry.gone) {
                        entry.wait(RETRY_MILLIS);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
                return !entry.gone;
            }
        }

        @Override
        public void modifiedService(ServiceReference<T> reference, Entry<T> entry) {
            // The place in the list stays: a ranking that changes is that of a service that is registered anew.
        }

        @Override
        public void removedService(ServiceReference<T> reference, Entry<T> entry) {
            entries.remove(entry);
            T service;
            synchronized (entry) {
                entry.gone = true;
                entry.notifyAll();
                service = entry.service;
                entry.service = null;
            }
            if (service != null) {
                if (follower != null) {
                    follower.removed(service);
                }
                unget(reference);
            }
        }
    }
}
