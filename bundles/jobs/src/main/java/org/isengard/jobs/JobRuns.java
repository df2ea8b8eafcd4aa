package org.isengard.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobListener;
import org.isengard.api.job.JobRetry;
import org.isengard.api.job.JobState;
import org.isengard.api.job.JobStatus;
import org.isengard.api.job.JobStopped;
import org.isengard.api.job.JobType;
import org.isengard.api.security.Identity;
import org.isengard.rest.kit.ErrorAnswer;
import org.isengard.runtime.swap.LazyServices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of jobs: starts those that are due, ends them, and stores what changed.
 *
 * <p>Threading: this object is the lock that guards all entries, also for {@link DurableJobEngine}. Jobs run outside of it,
 * each on a thread of its own; nothing is written to disk and no code of a job is called while it is held, so that a slow job
 * or disk delays no other. Each method changes {@link JobTable} under the lock and stores what changed after it has left the
 * lock. The engine interrupts and abandons the thread of a cancelled job, and what it reports later is ignored. One timer
 * thread wakes jobs that wait to be tried again.
 */
final class JobRuns implements LazyServices.Follower<JobType> {
    private static final Logger LOG = LoggerFactory.getLogger(JobRuns.class);
    private static final long LEAVE_MILLIS = 20_000;

    private final JobTable table;
    private final JobFiles files;
    private final LazyServices<JobListener> listeners;
    private final Map<String, JobType> types = new HashMap<>();
    private final EndedJobs ended = new EndedJobs();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "isengard-job-retry");
        thread.setDaemon(true);
        return thread;
    });
    private boolean closed;

    JobRuns(JobTable table, JobFiles files, LazyServices<JobListener> listeners) {
        this.table = table;
        this.files = files;
        this.listeners = listeners;
    }

    /** {@return whether no job starts any more} Called with the lock held. */
    boolean isClosed() {
        return closed;
    }

    /** Called with the lock held. */
    boolean hasType(String name) {
        return types.containsKey(name);
    }

    synchronized void requireOpen() {
        if (closed) {
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The job engine is leaving");
        }
    }

    /** Lets no job start, waits a bounded time until those that run come to a checkpoint, and stores all. */
    void stop() throws InterruptedException {
        timer.shutdownNow();
        synchronized (this) {
            closed = true;
            notifyAll();
            table.all().stream()
                    .filter(entry -> entry.state == JobState.RUNNING && entry.wish == Entry.Wish.NONE)
                    .forEach(entry -> entry.wish = Entry.Wish.PARK);
            awaitIdle(null);
            notifyAll();
        }
        store();
    }

    /** Waits a bounded time until no job of a type runs (of any, for null). */
    private void awaitIdle(String type) throws InterruptedException {
        long end = System.currentTimeMillis() + LEAVE_MILLIS;
        while (table.all().stream()
                .anyMatch(entry -> entry.thread != null && (type == null || entry.type.equals(type)))) {
            long left = end - System.currentTimeMillis();
            if (left <= 0) {
                LOG.warn("Jobs do not come to a checkpoint, they are left behind");
                return;
            }
            wait(left);
        }
    }

    @Override
    public void added(JobType type, BooleanSupplier isHere) {
        String name = type.name();
        synchronized (this) {
            if (!isHere.getAsBoolean()) {
                return;
            }
            types.put(name, type);
            // Jobs that were submitted without their type may use services that have left: they are made anew.
            table.all().stream()
                    .filter(entry -> entry.type.equals(name) && entry.thread == null && entry.savedState != null)
                    .forEach(entry -> entry.job = null);
            dispatch();
        }
        store();
    }

    private void removeType(JobType type) throws InterruptedException {
        synchronized (this) {
            if (!types.remove(type.name(), type)) {
                return;
            }
            for (Entry entry : table.all()) {
                if (entry.type.equals(type.name())
                        && entry.state == JobState.RUNNING
                        && entry.wish == Entry.Wish.NONE) {
                    entry.wish = Entry.Wish.PARK;
                }
            }
            awaitIdle(type.name());
            table.all().stream().filter(entry -> entry.type.equals(type.name())).forEach(entry -> entry.job = null);
        }
        store();
    }

    @Override
    public void removed(JobType type) {
        try {
            removeType(type);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return a job made from its saved state; null when its type is not there or does not understand it} */
    Job restored(Entry entry) {
        JobType type;
        JsonNode state;
        synchronized (this) {
            type = types.get(entry.type);
            state = entry.savedState;
        }
        if (type == null || state == null) {
            return null;
        }
        try {
            return type.restore(state);
        } catch (IOException | RuntimeException e) {
            LOG.error("Job {} of type {} cannot go on", entry.id, entry.type, e);
            synchronized (this) {
                entry.thrown = ErrorAnswer.translate(e);
            }
            return null;
        }
    }

    /** Starts the best pending jobs while there are free places. Called with the lock held. */
    void dispatch() {
        Optional<Entry> next = closed ? Optional.empty() : table.next(types::containsKey);
        while (next.isPresent()) {
            Entry entry = next.get();
            if (entry.job == null && entry.savedState == null) {
                end(entry, ErrorCode.BAD_SEQUENCE_OF_CALLS, "A job of this type does not survive a restart");
            } else {
                start(entry);
            }
            next = table.next(types::containsKey);
        }
    }

    private void start(Entry entry) {
        int run = entry.run + 1;
        Thread thread = new Thread(() -> work(entry, run), "isengard-job-" + entry.type);
        thread.setDaemon(true);
        table.start(entry, thread, Instant.now());
        thread.start();
    }

    private void work(Entry entry, int run) {
        RuntimeException thrown = null;
        boolean stopped = false;
        JobRetry retry = null;
        Entry.Captured captured = null;
        Identity.Bound bound = entry.owner.bind();
        try {
            Job job = taken(entry, run);
            try {
                job.run(new RunControl(this, entry, run));
            } finally {
                captured = Entry.Captured.of(job);
            }
        } catch (JobStopped e) {
            stopped = true;
        } catch (JobRetry e) {
            retry = e;
            LOG.info("Job {} of type {} is tried again in {}: {}", entry.id, entry.type, e.delay(), e.getMessage());
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            thrown = ErrorAnswer.translate(e);
            LOG.info("Job {} of type {} failed", entry.id, entry.type, e);
        } finally {
            bound.close();
        }
        JobStatus status = null;
        synchronized (this) {
            if (entry.run != run || entry.state != JobState.RUNNING) {
                notifyAll();
                return;
            }
            entry.take(captured);
            if ((stopped || retry != null) && entry.wish == Entry.Wish.PAUSE) {
                release(entry, JobState.PAUSED);
            } else if (stopped
                    || retry != null && entry.wish != Entry.Wish.NONE
                    || thrown != null && entry.wish == Entry.Wish.PARK) {
                // A job that fails while its type leaves may have lost a service: it runs again with the new type.
                release(entry, JobState.PENDING);
            } else if (retry != null) {
                entry.error = retry.error().error();
                entry.details = retry.error().details();
                entry.dimseStatus = retry.error().dimseStatus();
                release(entry, JobState.RETRY);
                wakeLater(entry, run, retry.delay());
            } else if (thrown == null) {
                status = end(entry, null, "");
            } else {
                entry.thrown = thrown;
                IsengardException error = (IsengardException) thrown;
                entry.dimseStatus = error.dimseStatus();
                status = end(entry, error.error(), error.details());
            }
            dispatch();
        }
        store();
        if (status != null) {
            tell(status);
        }
    }

    /** {@return the job of an entry, made from its saved state if need be} */
    private Job taken(Entry entry, int run) {
        Job job = entry.job;
        if (job == null) {
            job = restored(entry);
            synchronized (this) {
                if (entry.run != run) {
                    throw new JobStopped();
                }
                if (job == null && !types.containsKey(entry.type)) {
                    // Its type has left meanwhile: it waits for the next one.
                    throw new JobStopped();
                }
                if (job == null) {
                    throw entry.thrown != null
                            ? entry.thrown
                            : new IsengardException(ErrorCode.BAD_SEQUENCE_OF_CALLS, "The job cannot go on");
                }
                entry.job = job;
            }
        }
        return job;
    }

    private void wakeLater(Entry entry, int run, Duration delay) {
        timer.schedule(
                () -> {
                    synchronized (this) {
                        if (entry.state == JobState.RETRY && entry.run == run) {
                            entry.state = JobState.PENDING;
                            dispatch();
                        }
                    }
                    store();
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void release(Entry entry, JobState state) {
        table.release(entry, state, Instant.now());
        notifyAll();
    }

    /** Ends a job, with success when there is no error. Called with the lock held. */
    JobStatus end(Entry entry, ErrorCode error, String details) {
        table.end(entry, error, details, Instant.now());
        notifyAll();
        dispatch();
        return entry.status(entry.savedContent);
    }

    /** Stores all that changed. Called without the lock; whoever comes while another thread stores waits for it. */
    void store() {
        List<Entry> changed;
        synchronized (this) {
            changed = table.unsaved();
        }
        changed.forEach(this::store);
    }

    private void store(Entry entry) {
        synchronized (entry.file) {
            ObjectNode row;
            boolean kept;
            synchronized (this) {
                if (!table.takeUnsaved(entry)) {
                    return;
                }
                kept = table.contains(entry);
                row = entry.toRow();
            }
            if (kept) {
                files.save(entry.id, row);
            } else {
                files.delete(entry.id);
                Job job = entry.job == null ? restored(entry) : entry.job;
                if (job != null) {
                    job.discard();
                }
            }
            synchronized (this) {
                entry.settled = entry.state.isFinal();
                notifyAll();
            }
        }
    }

    EndedJobs ended() {
        return ended;
    }

    void tell(JobStatus status) {
        ended.count(status);
        for (JobListener listener : listeners.all()) {
            try {
                listener.changed(status);
            } catch (RuntimeException e) {
                LOG.error("A listener of jobs failed", e);
            }
        }
    }

    /** @throws JobStopped when this run of the job shall end */
    synchronized void checkpoint(Entry entry, int run) {
        if (entry.run != run || entry.wish != Entry.Wish.NONE) {
            throw new JobStopped();
        }
    }

    /** @throws JobStopped when this run of the job is over already */
    void save(Entry entry, int run) {
        Entry.Captured captured = Entry.Captured.of(entry.job);
        synchronized (entry.file) {
            ObjectNode row;
            synchronized (this) {
                if (entry.run != run) {
                    throw new JobStopped();
                }
                entry.take(captured);
                row = entry.toRow();
            }
            files.write(entry.id, row);
        }
    }
}
