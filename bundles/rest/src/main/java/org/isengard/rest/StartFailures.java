package org.isengard.rest;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;

/**
 * Why bundles did not start: the framework tells only who started them, and that one logs it. So the log is listened to.
 *
 * <p>Threading: called by the log and by the framework on threads of theirs.
 */
@Component(service = StartFailures.class)
public final class StartFailures implements LogListener, BundleListener {
    private final Map<Long, String> reasons = new ConcurrentHashMap<>();
    private final BundleContext context;

    @Activate
    public StartFailures(BundleContext context) {
        this.context = context;
        context.addBundleListener(this);
    }

    @Deactivate
    void stop() {
        context.removeBundleListener(this);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addLog(LogReaderService log) {
        log.addLogListener(this);
    }

    void removeLog(LogReaderService log) {
        log.removeLogListener(this);
    }

    @Override
    public void logged(LogEntry entry) {
        Throwable thrown = entry.getException();
        String message = thrown == null ? null : thrown.getMessage();
        if (message == null || message.indexOf('[') < 0) {
            return;
        }
        for (Bundle bundle : context.getBundles()) {
            // As the framework writes it: "Activator start error in bundle NAME [NUMBER]."
            if (bundle.getState() != Bundle.ACTIVE
                    && message.contains(bundle.getSymbolicName() + " [" + bundle.getBundleId() + "]")) {
                Throwable cause = thrown;
                while (cause.getCause() != null) {
                    cause = cause.getCause();
                }
                reasons.put(bundle.getBundleId(), cause == thrown ? message : cause.toString());
            }
        }
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.STARTED || event.getType() == BundleEvent.UNINSTALLED) {
            reasons.remove(event.getBundle().getBundleId());
        }
    }

    Optional<String> reason(Bundle bundle) {
        return Optional.ofNullable(reasons.get(bundle.getBundleId()));
    }
}
