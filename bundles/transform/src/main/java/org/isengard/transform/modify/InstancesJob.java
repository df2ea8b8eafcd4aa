package org.isengard.transform.modify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobControl;
import org.isengard.api.rest.Caller;
import org.isengard.dicom.orthanc.ResourceIds;
import org.isengard.rest.kit.ErrorAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job that makes a new instance of each of a list, and then, if wanted, deletes the old ones. New identifiers follow
 * from the job's secret alone, so that instances done before a crash come out the same and are not there twice.
 *
 * <p>Threading: a batch of instances at a time is given to the shared threads; the position moves only after a batch.
 */
abstract class InstancesJob implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(InstancesJob.class);
    private static final int BATCH = 32;

    protected final Modifications modifications;
    protected final Identities identities;
    protected final Caller caller;
    private final List<String> instances;
    private final boolean permissive;
    private final boolean keepSource;
    private final Set<String> made = new HashSet<>();
    private volatile int position;
    private volatile int failed;

    InstancesJob(
            Modifications modifications,
            List<String> instances,
            boolean permissive,
            boolean keepSource,
            Caller caller) {
        this.modifications = modifications;
        this.instances = List.copyOf(instances);
        this.permissive = permissive;
        this.keepSource = keepSource;
        this.caller = caller;
        identities = new Identities(modifications::nextPatientNumber);
    }

    InstancesJob(Modifications modifications, JsonNode state) {
        this.modifications = modifications;
        instances = texts(state.required("instances"));
        permissive = state.path("permissive").asBoolean();
        keepSource = state.path("keepSource").asBoolean(true);
        position = state.path("position").asInt();
        failed = state.path("failed").asInt();
        made.addAll(texts(state.path("made")));
        JsonNode by = state.path("caller");
        caller = new Caller(
                Caller.Origin.valueOf(by.path("origin").asText("UNKNOWN")),
                by.path("ip").asText(),
                by.path("user").asText());
        identities = new Identities(state.required("identities"), modifications::nextPatientNumber);
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** Makes the new instance; must come out the same when called again. */
    protected abstract ResourceIds process(String instance) throws IOException;

    /** Takes note of a new instance; called in order, one at a time. */
    protected abstract void done(ResourceIds made);

    /** Called once all instances are made, before old ones are deleted. */
    protected void ended() {}

    /** Adds what the job's own {@link #state} needs. */
    protected abstract void addState(ObjectNode state);

    protected abstract void addContent(ObjectNode content);

    @Override
    public final Optional<JsonNode> state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        instances.forEach(state.putArray("instances")::add);
        state.put("permissive", permissive).put("keepSource", keepSource);
        state.putObject("caller")
                .put("origin", caller.origin().name())
                .put("ip", caller.remoteIp())
                .put("user", caller.username());
        synchronized (made) {
            state.put("position", position).put("failed", failed);
            if (!keepSource) {
                made.forEach(state.putArray("made")::add);
            }
            addState(state);
        }
        state.set("identities", identities.toJson());
        return Optional.of(state);
    }

    @Override
    public final ObjectNode content() {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("Description", "REST API");
        content.put("FailedInstancesCount", failed);
        content.put("InstancesCount", instances.size());
        synchronized (made) {
            addContent(content);
        }
        return content;
    }

    @Override
    public void reset() {
        synchronized (made) {
            position = 0;
            failed = 0;
        }
    }

    @Override
    public final void run(JobControl control) throws IOException {
        while (position < instances.size()) {
            control.checkpoint();
            int end = Math.min(instances.size(), position + BATCH);
            List<Future<ResourceIds>> batch = new ArrayList<>();
            for (String instance : instances.subList(position, end)) {
                batch.add(modifications.threads.submit(() -> process(instance)));
            }
            int errors = 0;
            List<ResourceIds> results = new ArrayList<>();
            try {
                for (Future<ResourceIds> result : batch) {
                    try {
                        results.add(result.get());
                    } catch (ExecutionException e) {
                        IsengardException cause = ErrorAnswer.translate(e.getCause());
                        if (!permissive) {
                            throw cause;
                        }
                        LOG.warn("An instance is left out: {} {}", cause.error(), cause.details());
                        errors++;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted", e);
            } finally {
                batch.forEach(result -> result.cancel(false));
            }
            synchronized (made) {
                results.forEach(this::done);
                if (!keepSource) {
                    results.forEach(ids -> made.add(ids.instance()));
                }
                failed += errors;
                position = end;
            }
            control.progress((double) end / (instances.size() + 1));
        }
        ended();
        if (!keepSource && failed == 0) {
            // The new instances must be recorded before anything is deleted.
            control.save();
            instances.stream()
                    .filter(instance -> !made.contains(instance))
                    .forEach(instance -> modifications.index.delete(ResourceLevel.INSTANCE, instance));
            modifications.attachments.collectGarbage();
        }
    }

    /** {@return the instances below a resource, whatever its level} */
    static List<String> below(Modifications modifications, ResourceLevel level, String id) {
        return level == ResourceLevel.INSTANCE
                ? List.of(id)
                : modifications.index.findIds(org.isengard.api.index.FindRequest.all(ResourceLevel.INSTANCE, Set.of())
                        .within(level, id));
    }

    /** {@return the level of a resource} */
    static ResourceLevel levelOf(Modifications modifications, String id, ErrorCode otherwise) {
        for (ResourceLevel level : ResourceLevel.values()) {
            if (modifications.index.exists(level, id)) {
                return level;
            }
        }
        throw new IsengardException(otherwise, "There is no resource " + id);
    }
}
