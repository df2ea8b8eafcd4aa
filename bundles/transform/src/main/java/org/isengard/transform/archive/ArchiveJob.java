package org.isengard.transform.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;
import org.isengard.api.job.JobOutput;

/** Packs resources into an archive that waits to be fetched. After a pause or restart it starts over. */
final class ArchiveJob implements Job {
    static final String OUTPUT = "archive";

    private static final long MEGABYTE = 1L << 20;

    private final ArchiveService service;
    private final ArchiveOptions options;
    private final String file;
    private final int instances;
    private final long uncompressed;
    private volatile ArchivePlan plan;
    private volatile long size;

    ArchiveJob(ArchiveService service, ArchiveOptions options) {
        this.service = service;
        this.options = options;
        file = UUID.randomUUID().toString();
        plan = service.plan(options);
        instances = plan.items().size();
        uncompressed = plan.size();
    }

    ArchiveJob(ArchiveService service, JsonNode state) {
        this.service = service;
        options = ArchiveOptions.of(state);
        file = UUID.fromString(state.path("file").asText()).toString();
        instances = state.path("instances").asInt();
        uncompressed = state.path("uncompressed").asLong();
        size = state.path("size").asLong();
    }

    @Override
    public String type() {
        return options.media() ? "Media" : "Archive";
    }

    @Override
    public Optional<JsonNode> state() {
        return Optional.of(options.toJson()
                .put("file", file)
                .put("instances", instances)
                .put("uncompressed", uncompressed)
                .put("size", size));
    }

    @Override
    public ObjectNode content() {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("ArchiveSize", String.valueOf(size)).put("ArchiveSizeMB", size / MEGABYTE);
        content.put("Description", "REST API").put("InstancesCount", instances);
        options.transcode()
                .ifPresent(target -> content.put("Transcode", target.syntax().uid()));
        content.put("UncompressedSize", String.valueOf(uncompressed));
        content.put("UncompressedSizeMB", uncompressed / MEGABYTE);
        return content.put("Utf8", options.utf8());
    }

    @Override
    public void run(JobControl control) throws IOException {
        ArchivePlan current = plan == null ? service.plan(options) : plan;
        plan = null;
        Path part = service.archives().part(file);
        boolean done = false;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16)) {
            int count = Math.max(1, current.items().size());
            service.write(current, options, out, written -> {
                control.checkpoint();
                control.progress((double) written / count);
            });
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(part);
            }
        }
        size = Files.size(part);
        service.archives().finish(file);
    }

    @Override
    public Optional<JobOutput> output(String key) {
        Path done = service.archives().file(file);
        return OUTPUT.equals(key) && Files.exists(done)
                ? Optional.of(new JobOutput(done, size, "application/zip", options.filename()))
                : Optional.empty();
    }

    @Override
    public boolean deleteOutput(String key) {
        return OUTPUT.equals(key) && service.archives().delete(file);
    }

    @Override
    public void discard() {
        service.archives().delete(file);
    }
}
