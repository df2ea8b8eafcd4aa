package org.isengard.rest.kit.audit;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.isengard.api.security.AuditLog;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of features to the audit ({@code Authorization.EnableAuditLogs}). No feature waits or fails because of it: while the
 * feature security is swapped, events are kept in memory and written when it is back.
 *
 * <p>Threading: any thread calls any method.
 */
@Component(
        service = AuditTrail.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class AuditTrail {
    @interface Config {
        String Authorization();
    }

    /** One that records nothing. */
    public static final AuditTrail OFF = new AuditTrail(false);

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    /** Events that are kept at most; a swap takes seconds. */
    private static final int MOST_KEPT = 100_000;

    private final boolean enabled;
    /** The write lock for a change of the log: it waits for the events that are being written. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    private final Deque<AuditLog.Event> kept = new ArrayDeque<>();
    private AuditLog log;

    @Activate
    public AuditTrail(Config config) throws IOException {
        this("true"
                .equalsIgnoreCase(Json.MAPPER
                        .readTree(config.Authorization())
                        .path("EnableAuditLogs")
                        .asText()));
    }

    AuditTrail(boolean enabled) {
        this.enabled = enabled;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindLog(AuditLog service) {
        lock.writeLock().lock();
        try {
            log = service;
            while (!kept.isEmpty()) {
                write(kept.poll());
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    void unbindLog(AuditLog service) {
        lock.writeLock().lock();
        try {
            if (log == service) {
                log = null;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** {@return whether events are recorded: a feature asks before it looks something up for an event} */
    public boolean isEnabled() {
        return enabled;
    }

    /** {@return the event with PatientID and StudyInstanceUID of its resource, where they can be had now} */
    public AuditLog.Event identified(AuditLog.Event event) {
        lock.readLock().lock();
        try {
            return log == null ? event : log.identified(event);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Records an event, where events are recorded. */
    public void record(AuditLog.Event event) {
        if (!enabled) {
            return;
        }
        lock.readLock().lock();
        try {
            if (log != null) {
                write(event);
                return;
            }
        } finally {
            lock.readLock().unlock();
        }
        keep(event);
    }

    private void keep(AuditLog.Event event) {
        lock.writeLock().lock();
        try {
            if (log != null) {
                write(event);
            } else if (kept.size() < MOST_KEPT) {
                kept.add(event);
            } else {
                LOG.error("The audit is not there: {} of {} is not recorded", event.action(), event.user());
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void write(AuditLog.Event event) {
        try {
            log.record(event);
        } catch (RuntimeException e) {
            LOG.error("{} of {} is not recorded", event.action(), event.user(), e);
        }
    }
}
