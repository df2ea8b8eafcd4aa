package org.isengard.jobs;

import java.time.Duration;
import org.isengard.api.job.JobControl;

/** The engine as one run of a job sees it; without effect once the run is over. Used by the thread of the job alone. */
final class RunControl implements JobControl {
    private static final Duration SAVE_EVERY = Duration.ofSeconds(2);

    private final JobRuns runs;
    private final Entry entry;
    private final int run;
    private long saved = System.nanoTime();

    RunControl(JobRuns runs, Entry entry, int run) {
        this.runs = runs;
        this.entry = entry;
        this.run = run;
    }

    @Override
    public String id() {
        return entry.id;
    }

    @Override
    public void progress(double fraction) {
        entry.progress = Math.max(0, Math.min(1, fraction));
    }

    @Override
    public void checkpoint() {
        runs.checkpoint(entry, run);
        if (System.nanoTime() - saved > SAVE_EVERY.toNanos()) {
            save();
        }
    }

    @Override
    public void save() {
        runs.save(entry, run);
        saved = System.nanoTime();
    }
}
