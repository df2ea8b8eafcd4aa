package org.isengard.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobListener;
import org.isengard.api.job.JobOutput;
import org.isengard.api.job.JobRequest;
import org.isengard.api.job.JobRetry;
import org.isengard.api.job.JobState;
import org.isengard.api.job.JobStatus;
import org.isengard.api.job.JobStopped;
import org.isengard.api.job.JobType;
import org.isengard.api.security.Identity;
import org.isengard.rest.kit.ErrorAnswer;
import org.isengard.runtime.options.Directories;
import org.isengard.runtime.swap.LazyServices;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs and keeps them on disk. A job that was running when the server died is pending again at the next start, from
 * the state it saved last.
 *
 * <p>Threading: one lock ({@code this}) guards all entries. Jobs run outside of it, each on a thread of its own; nothing
 * is written to disk and no code of a job is called while it is held, so that a slow job or disk delays no other. Each
 * method changes {@link JobTable} under the lock and stores what changed after it has left the lock. A
 * cancelled job gives its place free at once, even if its thread is stuck: the engine interrupts and abandons the
 * thread, and ignores what it reports later. A job that waits for another one gives its place to others meanwhile. One
 * timer thread wakes jobs that wait to be tried again.
 */
@Component(
        service = {JobEngine.class, DurableJobEngine.class},
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DurableJobEngine implements JobEngine {
    @interface Config {
        /** 0 for the number of processors. */
        int ConcurrentJobs();

        int JobsHistorySize();

        boolean SaveJobs();

        String StorageDirectory();

        String IndexDirectory();

        String isengard_workdir() default ".";
    }

    private static final Logger LOG = LoggerFactory.getLogger(DurableJobEngine.class);
    private static final long LEAVE_MILLIS = 20_000;

    private final JobFiles files;
    private final JobTable table;
    private final Map<String, JobType> types = new HashMap<>();
    private final EndedJobs ended = new EndedJobs();
    private final LazyServices<JobListener> listeners;
    /** Fills {@link #types}. */
    private final LazyServices<JobType> typeServices;

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "isengard-job-retry");
        thread.setDaemon(true);
        return thread;
    });
    private boolean closed;

    @Activate
    public DurableJobEngine(Config config, BundleContext context) throws IOException {
        this(
                config.ConcurrentJobs(),
                config.JobsHistorySize(),
                config.SaveJobs() ? directory(config) : null,
                LazyServices.open(context, JobListener.class),
                follower -> LazyServices.open(context, JobType.class, follower));
    }

    DurableJobEngine(int concurrent, int history, Path directory) throws IOException {
        this(concurrent, history, directory, LazyServices.none(), follower -> LazyServices.none());
    }

    private DurableJobEngine(
            int concurrent,
            int history,
            Path directory,
            LazyServices<JobListener> listeners,
            Function<LazyServices.Follower<JobType>, LazyServices<JobType>> types)
            throws IOException {
        int places = concurrent > 0 ? concurrent : Runtime.getRuntime().availableProcessors();
        table = new JobTable(places, Math.max(0, history));
        files = new JobFiles(directory);
        files.load().forEach(table::put);
        this.listeners = listeners;
        // Last: types come on other threads from now on.
        typeServices = types.apply(new LazyServices.Follower<>() {
            @Override
            public void added(JobType type, BooleanSupplier isHere) {
                addType(type, isHere);
            }

            @Override
            public void removed(JobType type) {
                removeTypeOfLeaving(type);
            }
        });
    }

    private void removeTypeOfLeaving(JobType type) {
        try {
            removeType(type);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path directory(Config config) {
        return Directories.of(config.isengard_workdir(), config.StorageDirectory(), config.IndexDirectory())
                .index()
                .resolve("jobs");
    }

    @Deactivate
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
        typeServices.close();
        listeners.close();
        for (Entry entry : List.copyOf(table.all())) {
            synchronized (entry.file) {
                LOG.trace("No thread writes the file of job {}", entry.id);
            }
        }
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

    /** A type that is no service. */
    void addType(JobType type) {
        addType(type, () -> true);
    }

    private void addType(JobType type, BooleanSupplier isHere) {
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

    void removeType(JobType type) throws InterruptedException {
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

    void addListener(JobListener listener) {
        listeners.add(listener);
    }

    @Override
    public String submit(Job job, JobRequest request) {
        return add(job, request).id;
    }

    private Entry add(Job job, JobRequest request) {
        Entry.Captured captured = Entry.Captured.of(job);
        Entry entry;
        ObjectNode row;
        synchronized (this) {
            requireOpen();
            entry = new Entry(
                    UUID.randomUUID().toString(),
                    job.type(),
                    request.priority(),
                    request.userData(),
                    Instant.now(),
                    table.nextOrder(),
                    Identity.current());
            entry.job = job;
            entry.take(captured);
            row = entry.toRow();
        }
        files.write(entry.id, row);
        JobStatus status;
        try {
            synchronized (this) {
                requireOpen();
                table.put(entry);
                status = entry.status(captured.content());
                dispatch();
            }
        } catch (IsengardException e) {
            files.delete(entry.id);
            throw e;
        }
        store();
        tell(status);
        return entry;
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The job engine is leaving");
        }
    }

    @Override
    public ObjectNode execute(Job job, JobRequest request) {
        Entry entry = add(job, request);
        synchronized (this) {
            Entry waiting = table.running(Thread.currentThread());
            int run = waiting == null ? 0 : waiting.run;
            if (waiting != null) {
                table.lend(waiting, entry.id);
                dispatch();
            }
            try {
                while (!entry.settled && !closed) {
                    wait();
                }
                while (table.mustWait(waiting, run) && !closed) {
                    wait();
                }
                table.occupy(waiting, run);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                table.occupy(waiting, run);
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The server stops", e);
            }
            if (!entry.state.isFinal()) {
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The job goes on after a restart");
            }
            if (entry.state == JobState.FAILURE) {
                throw entry.thrown != null ? entry.thrown : new IsengardException(entry.error, entry.details);
            }
            return entry.savedContent;
        }
    }

    @Override
    public synchronized List<String> ids() {
        return table.ids().stream().filter(id -> asked(id) != null).toList();
    }

    /** {@return a job that the caller may see, null for none; called with the lock held} */
    private Entry asked(String id) {
        Entry entry = table.get(id);
        return entry != null && entry.isForCaller() ? entry : null;
    }

    @Override
    public Optional<JobStatus> status(String id) {
        Entry entry;
        Job job;
        synchronized (this) {
            entry = asked(id);
            job = entry == null ? null : entry.job;
        }
        if (entry == null) {
            return Optional.empty();
        }
        ObjectNode content = job == null ? null : job.content();
        synchronized (this) {
            return Optional.of(entry.status(content == null ? entry.savedContent : content));
        }
    }

    @Override
    public boolean pause(String id) {
        synchronized (this) {
            Entry entry = asked(id);
            if (entry == null) {
                return false;
            }
            table.pause(entry);
        }
        store();
        return true;
    }

    @Override
    public boolean resume(String id) {
        synchronized (this) {
            Entry entry = asked(id);
            if (entry == null || !table.resume(entry)) {
                return false;
            }
            dispatch();
        }
        store();
        return true;
    }

    @Override
    public boolean cancel(String id) {
        Job job;
        synchronized (this) {
            Entry entry = asked(id);
            job = entry == null ? null : entry.job;
        }
        Entry.Captured captured = Entry.Captured.of(job);
        JobStatus status;
        synchronized (this) {
            Entry entry = asked(id);
            if (entry == null || entry.state.isFinal()) {
                return entry != null;
            }
            if (entry.state == JobState.RUNNING) {
                entry.wish = Entry.Wish.CANCEL;
                entry.thread.interrupt();
            }
            entry.take(captured);
            entry.dimseStatus = OptionalInt.empty();
            status = end(entry, ErrorCode.CANCELED_JOB, "");
        }
        store();
        tell(status);
        return true;
    }

    @Override
    public boolean resubmit(String id) {
        Entry entry;
        Job old;
        JsonNode state;
        synchronized (this) {
            entry = asked(id);
            if (entry == null || entry.state != JobState.FAILURE) {
                return false;
            }
            old = entry.job;
            // Another object, since the thread of a cancelled run may still be at work in the old one.
            state = types.containsKey(entry.type) ? entry.savedState : null;
        }
        Job job = state == null ? old : restored(entry);
        if (job == null) {
            throw new IsengardException(ErrorCode.BAD_SEQUENCE_OF_CALLS, "The type of the job is not there");
        }
        job.reset();
        Entry.Captured captured = Entry.Captured.of(job);
        synchronized (this) {
            if (entry.state != JobState.FAILURE || !table.contains(entry)) {
                return false;
            }
            entry.job = job;
            entry.take(captured);
            table.restart(entry);
            dispatch();
        }
        store();
        return true;
    }

    @Override
    public boolean delete(String id) {
        synchronized (this) {
            Entry entry = asked(id);
            if (entry == null || !entry.state.isFinal()) {
                return false;
            }
            table.forget(entry);
        }
        store();
        return true;
    }

    @Override
    public Optional<JobOutput> output(String id, String key) {
        Job job = revived(id);
        return job == null ? Optional.empty() : job.output(key);
    }

    @Override
    public boolean deleteOutput(String id, String key) {
        Job job = revived(id);
        if (job == null || !job.deleteOutput(key)) {
            return false;
        }
        Entry.Captured captured = Entry.Captured.of(job);
        synchronized (this) {
            Entry entry = asked(id);
            if (entry != null && entry.job == job) {
                entry.take(captured);
                table.changed(entry);
            }
        }
        store();
        return true;
    }

    /** {@return a job brought back to memory; null when it, or its type, is not there} */
    private Job revived(String id) {
        Entry entry;
        synchronized (this) {
            entry = asked(id);
            if (entry == null || entry.job != null) {
                return entry == null ? null : entry.job;
            }
        }
        Job job = restored(entry);
        synchronized (this) {
            if (entry.job == null) {
                entry.job = job;
            }
            return entry.job;
        }
    }

    /** {@return a job made from its saved state; null when its type is not there or does not understand it} */
    private Job restored(Entry entry) {
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
    private void dispatch() {
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
    private JobStatus end(Entry entry, ErrorCode error, String details) {
        table.end(entry, error, details, Instant.now());
        notifyAll();
        dispatch();
        return entry.status(entry.savedContent);
    }

    /** Stores all that changed. Called without the lock; whoever comes while another thread stores waits for it. */
    private void store() {
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

    private void tell(JobStatus status) {
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
