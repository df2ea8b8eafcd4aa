package org.isengard.networking.scp;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.isengard.api.monitor.CallTimer;
import org.isengard.api.monitor.MetricSink;
import org.isengard.api.monitor.MetricSource;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.Status;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** Times the operations that remote systems ask for by DICOM, and counts them by service and status. */
@Component(
        service = {MetricSource.class, ScpMetrics.class},
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ScpMetrics implements MetricSource {
    @interface Config {
        int DicomThreadsCount();
    }

    /** One operation; what it throws is its status. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws java.io.IOException;
    }

    private record Kind(String service, int status) {}

    private final Map<String, CallTimer> timers = new ConcurrentHashMap<>();
    private final Map<Kind, LongAdder> operations = new ConcurrentHashMap<>();
    private final AtomicInteger running = new AtomicInteger();
    private final int threads;

    @Activate
    public ScpMetrics(Config config) {
        this(config.DicomThreadsCount());
    }

    /** @param threads how many associations the server holds at once */
    public ScpMetrics(int threads) {
        this.threads = threads;
        for (String service : new String[] {"C-FIND", "C-GET", "C-MOVE", "C-STORE"}) {
            timers.put(service, new CallTimer());
        }
    }

    /** Runs an operation whose result is no status. */
    <T> T time(String service, Call<T> call) throws java.io.IOException {
        return time(service, call, null);
    }

    /** Runs an operation whose result is its status. */
    int timeStatus(String service, Call<Integer> call) throws java.io.IOException {
        return time(service, call, result -> result);
    }

    private <T> T time(String service, Call<T> call, java.util.function.ToIntFunction<T> statusOf)
            throws java.io.IOException {
        long start = System.nanoTime();
        running.incrementAndGet();
        int status = Status.PROCESSING_FAILURE;
        try {
            T result = call.run();
            status = statusOf == null ? Status.SUCCESS : statusOf.applyAsInt(result);
            return result;
        } catch (DimseException e) {
            status = e.status();
            throw e;
        } finally {
            running.decrementAndGet();
            timers.computeIfAbsent(service, s -> new CallTimer()).endedSince(start);
            operations
                    .computeIfAbsent(new Kind(service, status), k -> new LongAdder())
                    .increment();
        }
    }

    @Override
    public void report(MetricSink sink) {
        sink.gauge(
                "orthanc_available_dicom_threads",
                "DicomThreadsCount without the operations that run",
                Math.max(0, threads - running.get()));
        slowest(sink, "C-FIND", "orthanc_find_scp_duration_ms");
        slowest(sink, "C-GET", "orthanc_get_scp_duration_ms");
        slowest(sink, "C-MOVE", "orthanc_move_scp_duration_ms");
        timers.forEach((service, timer) ->
                timer.reportTotals(sink, "isengard_dicom_scp", "DICOM operations by service", "service", service));
        operations.forEach((kind, count) -> sink.counter(
                "isengard_dicom_scp_operations_total",
                "DICOM operations by service and status",
                count.sum(),
                "service",
                kind.service(),
                "status",
                String.format("0x%04X", kind.status())));
    }

    private void slowest(MetricSink sink, String service, String name) {
        timers.get(service).reportSlowest(sink, name, "Duration of " + service + " as SCP");
    }
}
