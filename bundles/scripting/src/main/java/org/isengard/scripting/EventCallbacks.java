package org.isengard.scripting;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.event.ResourceListener;
import org.isengard.api.index.Change;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.Resource;
import org.isengard.api.job.JobListener;
import org.isengard.api.job.JobStatus;
import org.isengard.api.storage.DicomFiles;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells scripts of resources and jobs. What was committed while this feature or another was swapped is told too, by the
 * changes log: each change has a number, and a gap is filled from there.
 *
 * <p>Threading: listeners only queue; what a callback is given is read on the thread of its Lua, when its turn has come.
 */
@Component(service = {ResourceListener.class, JobListener.class})
public final class EventCallbacks implements ResourceListener, JobListener {
    private static final Logger LOG = LoggerFactory.getLogger(EventCallbacks.class);
    /** System property: the last change that scripts were told of, while this component is swapped. */
    private static final String LAST = "isengard.scripting.change";

    private static final int PAGE = 1000;
    private static final long CATCH_UP_MILLIS = 500;

    private final ScriptHost host;
    private final Index index;
    private final DicomFiles files;
    private long last = -1;

    @Activate
    public EventCallbacks(@Reference ScriptHost host, @Reference Index index, @Reference DicomFiles files) {
        this.host = host;
        this.index = index;
        this.files = files;
        String before = System.clearProperty(LAST);
        if (before != null) {
            last = Long.parseLong(before);
            // What came between the last listener and this one, if no further change makes the gap seen.
            CompletableFuture.delayedExecutor(CATCH_UP_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> fillGap(Long.MAX_VALUE));
        }
    }

    @Deactivate
    synchronized void stop() {
        if (last >= 0) {
            System.setProperty(LAST, Long.toString(last));
        }
    }

    @Override
    public synchronized void changed(Change change) {
        if (last >= 0 && change.seq() > last + 1) {
            fillGap(change.seq());
        }
        if (change.seq() > last) {
            last = change.seq();
            tell(change);
        }
    }

    /** Tells what the log has before a number. */
    private synchronized void fillGap(long end) {
        try {
            while (true) {
                List<Change> missed =
                        index.changes(last, end, PAGE, Set.of(), false).items();
                for (Change change : missed) {
                    if (change.seq() > last && change.seq() < end) {
                        last = change.seq();
                        tell(change);
                    }
                }
                if (missed.size() < PAGE) {
                    return;
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("The changes since {} cannot be read, scripts do not hear of them", last, e);
        }
    }

    private void tell(Change change) {
        String id = change.id();
        String level = change.level().label();
        switch (change.type()) {
            case "NewInstance" -> host.event(Callbacks.STORED_INSTANCE, "sjjj", id, () -> stored(id));
            case "StablePatient", "StableStudy", "StableSeries" ->
                host.event("On" + change.type(), "sjj", id, () -> stable(change.level(), id));
            case "UpdatedAttachment", "UpdatedMetadata" ->
                host.event("OnUpdated" + level, "s", id, () -> new Object[] {id});
            case "Deleted" -> host.event("OnDeleted" + level, "s", id, () -> new Object[] {id});
            default -> {
                // NewPatient and the like have no callback.
            }
        }
    }

    private Object[] stored(String id) {
        Map<String, MetadataValue> metadata = index.metadata(ResourceLevel.INSTANCE, id);
        try {
            return new Object[] {
                id,
                CallbackArguments.tags(files.dataset(id), files.dictionary()),
                CallbackArguments.metadata(metadata),
                CallbackArguments.origin(metadata)
            };
        } catch (IsengardException e) {
            if (e.error() == ErrorCode.UNKNOWN_RESOURCE || e.error() == ErrorCode.INEXISTENT_FILE) {
                return null;
            }
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Object[] stable(ResourceLevel level, String id) {
        Optional<Resource> resource = index.get(level, id, Set.of(FindRequest.Part.TAGS, FindRequest.Part.METADATA));
        return resource.map(found -> new Object[] {
                    id,
                    CallbackArguments.mainTags(found.tags().getOrDefault(level, Map.of()), files.dictionary()),
                    CallbackArguments.metadata(found.metadata())
                })
                .orElse(null);
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
