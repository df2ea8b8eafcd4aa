package org.isengard.scripting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Metadata;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.Options;
import org.isengard.api.ingest.Source;
import org.isengard.api.rest.Caller;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.orthanc.ResourceIds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what callbacks asked for with SendToModality, ModifyInstance, Delete and the like: in order for what one callback
 * asked, and for all callbacks about one resource. When one step fails, the rest of its callback is left undone: what
 * could not be sent is not deleted. A step that finds what it needs swapped waits for it. What was asked is durable when it
 * is taken, and each step that is done.
 *
 * <p>Threading: a few threads of its own, since a remote modality may be slow, and since a job that waited for other jobs
 * would take their place.
 */
final class Operations {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
    private static final int LANES = 4;
    private static final byte[] NO_BODY = new byte[0];
    private static final long PROGRAM_SECONDS = 600;
    private static final long PAUSE_NANOS = 200_000_000;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final ServerFunctions server;
    private final Supplier<Ingest> ingest;
    private final boolean programs;
    private final PendingActionFiles files;
    private final JobCalls jobs;
    private volatile boolean closing;
    /** Whether the REST API has answered: at the start, what is not there yet looks like what does not exist. */
    private volatile boolean ready;

    private final ExecutorService[] lanes = new ExecutorService[LANES];

    /**
     * Goes on with what is in the files.
     *
     * @param programs whether CallSystem is allowed
     */
    Operations(ServerFunctions server, Supplier<Ingest> ingest, boolean programs, PendingActionFiles files) {
        this.server = server;
        this.files = files;
        jobs = new JobCalls(server);
        this.ingest = ingest;
        this.programs = programs;
        files.load().forEach(this::enqueue);
    }

    /** @param resource what the callback was about; the same resource, the same order */
    void submit(String resource, JsonNode operations) {
        PendingAction action = new PendingAction(files.nextName(), resource, operations);
        files.save(action);
        enqueue(action);
    }

