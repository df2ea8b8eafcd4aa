package org.isengard.shell;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/**
 * A command that uses services of the server. Karaf takes all commands of a bundle away while one of them lacks a service
 * that it references; this class looks for services when the command runs, and waits for one that is being swapped.
 */
abstract class ServerCommand implements Action {
    private static final long WAIT_MILLIS = 30_000;

    @Reference
    private BundleContext context;

    @Reference
    private Session session;

    private final List<ServiceTracker<?, ?>> used = new ArrayList<>();

    /** Does the command's work. */
    abstract void run() throws Exception;

    @Override
    public final Object execute() throws Exception {
        try {
            run();
            return null;
        } finally {
            used.forEach(ServiceTracker::close);
        }
    }

    final Session session() {
        return session;
    }

    /**
     * {@return a service of the server, for as long as the command runs}
     *
     * @throws IllegalStateException when it does not come within 30 s
     */
    final <T> T service(Class<T> type) throws InterruptedException {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        used.add(tracker);
        T service = tracker.waitForService(WAIT_MILLIS);
        if (service == null) {
            throw new IllegalStateException("The service " + type.getSimpleName() + " is being updated, try again");
        }
        return service;
    }
}
