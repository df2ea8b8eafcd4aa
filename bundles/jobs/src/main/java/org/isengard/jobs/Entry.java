package org.isengard.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.job.Job;
import org.isengard.api.job.JobState;
import org.isengard.api.job.JobStatus;
import org.isengard.api.security.Identity;
import org.isengard.api.security.Visibility;

/** A job as the engine holds it. All fields are guarded by the lock of the engine, but those that say otherwise. */
final class Entry {
    /** The request that a running job meets at its next checkpoint. */
    enum Wish {
        NONE,
        PAUSE,
        /** Wait for its type to come back. */
        PARK,
        CANCEL
    }

    final String id;
    final String type;
    final int priority;
    final JsonNode userData;
    final Instant created;
    final long order;

    /** Who submitted the job: it runs with his rights, also after a restart. */
    final Identity owner;

    /** Null while the type is not installed or the job only remembered. */
    volatile Job job;

    JobState state = JobState.PENDING;
    Wish wish = Wish.NONE;
    Thread thread;
    Instant started;
    Duration runtime = Duration.ZERO;
    Instant completed;
    ErrorCode error;
    String details = "";

    /** With which a remote DICOM system refused the operation; empty unless that is the error. */
    OptionalInt dimseStatus = OptionalInt.empty();

    RuntimeException thrown;

    /** The last that was saved, for a job that is not in memory. */
    JsonNode savedState;

    ObjectNode savedContent = JsonNodeFactory.instance.objectNode();

    /** Written by the job's thread. */
    volatile double progress;

    /** The job for whose end this running one waits; it has given its place meanwhile. Null for none. */
    String awaits;

    /** Whether the job has given its place to others. */
    boolean lent;

    /** Whether the end of the job is on disk. */
    boolean settled;

    /** Held while the file of this job is written; taken before the lock of the engine. */
    final Object file = new Object();

    /** Counts the runs of this entry; an abandoned thread finds that it is no longer the one. */
    int run;

    Entry(String id, String type, int priority, JsonNode userData, Instant created, long order, Identity owner) {
        this.id = id;
        this.type = type;
        this.priority = priority;
        this.userData = userData;
        this.created = created;
        this.order = order;
        this.owner = owner;
    }

    /** {@return whether the user of this thread may see and change the job: his own, or any for an administrator} */
    boolean isForCaller() {
        Identity caller = Identity.current();
        return caller.isAdministrator()
                || !caller.username().isEmpty() && caller.username().equals(owner.username());
    }

    /** The part of a job that is stored. */
    record Captured(JsonNode state, ObjectNode content) {
        /** Asks a job, which may take its time: not to be called with a lock held. {@return null for null} */
        static Captured of(Job job) {
            return job == null ? null : new Captured(job.state().orElse(null), job.content());
        }
    }

    /** Takes what was captured; null leaves what is there. */
    void take(Captured captured) {
        if (captured != null) {
            savedState = captured.state();
            savedContent = captured.content();
        }
    }

    /** @param content of the job at this moment */
    JobStatus status(ObjectNode content) {
        Duration time = started == null ? runtime : runtime.plus(Duration.between(started, Instant.now()));
        return new JobStatus(
                id,
                type,
                state,
                priority,
                state == JobState.SUCCESS ? 1 : progress,
                Optional.ofNullable(error),
                details,
                error == null ? OptionalInt.empty() : dimseStatus,
                created,
                Optional.ofNullable(completed),
                time,
                content,
                userData);
    }

    ObjectNode toRow() {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("id", id);
        row.put("type", type);
        row.put("priority", priority);
        row.put("created", created.toString());
        row.put("order", order);
        row.put("state", state.name());
        row.put("runtime", runtime.toString());
        row.put("progress", progress);
        row.put("details", details);
        if (!owner.equals(Identity.SERVER)) {
            writeOwner(row.putObject("owner"));
        }
        if (completed != null) {
            row.put("completed", completed.toString());
        }
        if (error != null) {
            row.put("error", error.name());
        }
        dimseStatus.ifPresent(status -> row.put("dimseStatus", status));
        if (userData != null) {
            row.set("userData", userData);
        }
        if (savedState != null) {
            row.set("job", savedState);
        }
        row.set("content", savedContent);
        return row;
    }

    /** @throws RuntimeException when the row is not one that {@link #toRow} made */
    static Entry fromRow(ObjectNode row) {
        Entry entry = new Entry(
                row.required("id").asText(),
                row.required("type").asText(),
                row.required("priority").asInt(),
                row.get("userData"),
                Instant.parse(row.required("created").asText()),
                row.required("order").asLong(),
                row.has("owner") ? readOwner(row.get("owner")) : Identity.SERVER);
        entry.state = JobState.valueOf(row.required("state").asText());
        entry.runtime = Duration.parse(row.required("runtime").asText());
        entry.progress = row.path("progress").asDouble();
        entry.details = row.path("details").asText();
        entry.completed =
                row.has("completed") ? Instant.parse(row.get("completed").asText()) : null;
        entry.error = row.has("error") ? ErrorCode.valueOf(row.get("error").asText()) : null;
        entry.dimseStatus =
                row.has("dimseStatus") ? OptionalInt.of(row.get("dimseStatus").asInt()) : OptionalInt.empty();
        entry.savedState = row.get("job");
        if (row.get("content") instanceof ObjectNode content) {
            entry.savedContent = content;
        }
        return entry;
    }

    private void writeOwner(ObjectNode row) {
        row.put("user", owner.username());
        owner.permissions().forEach(row.putArray("permissions")::add);
        row.put("everything", owner.visibility().everything());
        owner.visibility().labels().forEach(row.putArray("labels")::add);
        owner.visibility().studies().forEach(row.putArray("studies")::add);
    }

    private static Identity readOwner(JsonNode row) {
        return new Identity(
                row.required("user").asText(),
                texts(row.required("permissions")),
                new Visibility(
                        row.required("everything").asBoolean(),
                        texts(row.required("labels")),
                        texts(row.required("studies"))));
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new HashSet<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
