package org.isengard.jobs;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.isengard.api.job.JobState;
import org.isengard.api.job.JobStatus;

/**
 * Counts the jobs that ended since the start. The engine counts them itself: a listener of jobs that references the engine
 * is a cycle of components, which Declarative Services resolves in some orders of activation only.
 *
 * <p>Threading: any thread.
 */
final class EndedJobs {
    /** Jobs of one type that ended in one state. */
    record Kind(String type, JobState state) {}

    private final Map<Kind, LongAdder> counts = new ConcurrentHashMap<>();

    void count(JobStatus job) {
        if (job.state() == JobState.SUCCESS || job.state() == JobState.FAILURE) {
            counts.computeIfAbsent(new Kind(job.type(), job.state()), kind -> new LongAdder())
                    .increment();
        }
    }

    Map<Kind, LongAdder> counts() {
        return counts;
    }

    long sum(JobState state) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().state() == state)
                .mapToLong(entry -> entry.getValue().sum())
                .sum();
    }
}
