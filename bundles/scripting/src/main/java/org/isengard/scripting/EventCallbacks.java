package org.isengard.scripting;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.isengard.api.event.ResourceListener;
import org.isengard.api.index.Change;
import org.isengard.api.index.Index;
import org.isengard.api.job.JobListener;
import org.isengard.api.job.JobStatus;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells scripts of resources and jobs. What was committed while this feature or another was swapped, or left untold when
 * the server ended, is told too, by the changes log: each change has a number, and a gap is filled from there. Deletions
 * and jobs are in no log: they are told only while somebody listens. Where several servers share the index, a gap is what
 * the others did.
 *
 * <p>Threading: listeners only queue; what a callback is given is read on the thread of its Lua, when its turn has come.
 */
@Component(service = {ResourceListener.class, JobListener.class})
public final class EventCallbacks implements ResourceListener, JobListener {
    private static final Logger LOG = LoggerFactory.getLogger(EventCallbacks.class);
    private static final int PAGE = 1000;
    private static final long CATCH_UP_MILLIS = 500;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss");
    private static final String IDENTIFIER = "DatabaseServerIdentifier";

    private final ScriptHost host;
    private final Index index;
    private long last;
    private boolean stopped;

    @Activate
    public EventCallbacks(@Reference ScriptHost host, @Reference Index index) {
        this.host = host;
        this.index = index;
        long logged = index.lastChange().map(Change::seq).orElse(0L);
        last = host.position()
                .begin(
                        index.globalProperty(IDENTIFIER).orElse(""),
                        logged,
                        host.isIndexShared() ? () -> logged : () -> lastUntil(serverStart(), index));
        if (!host.position().isNew() || last < logged) {
            catchUpSoon();
        }
    }

    /** {@return the second in which the virtual machine started, as the changes log writes it} */
    private static String serverStart() {
        long millis = ManagementFactory.getRuntimeMXBean().getStartTime();
        return DATE.format(LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneId.systemDefault()));
    }

    /** {@return the last change of the log from a second or before it, 0 if there is none} */
    static long lastUntil(String second, Index index) {
        long end = Long.MAX_VALUE;
        while (true) {
            List<Change> page = index.changes(0, end, PAGE, Set.of(), true).items();
            for (Change change : page) {
                if (change.date().compareTo(second) <= 0) {
                    return change.seq();
                }
                end = change.seq() - 1;
            }
            if (page.size() < PAGE) {
                return 0;
            }
        }
    }

    /** Changes from before this listener, or that could not be read, follow when the next change shows the gap, or then. */
    private void catchUpSoon() {
        if (!host.isIndexShared()) {
            CompletableFuture.delayedExecutor(CATCH_UP_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> fillGap(Long.MAX_VALUE));
        }
    }

    @Deactivate
    synchronized void stop() {
        stopped = true;
    }

    @Override
    public synchronized void changed(Change change) {
        last = Math.min(last, host.position().before(change.seq()));
        if (change.seq() <= last + 1 || host.isIndexShared() || fillGap(change.seq())) {
            tellOnce(change);
        }
    }

    private void tellOnce(Change change) {
        if (!stopped && change.seq() > last) {
            last = change.seq();
            host.position().queue(last);
            tell(change);
        }
    }

    /** Tells what the log has before a number; {@return whether it could be read} */
    private synchronized boolean fillGap(long end) {
        try {
            while (!stopped) {
                List<Change> missed =
                        index.changes(last, end, PAGE, Set.of(), false).items();
                for (Change change : missed) {
                    if (change.seq() < end) {
                        tellOnce(change);
                    }
                }
                if (missed.size() < PAGE) {
                    return true;
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("The changes since {} cannot be read, scripts hear of them later", last, e);
            catchUpSoon();
        }
        return false;
    }

    private void tell(Change change) {
        String id = change.id();
        String level = change.level().label();
        switch (change.type()) {
            case "NewInstance" ->
                tell(
                        change,
                        Callbacks.STORED_INSTANCE,
                        "sjjj",
                        () -> host.arguments().stored(id));
            case "StablePatient", "StableStudy", "StableSeries" ->
                tell(change, "On" + change.type(), "sjj", () -> host.arguments().stable(change.level(), id));
            case "UpdatedAttachment", "UpdatedMetadata" ->
                tell(change, "OnUpdated" + level, "s", () -> new Object[] {id});
            case "Deleted" -> tell(change, "OnDeleted" + level, "s", () -> new Object[] {id});
            default -> // NewPatient and the like have no callback.
                tell(change, "", "", () -> null);
        }
    }

    private void tell(Change change, String name, String kinds, ScriptHost.Arguments arguments) {
        host.change(change, name, kinds, arguments);
    }

    @Override
    public void changed(JobStatus job) {
        String name = switch (job.state()) {
            case PENDING -> Callbacks.JOB_SUBMITTED;
            case SUCCESS -> Callbacks.JOB_SUCCESS;
            case FAILURE -> Callbacks.JOB_FAILURE;
            default -> "";
        };
        if (!name.isEmpty()) {
            host.event(name, "s", job.id(), () -> new Object[] {job.id()});
        }
    }
}
