package org.isengard.networking.scu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.isengard.dicom.net.DicomClient;
import org.isengard.networking.remote.ServerConfiguration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Associations for C-STORE that nobody uses at the moment: they stay open for {@code DicomAssociationCloseDelay} seconds,
 * at most one for each modality, so that the next instance need not negotiate again. Who opens another association with
 * the modality has it closed first, since some modalities have only one.
 *
 * <p>Threads: one that closes what is not used again.
 */
@Component(
        service = IdleAssociations.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class IdleAssociations {
    public @interface Config {
        /** In seconds; 0 closes at once. */
        int DicomAssociationCloseDelay();
    }

    /** Towards whom, and as whom. */
    record Target(String host, int port, String calledAet, String localAet, boolean tls) {
        static Target of(Modality modality, String localAet) {
            return new Target(modality.host(), modality.port(), modality.aet(), localAet, modality.tls());
        }

        private boolean isSameServer(Modality modality) {
            return host.equals(modality.host()) && port == modality.port();
        }
    }

    /** An open association and what was proposed on it. */
    record Idle(DicomClient client, Set<InstanceSender.Kind> proposed) {
        Idle {
            proposed = Set.copyOf(proposed);
        }
    }

    private final int delay;
    private final Map<Target, Idle> idle = new HashMap<>();
    private final ScheduledThreadPoolExecutor closing;
    private boolean stopped;

    @Activate
    public IdleAssociations(Config config) {
        delay = Math.max(0, config.DicomAssociationCloseDelay());
        closing = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "dicom-idle-associations");
            thread.setDaemon(true);
            return thread;
        });
        closing.setKeepAliveTime(10, TimeUnit.SECONDS);
        closing.allowCoreThreadTimeOut(true);
        closing.setRemoveOnCancelPolicy(true);
    }

    @Deactivate
    void stop() {
        List<Idle> left;
        synchronized (this) {
            stopped = true;
            left = new ArrayList<>(idle.values());
            idle.clear();
        }
        closing.shutdownNow();
        left.forEach(one -> one.client().close());
    }

    /** Leaves an association for others, or closes it. */
    void park(Target target, Idle association) {
        Idle former = association;
        synchronized (this) {
            if (delay > 0 && !stopped && !association.client().association().isEnded()) {
                former = idle.put(target, association);
                closing.schedule(() -> closeIfIdle(target, association), delay, TimeUnit.SECONDS);
            }
        }
        if (former != null) {
            former.client().close();
        }
    }

    private void closeIfIdle(Target target, Idle association) {
        synchronized (this) {
            if (!idle.remove(target, association)) {
                return;
            }
        }
        association.client().close();
    }

    /** {@return an association that is open, or null} */
    synchronized Idle take(Target target) {
        return idle.remove(target);
    }

    /** Closes what is open with a modality and not in use, before another association is opened with it. */
    void close(Modality modality) {
        List<Idle> closed = new ArrayList<>();
        synchronized (this) {
            idle.entrySet().removeIf(entry -> {
                boolean same = entry.getKey().isSameServer(modality);
                if (same) {
                    closed.add(entry.getValue());
                }
                return same;
            });
        }
        closed.forEach(one -> one.client().close());
    }
}
