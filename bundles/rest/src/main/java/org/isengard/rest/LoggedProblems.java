package org.isengard.rest;

import java.util.concurrent.atomic.LongAdder;
import org.isengard.api.monitor.MetricSink;
import org.isengard.api.monitor.MetricSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;

/** Counts the errors and warnings in the log since this feature started. */
@Component(service = MetricSource.class)
public final class LoggedProblems implements MetricSource, LogListener {
    private final LogReaderService log;
    private final LongAdder errors = new LongAdder();
    private final LongAdder warnings = new LongAdder();

    @Activate
    public LoggedProblems(@Reference LogReaderService log) {
        this.log = log;
        log.addLogListener(this);
    }

    @Deactivate
    void stop() {
        log.removeLogListener(this);
    }

    @Override
    @SuppressWarnings("deprecation")
    public void logged(LogEntry entry) {
        // The numbers of levels are in every version of the log service, their names in the newer ones only.
        int level = entry.getLevel();
        if (level == org.osgi.service.log.LogService.LOG_ERROR) {
            errors.increment();
        } else if (level == org.osgi.service.log.LogService.LOG_WARNING) {
            warnings.increment();
        }
    }

    @Override
    public void report(MetricSink sink) {
        sink.gauge("orthanc_logged_errors_count", "Errors in the log since the start", errors.sum());
        sink.gauge("orthanc_logged_warnings_count", "Warnings in the log since the start", warnings.sum());
    }
}
