package org.isengard.runtime.swap;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of a kind that come and go, such as listeners. Each one is got from the framework when it is used for the
 * first time, not when it comes: a listener may itself refer to the component that it listens to, and the framework
 * refuses such a cycle while that component is being activated.
 *
 * <p>Threading: any thread calls any method. The framework activates a service on the thread that asks for it first, and
 * no lock of this class is held meanwhile.
 *
 * @param <T> the service
 */
public final class LazyServices<T> {
    private static final Logger LOG = LoggerFactory.getLogger(LazyServices.class);

    private static final class Entry<T> {
        private volatile T service;
        private volatile boolean reported;
    }

    private final Class<T> type;
    private final Class<?> owner;
    /** Lowest ranking first, as Declarative Services orders lists. */
    private final Map<ServiceReference<T>, Entry<T>> references = new ConcurrentSkipListMap<>();

    private final List<T> own = new CopyOnWriteArrayList<>();

    /**
     * @param type of the services, for messages
     * @param owner class of the bundle that uses the services
     */
    public LazyServices(Class<T> type, Class<?> owner) {
        this.type = type;
        this.owner = owner;
    }

    /** A service is registered; nobody has asked for it yet. */
    public void add(ServiceReference<T> reference) {
        references.put(reference, new Entry<>());
    }

    /** Adds an object that is no service. */
    public void add(T service) {
        own.add(service);
    }

    /**
     * A service leaves.
     *
     * @return the service, if it was ever used
     */
    public Optional<T> remove(ServiceReference<T> reference) {
        Entry<T> entry = references.remove(reference);
        if (entry == null || entry.service == null) {
            return Optional.empty();
        }
        unget(reference);
        return Optional.of(entry.service);
    }

    public boolean contains(ServiceReference<T> reference) {
        return references.containsKey(reference);
    }

    public boolean isEmpty() {
        return references.isEmpty() && own.isEmpty();
    }

    /** {@return the services that can be had now; the log names each other one once} */
    public List<T> all() {
        if (references.isEmpty()) {
            return own;
        }
        List<T> services = new ArrayList<>(own);
        for (ServiceReference<T> reference : references.keySet()) {
            get(reference).ifPresent(services::add);
        }
        return services;
    }

    /** {@return a service that {@link #add(ServiceReference)} added; empty when it has left or cannot be activated} */
    public Optional<T> get(ServiceReference<T> reference) {
        Entry<T> entry = references.get(reference);
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.service == null) {
            T service = ask(reference);
            if (service == null) {
                if (!entry.reported && references.containsKey(reference)) {
                    entry.reported = true;
                    LOG.warn(
                            "The {} of {} cannot be used: it does not activate",
                            type.getSimpleName(),
                            bundle(reference));
                }
                return Optional.empty();
            }
            entry.service = service;
            if (!references.containsKey(reference)) {
                // The service left while this thread asked for it, and remove() did not see it.
                unget(reference);
                return Optional.empty();
            }
        }
        return Optional.of(entry.service);
    }

    private T ask(ServiceReference<T> reference) {
        try {
            return context().getService(reference);
        } catch (IllegalStateException e) {
            LOG.debug("The bundle of {} stops", owner.getName(), e);
            return null;
        }
    }

    private void unget(ServiceReference<T> reference) {
        try {
            context().ungetService(reference);
        } catch (IllegalStateException e) {
            LOG.debug("The bundle of {} has stopped and holds no services", owner.getName(), e);
        }
    }

    private BundleContext context() {
        BundleContext context = FrameworkUtil.getBundle(owner).getBundleContext();
        if (context == null) {
            throw new IllegalStateException("The bundle is not started");
        }
        return context;
    }

    private static String bundle(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        return bundle == null ? "a bundle that has left" : bundle.getSymbolicName();
    }
}
