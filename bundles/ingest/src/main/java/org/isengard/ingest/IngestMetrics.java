package org.isengard.ingest;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.isengard.api.ingest.Source;
import org.isengard.api.monitor.CallTimer;
import org.isengard.api.monitor.MetricSink;
import org.isengard.api.monitor.MetricSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Counts received instances by origin and outcome, refusals among them. */
@Component(service = {MetricSource.class, IngestMetrics.class})
public final class IngestMetrics implements MetricSource {
    /** The outcome of what was refused, by a fault of the file, a filter that failed, or a limit. */
    static final String REFUSED = "Refused";

    private record Kind(String origin, String outcome) {}

    private final Map<Kind, LongAdder> received = new ConcurrentHashMap<>();
    private final CallTimer calls = new CallTimer();

    @Activate
    public IngestMetrics() {
        // The receiver counts.
    }

    /** @param start in {@link System#nanoTime()} */
    void received(Source source, String outcome, long start) {
        Kind kind = new Kind(source.caller().origin().label(), outcome);
        received.computeIfAbsent(kind, k -> new LongAdder()).increment();
        calls.endedSince(start);
    }

    @Override
    public void report(MetricSink sink) {
        calls.reportSlowest(sink, "orthanc_store_dicom_duration_ms", "Duration of storing an instance");
        calls.reportTotals(sink, "isengard_ingest", "Received instances");
        received.forEach((kind, count) -> sink.counter(
                "isengard_ingest_instances_total",
                "Received instances by origin and outcome",
                count.sum(),
                "origin",
                kind.origin(),
                "outcome",
                kind.outcome()));
    }
}
