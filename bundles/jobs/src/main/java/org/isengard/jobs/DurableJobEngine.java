package org.isengard.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobEngine;
import org.isengard.api.job.JobListener;
import org.isengard.api.job.JobOutput;
import org.isengard.api.job.JobRequest;
import org.isengard.api.job.JobState;
import org.isengard.api.job.JobStatus;
import org.isengard.api.job.JobType;
import org.isengard.api.security.Identity;
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
 * Takes jobs and tells of them; {@link JobRuns} runs them and keeps them on disk. A job that was running when the server died
 * is pending again at the next start, from the state it saved last. A cancelled job gives its place free at once, even if its
 * thread is stuck. A job that waits for another one gives its place to others meanwhile.
 *
 * <p>Threading: {@link JobRuns} is the lock that guards all entries.
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

    private final JobFiles files;
    private final JobTable table;
    private final JobRuns runs;
    private final LazyServices<JobListener> listeners;
    private final LazyServices<JobType> types;

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
        runs = new JobRuns(table, files, listeners);
        // Last: types come on other threads from now on.
        this.types = types.apply(runs);
    }

    private static Path directory(Config config) {
        return Directories.of(config.isengard_workdir(), config.StorageDirectory(), config.IndexDirectory())
                .index()
                .resolve("jobs");
    }

    @Deactivate
    void stop() throws InterruptedException {
        runs.stop();
        types.close();
        listeners.close();
        for (Entry entry : List.copyOf(table.all())) {
            synchronized (entry.file) {
                LOG.trace("No thread writes the file of job {}", entry.id);
            }
        }
    }

    /** A type that is no service. */
    void addType(JobType type) {
        runs.added(type, () -> true);
    }

    void removeType(JobType type) {
        runs.removed(type);
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
        synchronized (runs) {
            runs.requireOpen();
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
            synchronized (runs) {
                runs.requireOpen();
                table.put(entry);
                status = entry.status(captured.content());
                runs.dispatch();
            }
        } catch (IsengardException e) {
            files.delete(entry.id);
            throw e;
        }
        runs.store();
        runs.tell(status);
        return entry;
    }

    @Override
    public ObjectNode execute(Job job, JobRequest request) {
        Entry entry = add(job, request);
        synchronized (runs) {
            Entry waiting = table.running(Thread.currentThread());
            int run = waiting == null ? 0 : waiting.run;
            if (waiting != null) {
                table.lend(waiting, entry.id);
                runs.dispatch();
            }
            try {
                while (!entry.settled && !runs.isClosed()) {
                    runs.wait();
                }
                while (table.mustWait(waiting, run) && !runs.isClosed()) {
                    runs.wait();
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
    public List<String> ids() {
        synchronized (runs) {
            return table.ids().stream().filter(id -> asked(id) != null).toList();
        }
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
        synchronized (runs) {
            entry = asked(id);
            job = entry == null ? null : entry.job;
        }
        if (entry == null) {
            return Optional.empty();
        }
        ObjectNode content = job == null ? null : job.content();
        synchronized (runs) {
            return Optional.of(entry.status(content == null ? entry.savedContent : content));
        }
    }

    @Override
    public boolean pause(String id) {
        synchronized (runs) {
            Entry entry = asked(id);
            if (entry == null) {
                return false;
            }
            table.pause(entry);
        }
        runs.store();
        return true;
    }

    @Override
    public boolean resume(String id) {
        synchronized (runs) {
            Entry entry = asked(id);
            if (entry == null || !table.resume(entry)) {
                return false;
            }
            runs.dispatch();
        }
        runs.store();
        return true;
    }

    @Override
    public boolean cancel(String id) {
        Job job;
        synchronized (runs) {
            Entry entry = asked(id);
            job = entry == null ? null : entry.job;
        }
        Entry.Captured captured = Entry.Captured.of(job);
        JobStatus status;
        synchronized (runs) {
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
            status = runs.end(entry, ErrorCode.CANCELED_JOB, "");
        }
        runs.store();
        runs.tell(status);
        return true;
    }

    @Override
    public boolean resubmit(String id) {
        Entry entry;
        Job old;
        JsonNode state;
        synchronized (runs) {
            entry = asked(id);
            if (entry == null || entry.state != JobState.FAILURE) {
                return false;
            }
            old = entry.job;
            // Another object, since the thread of a cancelled run may still be at work in the old one.
            state = runs.hasType(entry.type) ? entry.savedState : null;
        }
        Job job = state == null ? old : runs.restored(entry);
        if (job == null) {
            throw new IsengardException(ErrorCode.BAD_SEQUENCE_OF_CALLS, "The type of the job is not there");
        }
        job.reset();
        Entry.Captured captured = Entry.Captured.of(job);
        synchronized (runs) {
            if (entry.state != JobState.FAILURE || !table.contains(entry)) {
                return false;
            }
            entry.job = job;
            entry.take(captured);
            table.restart(entry);
            runs.dispatch();
        }
        runs.store();
        return true;
    }

    @Override
    public boolean delete(String id) {
        synchronized (runs) {
            Entry entry = asked(id);
            if (entry == null || !entry.state.isFinal()) {
                return false;
            }
            table.forget(entry);
        }
        runs.store();
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
        synchronized (runs) {
            Entry entry = asked(id);
            if (entry != null && entry.job == job) {
                entry.take(captured);
                table.changed(entry);
            }
        }
        runs.store();
        return true;
    }

    /** {@return a job brought back to memory; null when it, or its type, is not there} */
    private Job revived(String id) {
        Entry entry;
        synchronized (runs) {
            entry = asked(id);
            if (entry == null || entry.job != null) {
                return entry == null ? null : entry.job;
            }
        }
        Job job = runs.restored(entry);
        synchronized (runs) {
            if (entry.job == null) {
                entry.job = job;
            }
            return entry.job;
        }
    }

    EndedJobs ended() {
        return runs.ended();
    }
}
