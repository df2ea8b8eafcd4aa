package org.isengard.networking;

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

/** Sends instances to a peer, one after the other; goes on after the last one sent. */
final class PeerStoreJob implements Job {
    static final String TYPE = "OrthancPeerStore";

    private static final Logger LOG = LoggerFactory.getLogger(PeerStoreJob.class);

    /** How to send. @param transcode the UID of a transfer syntax, "" for as it is */
    record Order(Peer peer, boolean compress, String transcode, boolean permissive, RetrySchedule retry) {}

    private final PeerSender sender;
    private final Order order;
    private final List<Index.Ref> resources;
    private final List<String> instances;
    private final Set<String> failed = ConcurrentHashMap.newKeySet();
    /** Written by the thread that runs the job, read by any. */
    private volatile int next;

    /** Failures one after the other. Used by the thread that runs the job only. */
    private int attempts;

    private volatile long size;

    PeerStoreJob(PeerSender sender, Order order, List<Index.Ref> resources, List<String> instances) {
        this.sender = sender;
        this.order = order;
        this.resources = List.copyOf(resources);
        this.instances = List.copyOf(instances);
    }

    static PeerStoreJob restore(PeerSender sender, JsonNode state) {
        Order order = new Order(
                Peer.parse(state.path("Name").asText(), state.path("Peer")),
                state.path("Compress").asBoolean(),
                state.path("Transcode").asText(),
                state.path("Permissive").asBoolean(),
                RetrySchedule.read(state));
        List<String> instances = new ArrayList<>();
        state.path("Instances").forEach(id -> instances.add(id.asText()));
        var job = new PeerStoreJob(sender, order, ResourceList.described(state), instances);
        job.next = Math.max(0, state.path("Next").asInt());
        job.size = state.path("Size").asLong();
        state.path("Failed").forEach(id -> job.failed.add(id.asText()));
        return job;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Optional<JsonNode> state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("Name", order.peer().name()).set("Peer", order.peer().toJson());
        state.put("Compress", order.compress())
                .put("Transcode", order.transcode())
                .put("Permissive", order.permissive())
                .put("Size", size)
                .put("Next", next);
        order.retry().write(state);
        ArrayNode ids = state.putArray("Instances");
        instances.forEach(ids::add);
        ArrayNode lost = state.putArray("Failed");
        failed.forEach(lost::add);
        ResourceList.describe(resources, state);
        return Optional.of(state);
    }

    @Override
    public ObjectNode content() {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("Compress", order.compress())
                .put("Description", "REST API")
                .put("FailedInstancesCount", failed.size())
                .put("InstancesCount", instances.size())
                .put("Size", Long.toString(size))
                .put("SizeMB", size >> 20);
        order.retry().write(content);
        ArrayNode peer = content.putArray("Peer").add(order.peer().url());
        if (!order.peer().username().isEmpty()) {
            peer.add(order.peer().username());
        }
        if (!order.transcode().isEmpty()) {
            content.put("Transcode", order.transcode());
        }
        ResourceList.describe(resources, content);
        return content;
    }

    @Override
    public void run(JobControl control) throws IOException {
        long saved = System.nanoTime();
        while (next < instances.size()) {
            String instance = instances.get(next);
            try {
                size = size + sender.send(order.peer(), instance, order.transcode(), order.compress());
            } catch (IsengardException e) {
                if (!order.permissive()) {
                    throw order.retry().after(e, ++attempts);
                }
                LOG.warn("Instance {} was not sent to {}: {}", instance, order.peer(), e.details());
                failed.add(instance);
            }
            next = next + 1;
            attempts = 0;
            control.progress((double) next / instances.size());
            control.checkpoint();
            if (System.nanoTime() - saved > StoreJob.SAVE_NANOS) {
                control.save();
                saved = System.nanoTime();
            }
        }
    }

    @Override
    public void reset() {
        next = 0;
        attempts = 0;
        size = 0;
        failed.clear();
    }
}
