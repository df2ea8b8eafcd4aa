package org.isengard.jobs;

import java.util.Map;
import java.util.TreeMap;
import org.isengard.api.job.JobState;
import org.isengard.api.job.JobStatus;
import org.isengard.api.monitor.MetricSink;
import org.isengard.api.monitor.MetricSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Counts jobs that ended since the start, and those that are there by type and state. */
@Component(service = MetricSource.class)
public final class JobMetrics implements MetricSource {
    private final DurableJobEngine engine;

    @Activate
    public JobMetrics(@Reference DurableJobEngine engine) {
        this.engine = engine;
    }

    @Override
    public void report(MetricSink sink) {
        Map<String, Map<JobState, Integer>> there = new TreeMap<>();
        int pending = 0;
        int running = 0;
        for (String id : engine.ids()) {
            JobStatus job = engine.status(id).orElse(null);
            if (job == null) {
                continue;
            }
            pending += job.state() == JobState.PENDING ? 1 : 0;
            running += job.state() == JobState.RUNNING ? 1 : 0;
            there.computeIfAbsent(job.type(), t -> new TreeMap<>()).merge(job.state(), 1, Integer::sum);
        }
        EndedJobs ended = engine.ended();
        long success = ended.sum(JobState.SUCCESS);
        long failed = ended.sum(JobState.FAILURE);
        sink.gauge("orthanc_jobs_pending", "Jobs that wait for their turn", pending);
        sink.gauge("orthanc_jobs_running", "Jobs that run", running);
        sink.gauge("orthanc_jobs_total_completed", "Jobs that ended since the start", success + failed);
        sink.gauge("orthanc_jobs_total_success", "Jobs that succeeded since the start", success);
        sink.gauge("orthanc_jobs_total_failed", "Jobs that failed since the start", failed);
        there.forEach((type, states) -> states.forEach((state, count) -> sink.gauge(
                "isengard_jobs",
                "Jobs in the history by type and state",
                count,
                "type",
                type,
                "state",
                state.label())));
        ended.counts()
                .forEach((kind, count) -> sink.counter(
                        "isengard_jobs_ended_total",
                        "Jobs that ended since the start by type and state",
                        count.sum(),
                        "type",
                        kind.type(),
                        "state",
                        kind.state().label()));
    }
}
