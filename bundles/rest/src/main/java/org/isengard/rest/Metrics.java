package org.isengard.rest;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.isengard.api.index.Index;
import org.isengard.api.index.Statistics;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Counts calls, and writes all figures in Prometheus' text format under the names that Orthanc's dashboards use. */
@Component(
        service = Metrics.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Metrics {
    @interface Config {
        boolean MetricsEnabled();
    }

    private final AtomicInteger active = new AtomicInteger();
    private final LongAdder calls = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final AtomicLong slowest = new AtomicLong();
    private volatile boolean enabled;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Index index;

    @Activate
    public Metrics(Config config) {
        enabled = config.MetricsEnabled();
    }

    boolean enabled() {
        return enabled;
    }

    void enable(boolean value) {
        enabled = value;
    }

    void started() {
        active.incrementAndGet();
    }

    void ended(long elapsed) {
        active.decrementAndGet();
        if (enabled) {
            calls.increment();
            nanos.add(elapsed);
            slowest.accumulateAndGet(elapsed, Math::max);
        }
    }

    /** {@return all metrics, "" when they are switched off} */
    String prometheus() {
        if (!enabled) {
            return "";
        }
        StringBuilder out = new StringBuilder(1024);
        long now = System.currentTimeMillis();
        Index there = index;
        if (there != null) {
            Statistics s = there.statistics();
            line(out, "orthanc_count_patients", s.patients(), now);
            line(out, "orthanc_count_studies", s.studies(), now);
            line(out, "orthanc_count_series", s.series(), now);
            line(out, "orthanc_count_instances", s.instances(), now);
            line(out, "orthanc_disk_size_mb", s.diskSize() / 1048576.0, now);
            line(out, "orthanc_uncompressed_size_mb", s.uncompressedSize() / 1048576.0, now);
            line(
                    out,
                    "orthanc_last_change",
                    there.lastChange().map(c -> c.seq()).orElse(0L),
                    now);
        }
        line(out, "orthanc_rest_api_active_requests", active.get(), now);
        line(out, "orthanc_rest_api_duration_ms", slowest.getAndSet(0) / 1e6, now);
        line(out, "isengard_rest_api_calls_total", calls.sum(), now);
        line(out, "isengard_rest_api_seconds_total", nanos.sum() / 1e9, now);
        Runtime runtime = Runtime.getRuntime();
        line(out, "isengard_heap_used_bytes", (double) runtime.totalMemory() - runtime.freeMemory(), now);
        line(out, "isengard_heap_max_bytes", runtime.maxMemory(), now);
        line(out, "isengard_threads", ManagementFactory.getThreadMXBean().getThreadCount(), now);
        line(
                out,
                "isengard_uptime_seconds",
                ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0,
                now);
        return out.toString();
    }

    private static void line(StringBuilder out, String name, double value, long now) {
        out.append(name).append(' ');
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            out.append((long) value);
        } else {
            out.append(value);
        }
        out.append(' ').append(now).append('\n');
    }
}
