package org.isengard.samples.count;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;

/** Adds up the bytes of all instances. What it did so far is its state: after a restart it goes on from there. */
final class CountJob implements Job {
    static final String TYPE = "SampleCount";
    private static final int PAGE = 100;

    private final Index index;
    private volatile long instances;
    private volatile long bytes;

    CountJob(Index index, long instances, long bytes) {
        this.index = index;
        this.instances = instances;
        this.bytes = bytes;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Optional<JsonNode> state() {
        return Optional.of(content());
    }

    @Override
    public ObjectNode content() {
        return JsonNodeFactory.instance.objectNode().put("Instances", instances).put("Bytes", bytes);
    }

    @Override
    public void run(JobControl control) {
        FindRequest all = FindRequest.all(ResourceLevel.INSTANCE, Set.of());
        long total = index.count(all);
        List<String> page = index.findIds(all.page(instances, PAGE));
        while (!page.isEmpty()) {
            for (String id : page) {
                bytes += index.attachment(ResourceLevel.INSTANCE, id, Attachment.DICOM)
                        .map(Attachment::size)
                        .orElse(0L);
                instances++;
                control.progress(total == 0 ? 1 : Math.min(1, (double) instances / total));
                // Here the job may be paused, cancelled or saved.
                control.checkpoint();
            }
            page = index.findIds(all.page(instances, PAGE));
        }
    }

    @Override
    public void reset() {
        instances = 0;
        bytes = 0;
    }
}
