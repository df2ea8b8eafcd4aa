package org.isengard.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
import org.isengard.rest.kit.ErrorAnswer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs and keeps them on disk. A job that was running when the server died is pending again at the next start, from
 * the state it saved last.
 *
 * <p>Threading: one lock ({@code this}) guards all entries; jobs run outside of it, each on a thread of its own. A
 * cancelled job gives its place free at once, even if its thread is stuck: the thread is interrupted and abandoned, and
 * whatever it reports later is not heard. Jobs that wait to be tried again are waked by one timer thread.
 */
@Component(
        service = JobEngine.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DurableJobEngine implements JobEngine {
    @interface Config {
        /** 0 for the number of processors. */
        int ConcurrentJobs() default 2;

        int JobsHistorySize() default 10;

        boolean SaveJobs() default true;

        String StorageDirectory() default "OrthancStorage";

        String IndexDirectory() default "";

        String isengard_workdir() default ".";
    }

    private static final Logger LOG = LoggerFactory.getLogger(DurableJobEngine.class);
    private static final long LEAVE_MILLIS = 20_000;
    private static final Comparator<Entry> BEST = Comparator.<Entry>comparingInt(entry -> entry.priority)
            .thenComparing(entry -> entry.order, Comparator.reverseOrder());

    private final int places;
    private final int history;
    private final JobFiles files;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, JobType> types = new HashMap<>();
    private final List<JobListener> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "isengard-job-retry");
        thread.setDaemon(true);
        return thread;
    });
    private long lastOrder;
    private int running;
    private boolean closed;

    @Activate
    public DurableJobEngine(Config config) throws IOException {
        this(config.ConcurrentJobs(), config.JobsHistorySize(), config.SaveJobs() ? directory(config) : null);
    }

    DurableJobEngine(int concurrent, int history, Path directory) throws IOException {
        places = concurrent > 0 ? concurrent : Runtime.getRuntime().availableProcessors();
        this.history = Math.max(0, history);
        files = new JobFiles(directory);
        for (Entry entry : files.load()) {
            entries.put(entry.id, entry);
            lastOrder = Math.max(lastOrder, entry.order);
        }
    }

    private static Path directory(Config config) {
        String parent = config.IndexDirectory().isEmpty() ? config.StorageDirectory() : config.IndexDirectory();
        return Path.of(config.isengard_workdir()).resolve(parent).resolve("jobs");
    }

    @Deactivate
    void stop() throws InterruptedException {
        timer.shutdownNow();
        synchronized (this) {
            closed = true;
            entries.values().stream()
                    .filter(entry -> entry.state == JobState.RUNNING && entry.wish == Entry.Wish.NONE)
                    .forEach(entry -> entry.wish = Entry.Wish.PARK);
            awaitIdle(null);
            notifyAll();
        }
    }

    /** Waits a bounded time until no job of a type runs (of any, for null). */
    private void awaitIdle(String type) throws InterruptedException {
        long end = System.currentTimeMillis() + LEAVE_MILLIS;
        while (entries.values().stream()
                .anyMatch(entry -> entry.thread != null && (type == null || entry.type.equals(type)))) {
            long left = end - System.currentTimeMillis();
            if (left <= 0) {
                LOG.warn("Jobs do not come to a checkpoint, they are left behind");
                return;
            }
            wait(left);
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    synchronized void addType(JobType type) {
        types.put(type.name(), type);
        // What was submitted while the type was away may stand on services that have left: made anew from its state.
        for (Entry entry : entries.values()) {
            if (entry.type.equals(type.name()) && entry.thread == null && entry.savedState != null) {
                entry.capture();
                entry.job = null;
            }
        }
        dispatch();
    }

    synchronized void removeType(JobType type) throws InterruptedException {
        if (!types.remove(type.name(), type)) {
            return;
        }
        for (Entry entry : entries.values()) {
            if (entry.type.equals(type.name()) && entry.state == JobState.RUNNING && entry.wish == Entry.Wish.NONE) {
                entry.wish = Entry.Wish.PARK;
            }
        }
        awaitIdle(type.name());
        for (Entry entry : entries.values()) {
            if (entry.type.equals(type.name()) && entry.job != null) {
                entry.capture();
                files.save(entry);
                entry.job = null;
            }
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(JobListener listener) {
        listeners.add(listener);
    }

    void removeListener(JobListener listener) {
        listeners.remove(listener);
    }

    @Override
    public String submit(Job job, JobRequest request) {
        Entry entry;
        JobStatus status;
        synchronized (this) {
            if (closed) {
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The job engine is leaving");
            }
            entry = new Entry(
                    UUID.randomUUID().toString(),
                    job.type(),
                    request.priority(),
                    request.userData(),
                    Instant.now(),
                    ++lastOrder);
            entry.job = job;
            entry.capture();
            files.write(entry);
            entries.put(entry.id, entry);
            status = entry.status();
            dispatch();
        }
        tell(status);
        return entry.id;
    }

    @Override
    public ObjectNode execute(Job job, JobRequest request) {
        String id = submit(job, request);
        synchronized (this) {
            Entry entry = entries.get(id);
            try {
                while (entry != null && !entry.state.isFinal() && !closed) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The server stops", e);
            }
            if (entry == null || !entry.state.isFinal()) {
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The job goes on after a restart");
            }
            if (entry.state == JobState.FAILURE) {
                throw entry.thrown != null ? entry.thrown : new IsengardException(entry.error, entry.details);
            }
            return entry.status().content();
        }
    }

    @Override
    public synchronized List<String> ids() {
        return List.copyOf(entries.keySet());
    }

    @Override
    public synchronized Optional<JobStatus> status(String id) {
        return Optional.ofNullable(entries.get(id)).map(Entry::status);
    }

    @Override
    public synchronized boolean pause(String id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return false;
        }
        if (entry.state == JobState.PENDING || entry.state == JobState.RETRY) {
            entry.state = JobState.PAUSED;
            files.save(entry);
        } else if (entry.state == JobState.RUNNING && entry.wish == Entry.Wish.NONE) {
            entry.wish = Entry.Wish.PAUSE;
        }
        return true;
    }

    @Override
    public synchronized boolean resume(String id) {
        Entry entry = entries.get(id);
        if (entry == null || entry.state != JobState.PAUSED) {
            return false;
        }
        entry.state = JobState.PENDING;
        files.save(entry);
        dispatch();
        return true;
    }

    @Override
    public boolean cancel(String id) {
        JobStatus status;
        synchronized (this) {
            Entry entry = entries.get(id);
            if (entry == null || entry.state.isFinal()) {
                return entry != null;
            }
            if (entry.state == JobState.RUNNING) {
                entry.wish = Entry.Wish.CANCEL;
                entry.thread.interrupt();
            }
            status = end(entry, ErrorCode.CANCELED_JOB, "");
        }
        tell(status);
        return true;
    }

    @Override
    public synchronized boolean resubmit(String id) {
        Entry entry = entries.get(id);
        if (entry == null || entry.state != JobState.FAILURE) {
            return false;
        }
        // Another object, since the thread of a cancelled run may still be at work in the old one.
        Job old = entry.job;
        entry.job = entry.savedState != null && types.containsKey(entry.type) ? null : old;
        try {
            if (!revive(entry)) {
                throw new IsengardException(ErrorCode.BAD_SEQUENCE_OF_CALLS, "The type of the job is not there");
            }
            entry.job.reset();
        } catch (IsengardException e) {
            entry.job = old;
            throw e;
        }
        entry.state = JobState.PENDING;
        entry.error = null;
        entry.thrown = null;
        entry.details = "";
        entry.completed = null;
        entry.progress = 0;
        entry.runtime = Duration.ZERO;
        files.save(entry);
        dispatch();
        return true;
    }

    @Override
    public synchronized boolean delete(String id) {
        Entry entry = entries.get(id);
        if (entry == null || !entry.state.isFinal()) {
            return false;
        }
        forget(entry);
        return true;
    }

    @Override
    public synchronized Optional<JobOutput> output(String id, String key) {
        Entry entry = entries.get(id);
        return entry != null && revive(entry) ? entry.job.output(key) : Optional.empty();
    }

    @Override
    public synchronized boolean deleteOutput(String id, String key) {
        Entry entry = entries.get(id);
        return entry != null && revive(entry) && entry.job.deleteOutput(key);
    }

    /** Brings a saved job back to memory; false when its type is not there or does not understand it. */
    private boolean revive(Entry entry) {
        if (entry.job != null) {
            return true;
        }
        JobType type = types.get(entry.type);
        if (type == null || entry.savedState == null) {
            return false;
        }
        try {
            entry.job = type.restore(entry.savedState);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.error("Job {} of type {} cannot go on", entry.id, entry.type, e);
            if (!entry.state.isFinal()) {
                entry.thrown = ErrorAnswer.translate(e);
                end(entry, ErrorAnswer.translate(e).error(), String.valueOf(e.getMessage()));
            }
            return false;
        }
    }

    /** Starts the best pending jobs while there are free places. Called with the lock held. */
    private void dispatch() {
        while (!closed && running < places) {
            Optional<Entry> next = entries.values().stream()
                    .filter(entry -> entry.state == JobState.PENDING && types.containsKey(entry.type))
                    .max(BEST);
            if (next.isEmpty()) {
                return;
            }
            Entry entry = next.get();
            if (entry.job == null && entry.savedState == null) {
                end(entry, ErrorCode.BAD_SEQUENCE_OF_CALLS, "A job of this type does not survive a restart");
            } else if (revive(entry)) {
                start(entry);
            }
        }
    }

    private void start(Entry entry) {
        running++;
        int run = ++entry.run;
        entry.state = JobState.RUNNING;
        entry.wish = Entry.Wish.NONE;
        entry.started = Instant.now();
        entry.error = null;
        entry.details = "";
        entry.thread = new Thread(() -> work(entry, run), "isengard-job-" + entry.type);
        entry.thread.setDaemon(true);
        entry.thread.start();
    }

    private void work(Entry entry, int run) {
        Job job = entry.job;
        RuntimeException thrown = null;
        boolean stopped = false;
        JobRetry retry = null;
        try {
            job.run(new RunControl(this, entry, run));
        } catch (JobStopped e) {
            stopped = true;
        } catch (JobRetry e) {
            retry = e;
            LOG.info("Job {} of type {} is tried again in {}: {}", entry.id, entry.type, e.delay(), e.getMessage());
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            thrown = ErrorAnswer.translate(e);
            LOG.info("Job {} of type {} failed", entry.id, entry.type, e);
        }
        JobStatus status = null;
        synchronized (this) {
            if (entry.run != run || entry.state != JobState.RUNNING) {
                notifyAll();
                return;
            }
            if ((stopped || retry != null) && entry.wish == Entry.Wish.PAUSE) {
                release(entry, JobState.PAUSED);
            } else if (stopped
                    || retry != null && entry.wish != Entry.Wish.NONE
                    || thrown != null && entry.wish == Entry.Wish.PARK) {
                // What fails while its type leaves may have lost what it stands on: it is tried again with the new one.
                release(entry, JobState.PENDING);
            } else if (retry != null) {
                entry.error = retry.error().error();
                entry.details = retry.error().details();
                release(entry, JobState.RETRY);
                wakeLater(entry, run, retry.delay());
            } else if (thrown == null) {
                status = end(entry, null, "");
            } else {
                entry.thrown = thrown;
                IsengardException error = (IsengardException) thrown;
                status = end(entry, error.error(), error.details());
            }
            dispatch();
        }
        if (status != null) {
            tell(status);
        }
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
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void release(Entry entry, JobState state) {
        leave(entry);
        entry.state = state;
        entry.capture();
        files.save(entry);
        notifyAll();
    }

    /** Gives the place of a running job free. */
    private void leave(Entry entry) {
        if (entry.thread != null) {
            running--;
            entry.thread = null;
            entry.runtime = entry.runtime.plus(Duration.between(entry.started, Instant.now()));
            entry.started = null;
        }
    }

    /** Ends a job, with success when there is no error. Called with the lock held. */
    private JobStatus end(Entry entry, ErrorCode error, String details) {
        leave(entry);
        entry.run++;
        entry.state = error == null ? JobState.SUCCESS : JobState.FAILURE;
        entry.error = error;
        entry.details = details;
        entry.completed = Instant.now();
        entry.capture();
        files.save(entry);
        JobStatus status = entry.status();
        List<Entry> ended = entries.values().stream()
                .filter(other -> other.state.isFinal())
                .sorted(Comparator.comparing((Entry other) -> other.completed))
                .toList();
        ended.subList(0, Math.max(0, ended.size() - history)).forEach(this::forget);
        notifyAll();
        dispatch();
        return status;
    }

    private void forget(Entry entry) {
        entries.remove(entry.id);
        if (revive(entry)) {
            entry.job.discard();
        }
        files.delete(entry.id);
    }

    private void tell(JobStatus status) {
        for (JobListener listener : listeners) {
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
    synchronized void save(Entry entry, int run) {
        if (entry.run != run) {
            throw new JobStopped();
        }
        entry.capture();
        files.write(entry);
    }
}
