package org.isengard.networking.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.isengard.api.index.Index;
import org.isengard.networking.remote.ResourceList;
import org.isengard.networking.remote.RetrySchedule;
import org.isengard.networking.remote.SendingJob;

/** Sends instances to a peer. */
final class PeerStoreJob extends SendingJob {
    static final String TYPE = "OrthancPeerStore";

    /**
     * How to send.
     *
     * @param peer as it was declared; its secrets are not kept with the job, but looked up when it runs
     * @param transcode the UID of a transfer syntax, "" for as it is
     */
    record Order(Peer peer, boolean compress, String transcode, boolean permissive, RetrySchedule retry) {
        Order {
            peer = peer.withoutSecrets();
        }
    }

    private final PeerSender sender;
    private final Order order;
    private volatile long size;

    PeerStoreJob(PeerSender sender, Order order, List<Index.Ref> resources, List<String> instances) {
        super(resources, instances, order.permissive(), order.retry());
        this.sender = sender;
        this.order = order;
    }

    static PeerStoreJob restore(PeerSender sender, JsonNode state) {
        Order order = new Order(
                Peer.parse(state.path("Name").asText(), state.path("Peer")),
                state.path("Compress").asBoolean(),
                state.path("Transcode").asText(),
                state.path("Permissive").asBoolean(),
                RetrySchedule.read(state));
        var job = new PeerStoreJob(sender, order, ResourceList.described(state), instances(state));
        job.restoreProgress(state);
        job.size = state.path("Size").asLong();
        return job;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String destination() {
        return order.peer().toString();
    }

    @Override
    public void describe(ObjectNode state) {
        state.put("Name", order.peer().name()).set("Peer", order.peer().toJson());
        state.put("Compress", order.compress())
                .put("Transcode", order.transcode())
                .put("Size", size);
    }

    @Override
    public void show(ObjectNode content) {
        content.put("Compress", order.compress())
                .put("Size", Long.toString(size))
                .put("SizeMB", size >> 20);
        ArrayNode peer = content.putArray("Peer").add(order.peer().url());
        if (!order.peer().username().isEmpty()) {
            peer.add(order.peer().username());
        }
        if (!order.transcode().isEmpty()) {
            content.put("Transcode", order.transcode());
        }
    }

    @Override
    public Sending open(List<String> rest) {
        Peer peer = sender.peers().declared().get(order.peer().name()).orElse(order.peer());
        return new Sending() {
            @Override
            public void send(String instance) throws IOException {
                size = size + sender.send(peer, instance, order.transcode(), order.compress());
            }

            @Override
            public void close() {
                // Connections are kept for the next job.
            }
        };
    }

    @Override
    public void reset() {
        super.reset();
        size = 0;
    }
}
