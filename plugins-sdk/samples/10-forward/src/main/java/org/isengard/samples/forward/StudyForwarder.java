package org.isengard.samples.forward;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.isengard.api.event.ResourceListener;
import org.isengard.api.index.Change;
import org.isengard.api.monitor.MetricSink;
import org.isengard.api.monitor.MetricSource;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.RestClient;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each study to a modality once nothing more has come for it (Orthanc's StableAge), by a job of the server, which
 * survives a restart. Its section names the modality:
 *
 * <pre>"forward" : { "Modality" : "archive" }</pre>
 *
 * <p>Its figures are at {@code /tools/metrics-prometheus}.
 *
 * <p>Threading: events come on a thread of the index, which must not wait, so calls are made on a thread of the plugin.
 */
@Plugin(id = "forward", version = "1.0", description = "Sends each complete study to a modality")
@Component(configurationPid = "isengard.plugin.forward", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class StudyForwarder implements ResourceListener, MetricSource {
    /** The options of the section. */
    @interface Config {
        String Modality();
    }

    private static final Logger LOG = LoggerFactory.getLogger(StudyForwarder.class);

    /** Upper bounds of the time that a call takes, in seconds. */
    private static final double[] SECONDS = {0.1, 1, 10};

    private final LongAdder[] calls =
            Stream.generate(LongAdder::new).limit(SECONDS.length + 1).toArray(LongAdder[]::new);
    private final DoubleAdder time = new DoubleAdder();
    private final LongAdder failed = new LongAdder();
    private final String modality;
    private final String route;
    private final RestClient rest;
    private final ExecutorService caller = Executors.newSingleThreadExecutor(task -> new Thread(task, "forward"));

    @Activate
    public StudyForwarder(Config config, @Reference RestClient rest) {
        modality = config.Modality();
        route = "/modalities/" + modality + "/store";
        this.rest = rest;
    }

    /** Studies that are being sent are still sent. */
    @Deactivate
    void stop() throws InterruptedException {
        caller.shutdown();
        caller.awaitTermination(10, TimeUnit.SECONDS);
    }

    @Override
    public void changed(Change change) {
        if (change.type().equals("StableStudy")) {
            caller.execute(() -> send(change.id()));
        }
    }

    @Override
    public void report(MetricSink sink) {
        sink.counter("forward_failures_total", "Studies that were not sent", failed.sum(), "modality", modality);
        long[] counts = Stream.of(calls).mapToLong(LongAdder::sum).toArray();
        sink.histogram("forward_call_seconds", "Time of the calls", SECONDS, counts, time.sum(), "modality", modality);
    }

    private void note(double seconds) {
        int bucket = 0;
        while (bucket < SECONDS.length && seconds > SECONDS[bucket]) {
            bucket++;
        }
        calls[bucket].increment();
        time.add(seconds);
    }

    private void send(String study) {
        byte[] body = ("{\"Resources\": [\"" + study + "\"], \"Asynchronous\": true}").getBytes(StandardCharsets.UTF_8);
        long start = System.nanoTime();
        try {
            RestClient.Answer answer = rest.call("POST", route, Map.of(), body, Caller.PLUGIN, false);
            note((System.nanoTime() - start) / 1e9);
            if (answer.status() != 200) {
                failed.increment();
                LOG.warn("Study {} was not sent: {}", study, new String(answer.body(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            failed.increment();
            LOG.warn("Study {} was not sent", study, e);
        }
    }
}
