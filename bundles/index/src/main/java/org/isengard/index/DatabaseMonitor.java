package org.isengard.index;

import org.isengard.api.ResourceLevel;
import org.isengard.api.monitor.CallTimer;
import org.isengard.api.monitor.HealthCheck;
import org.isengard.api.monitor.MetricSink;
import org.isengard.api.monitor.MetricSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Asks the database a small question, and tells whether it answered and how long that took. */
@Component(service = {HealthCheck.class, MetricSource.class})
public final class DatabaseMonitor implements HealthCheck, MetricSource {
    /** No resource has this identifier. */
    private static final String NOBODY = "isengard-health";

    private final SqlIndex index;
    private final CallTimer questions = new CallTimer();

    @Activate
    public DatabaseMonitor(@Reference SqlIndex index) {
        this.index = index;
    }

    @Override
    public String name() {
        return "database";
    }

    @Override
    public void check() {
        long start = System.nanoTime();
        index.exists(ResourceLevel.PATIENT, NOBODY);
        questions.endedSince(start);
    }

    @Override
    public void report(MetricSink sink) {
        boolean up = true;
        try {
            check();
        } catch (RuntimeException e) {
            up = false;
        }
        sink.gauge("isengard_database_up", "Whether the database answers", up ? 1 : 0);
        questions.reportSlowest(sink, "isengard_database_answer_ms", "Answer of the database to a small question");
    }
}
