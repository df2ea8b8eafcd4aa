package org.isengard.rest;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.isengard.api.index.Index;
import org.isengard.api.index.Statistics;
import org.isengard.api.monitor.CallTimer;
import org.isengard.api.monitor.MetricSink;
import org.isengard.api.monitor.MetricSource;
import org.isengard.runtime.swap.LazyServices;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts REST calls, and writes the figures of all features under the names that Orthanc's dashboards use. */
@Component(
        service = Metrics.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Metrics {
    @interface Config {
        boolean MetricsEnabled();

        int HttpThreadsCount();
    }

    /** One kind of answer. The route is a template, so that the kinds are few. */
    private record Kind(String method, String route, int status) {}

    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);
    private static final double MEBIBYTE = 1 << 20;
    private static final double MILLIS = 1000.0;

    private final AtomicInteger active = new AtomicInteger();
    private final CallTimer calls = new CallTimer();
    private final Map<Kind, LongAdder> answers = new ConcurrentHashMap<>();
    private final int threads;
    private volatile boolean enabled;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Index index;

    private final LazyServices<MetricSource> sources;

    @Activate
    public Metrics(Config config, BundleContext context) {
        enabled = config.MetricsEnabled();
        threads = config.HttpThreadsCount();
        sources = LazyServices.open(context, MetricSource.class);
    }

    @Deactivate
    void close() {
        sources.close();
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

    /**
     * Notes the end of a call.
     *
     * @param elapsed in nanoseconds
     * @param route the template of the route that answered; null for a path that no route has
     */
    void ended(long elapsed, String method, String route, int status) {
        active.decrementAndGet();
        if (enabled) {
            calls.ended(elapsed);
            // The methods of routes are few; those that clients invent are not.
            Kind kind = new Kind(route == null ? "" : method, route == null ? "" : route, status);
            answers.computeIfAbsent(kind, k -> new LongAdder()).increment();
        }
    }

    /** {@return all metrics, "" when they are switched off} */
    String prometheus() {
        if (!enabled) {
            return "";
        }
        PrometheusText out = new PrometheusText(System.currentTimeMillis());
        report("index", this::contents, out);
        report("rest", this::rest, out);
        report("jvm", Metrics::virtualMachine, out);
        for (MetricSource source : sources.all()) {
            report(source.getClass().getSimpleName(), source, out);
        }
        return out.toString();
    }

    private static void report(String name, MetricSource source, MetricSink out) {
        try {
            source.report(out);
        } catch (RuntimeException e) {
            LOG.warn("The figures of {} are left out", name, e);
        }
    }

    private void contents(MetricSink out) {
        Index there = index;
        if (there == null) {
            return;
        }
        Statistics s = there.statistics();
        out.gauge("orthanc_count_patients", "Patients in the index", s.patients());
        out.gauge("orthanc_count_studies", "Studies in the index", s.studies());
        out.gauge("orthanc_count_series", "Series in the index", s.series());
        out.gauge("orthanc_count_instances", "Instances in the index", s.instances());
        out.gauge("orthanc_disk_size_mb", "Size of all attachments as stored", s.diskSize() / MEBIBYTE);
        out.gauge("orthanc_uncompressed_size_mb", "Size of all attachments", s.uncompressedSize() / MEBIBYTE);
        out.gauge(
                "orthanc_last_change",
                "Number of the last change",
                there.lastChange().map(c -> c.seq()).orElse(0L));
    }

    private void rest(MetricSink out) {
        int running = active.get();
        out.gauge("orthanc_rest_api_active_requests", "REST calls that run", running);
        out.gauge(
                "orthanc_available_http_threads_count",
                "HttpThreadsCount without the REST calls that run",
                Math.max(0, threads - running));
        calls.reportSlowest(out, "orthanc_rest_api_duration_ms", "Duration of REST calls");
        calls.reportTotals(out, "isengard_rest_api", "REST calls");
        answers.forEach((kind, count) -> out.counter(
                "isengard_http_answers_total",
                "Answers by method, route and status; no route for unknown paths",
                count.sum(),
                "method",
                kind.method(),
                "route",
                kind.route(),
                "status",
                Integer.toString(kind.status())));
    }

    private static void virtualMachine(MetricSink out) {
        double uptime = ManagementFactory.getRuntimeMXBean().getUptime() / MILLIS;
        out.gauge("orthanc_up_time_s", "Seconds since the start", Math.floor(uptime));
        out.gauge("isengard_uptime_seconds", "Seconds since the start", uptime);
        Runtime runtime = Runtime.getRuntime();
        out.gauge(
                "isengard_heap_used_bytes",
                "Heap of the virtual machine in use",
                (double) runtime.totalMemory() - runtime.freeMemory());
        out.gauge("isengard_heap_max_bytes", "Largest heap of the virtual machine", runtime.maxMemory());
        out.gauge(
                "isengard_threads",
                "Threads of the virtual machine",
                ManagementFactory.getThreadMXBean().getThreadCount());
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            String name = collector.getName();
            out.counter(
                    "isengard_gc_collections_total",
                    "Garbage collections",
                    Math.max(0, collector.getCollectionCount()),
                    "collector",
                    name);
            out.counter(
                    "isengard_gc_seconds_total",
                    "Time of garbage collections",
                    Math.max(0, collector.getCollectionTime()) / MILLIS,
                    "collector",
                    name);
        }
    }
}