    private synchronized void enqueue(PendingAction action) {
        if (closing) {
            // Left to the one that comes.
            return;
        }
        int lane = Math.floorMod(action.resource.hashCode(), LANES);
        if (lanes[lane] == null) {
            lanes[lane] = Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "isengard-lua-operations-" + lane);
                thread.setDaemon(true);
                return thread;
            });
        }
        lanes[lane].execute(() -> run(action));
    }

    private void run(PendingAction action) {
        while (!ready && !closing) {
            ready = server.answers();
            if (!ready) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        while (!closing && !action.isDone()) {
            JsonNode operation = action.operations.path(action.next);
            String id = operation.path("Resource").asText();
            try {
                action.made = apply(action, operation, id.isEmpty() ? action.made : id);
            } catch (IOException | RuntimeException e) {
                if (closing) {
                    LOG.debug("{} is done again", action.step(), e);
                    return;
                }
                if (e instanceof IsengardException error && error.error() == ErrorCode.SERVICE_UNAVAILABLE) {
                    if (!action.resumed) {
                        LOG.warn(
                                "{} of {} waits: {}",
                                operation.path("Operation").asText(),
                                id,
                                message(e));
                    }
                    action.resumed = true;
                    LockSupport.parkNanos(PAUSE_NANOS);
                    continue;
                }
                LOG.error(
                        "{} of {} failed, what follows is left undone: {}",
                        operation.path("Operation").asText(),
                        id,
                        message(e));
                files.delete(action);
                return;
            }
            action.next++;
            action.storing = "";
            action.resumed = false;
            if (!action.isDone()) {
                files.save(action);
            }
        }
        if (action.isDone()) {
            files.delete(action);
        }
    }

    private static String message(Exception e) {
        return e instanceof IsengardException error && error.details().isEmpty()
                ? error.error().text()
                : String.valueOf(e.getMessage());
    }

    /** {@return the resource for a next operation that names none} */
    private String apply(PendingAction action, JsonNode operation, String id) throws IOException {
        if (id.isEmpty()) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "there is no resource to work on");
        }
        String target = operation.path("Target").asText();
        switch (operation.path("Operation").asText()) {
            case "store-scu":
                ObjectNode store = resources(id);
                if (operation.path("LocalAet").isTextual()) {
                    store.put("LocalAet", operation.path("LocalAet").asText());
                }
                jobs.run("/modalities/" + segment(target) + "/store", store, action.step(), action.resumed);
                return id;
            case "store-peer":
                jobs.run("/peers/" + segment(target) + "/store", resources(id), action.step(), action.resumed);
                return id;
            case "delete":
                delete(action, id);
                return "";
            case "modify-instance":
                return modifyInstance(action, id, operation);
            case "modify-resource":
                return modifyResource(action, id, operation);
            case "system-call":
                program(target, operation.path("Arguments"), id);
                return id;
            default:
                throw new IsengardException(ErrorCode.NOT_IMPLEMENTED, "no such operation");
        }
    }

    private static ObjectNode resources(String id) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("Resources").add(id);
        return body;
    }

    private static String segment(String name) {
        if (name.isEmpty() || name.contains("/") || name.contains("?")) {
            throw new IsengardException(ErrorCode.INEXISTENT_ITEM, "No modality or peer is called " + name);
        }
        return name;
    }

    private ObjectNode modification(JsonNode operation) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        JsonNode replace = operation.path("Replace");
        JsonNode remove = operation.path("Remove");
        // An empty table of Lua is an array.
        if (replace.isObject()) {
            body.set("Replace", replace);
        }
        if (remove.isArray() && !remove.isEmpty()) {
            body.set("Remove", remove);
        }
        return body.put("RemovePrivateTags", operation.path("RemovePrivateTags").asBoolean())
                .put("Force", true);
    }

    private void delete(PendingAction action, String id) throws IOException {
        try {
            server.answer("DELETE", level(id).path(id), NO_BODY);
        } catch (IsengardException e) {
            boolean isGone = e.error() == ErrorCode.UNKNOWN_RESOURCE;
            if (!isGone || !action.resumed) {
                throw e;
            }
        }
    }

    private String modifyInstance(PendingAction action, String id, JsonNode operation) throws IOException {
        if (!action.storing.isEmpty() && isThere(ResourceLevel.INSTANCE, action.storing)) {
            return action.storing;
        }
        String path = "/instances/" + id + "/modify";
        jobs.awaitRoute(path);
        byte[] file =
                server.answer("POST", path, modification(operation).toString().getBytes(StandardCharsets.UTF_8));
        // The new instance has another identifier each time: the file notes it first, so that it is not made twice.
        action.storing = ResourceIds.of(
                        DicomReader.read(new ByteArrayInputStream(file)).dataset())
                .map(ResourceIds::instance)
                .orElse("");
        files.save(action);
        Ingest door = ingest.get();
        for (long end = System.nanoTime() + PATIENCE_NANOS; door == null; door = ingest.get()) {
            if (System.nanoTime() - end > 0) {
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "Instances cannot be received now");
            }
            ServerFunctions.pause();
        }
        Options options = new Options(
                Optional.empty(), Map.of(ResourceLevel.INSTANCE, Map.of(Metadata.MODIFIED_FROM, id)), false);
        return door.receive(new ByteArrayInputStream(file), Source.rest(Caller.LUA, ""), options)
                .ids()
                .instance();
    }

    private String modifyResource(PendingAction action, String id, JsonNode operation) throws IOException {
        ResourceLevel level = level(id);
        if (level == ResourceLevel.INSTANCE) {
            return modifyInstance(action, id, operation);
        }
        ObjectNode body = modification(operation).put("KeepSource", true);
        return jobs.run(level.path(id) + "/modify", body, action.step(), action.resumed)
                .path("ID")
                .asText();
    }

    private boolean isThere(ResourceLevel level, String id) throws IOException {
        int status =
                server.call("GET", level.path(id), Map.of(), NO_BODY, false).status();
        if (status == 503) {
            // A 503 does not mean that the resource is gone: a deletion would seem done.
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, level.path(id) + " cannot be read now");
        }
        return status == 200;
    }

    private ResourceLevel level(String id) throws IOException {
        for (ResourceLevel level : ResourceLevel.values()) {
            if (isThere(level, id)) {
                return level;
            }
        }
        throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "there is no such resource");
    }

    /** Runs a program with the instance's file as last argument. */
    private void program(String command, JsonNode arguments, String instance) throws IOException {
        if (!programs) {
            throw new IsengardException(
                    ErrorCode.SYSTEM_COMMAND, "programs are off: see \"LuaCallSystemEnabled\" in the configuration");
        }
        Path file = Files.createTempFile("isengard-", ".dcm");
        try {
            Files.write(file, server.answer("GET", "/instances/" + instance + "/file", NO_BODY));
            List<String> words = new ArrayList<>(List.of(command));
            arguments.forEach(argument -> words.add(argument.asText()));
            words.add(file.toString());
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PROGRAM_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IsengardException(ErrorCode.SYSTEM_COMMAND, command + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new IsengardException(
                        ErrorCode.SYSTEM_COMMAND, command + " ended with status " + process.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The server stops", e);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Waits for the steps that are under way, at most so long; all others are left to the one that comes. */
    void close(long patienceMillis) {
        ExecutorService[] leaving;
        synchronized (this) {
            closing = true;
            leaving = lanes.clone();
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        for (ExecutorService lane : leaving) {
            if (lane != null) {
                lane.shutdown();
            }
        }
        for (ExecutorService lane : leaving) {
            try {
                if (lane != null && !lane.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.warn("What scripts asked for goes on later");
                    lane.shutdownNow();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
