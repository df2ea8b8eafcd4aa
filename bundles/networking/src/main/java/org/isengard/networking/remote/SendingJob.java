package org.isengard.networking.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends instances somewhere, one after the other; goes on after the last one sent. */
public abstract class SendingJob implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(SendingJob.class);

    /** So much at most is sent once more after a crash. */
    private static final long SAVE_NANOS = 2_000_000_000L;

    /** The connection that stays open while instances are sent. */
    public interface Sending extends AutoCloseable {
        void send(String instance) throws IOException;

        @Override
        void close();
    }

    private final List<Index.Ref> resources;
    private final List<String> instances;
    private final boolean permissive;
    private final RetrySchedule retry;
    private final Set<String> failed = ConcurrentHashMap.newKeySet();
    /** Written by the thread that runs the job, read by any. */
    private volatile int next;

    /** Failures one after the other. Used by the thread that runs the job only. */
    private int attempts;

    public SendingJob(List<Index.Ref> resources, List<String> instances, boolean permissive, RetrySchedule retry) {
        this.resources = List.copyOf(resources);
        this.instances = List.copyOf(instances);
        this.permissive = permissive;
        this.retry = retry;
    }

    /** Reads the instances from what {@link #state} wrote. */
    public static List<String> instances(JsonNode state) {
        List<String> instances = new ArrayList<>();
        state.path("Instances").forEach(id -> instances.add(id.asText()));
        return instances;
    }

    /** Reads how far the job had come from what {@link #state} wrote. */
    public final void restoreProgress(JsonNode state) {
        next = Math.max(0, state.path("Next").asInt());
        state.path("Failed").forEach(id -> failed.add(id.asText()));
    }

    /** Writes how to send. */
    public abstract void describe(ObjectNode state);

    /** Writes what clients may see of how it is sent. */
    public abstract void show(ObjectNode content);

    /** @param rest what is still to be sent */
    public abstract Sending open(List<String> rest) throws IOException;

    /** Called when all is sent. @param sent without those that failed */
    public void afterwards(List<String> sent) throws IOException {}

    public abstract String destination();

    @Override
    public final Optional<JsonNode> state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        describe(state);
        state.put("Permissive", permissive).put("Next", next);
        retry.write(state);
        ArrayNode ids = state.putArray("Instances");
        instances.forEach(ids::add);
        ArrayNode lost = state.putArray("Failed");
        failed.forEach(lost::add);
        ResourceList.describe(resources, state);
        return Optional.of(state);
    }

    @Override
    public final ObjectNode content() {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("Description", "REST API")
                .put("FailedInstancesCount", failed.size())
                .put("InstancesCount", instances.size());
        show(content);
        retry.write(content);
        ResourceList.describe(resources, content);
        return content;
    }

    @Override
    public final void run(JobControl control) throws IOException {
        long saved = System.nanoTime();
        try (Sending sending = open(instances.subList(Math.min(next, instances.size()), instances.size()))) {
            while (next < instances.size()) {
                send(sending, instances.get(next));
                next = next + 1;
                attempts = 0;
                control.progress((double) next / instances.size());
                control.checkpoint();
                if (System.nanoTime() - saved > SAVE_NANOS) {
                    control.save();
                    saved = System.nanoTime();
                }
            }
        }
        afterwards(instances.stream().filter(id -> !failed.contains(id)).toList());
    }

    private void send(Sending sending, String instance) throws IOException {
        try {
            sending.send(instance);
        } catch (IsengardException e) {
            if (!permissive) {
                throw retry.after(e, ++attempts);
            }
            LOG.warn("Instance {} was not sent to {}: {}", instance, destination(), e.details());
            failed.add(instance);
        }
    }

    @Override
    public void reset() {
        next = 0;
        attempts = 0;
        failed.clear();
    }
}
