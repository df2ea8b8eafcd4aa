package org.isengard.scripting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.graalvm.polyglot.Value;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Change;
import org.isengard.api.index.Index;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.rest.RestClient;
import org.isengard.api.script.Scripts;
import org.isengard.api.storage.DicomFiles;
import org.isengard.api.store.KeyValueStores;
import org.isengard.runtime.Json;
import org.isengard.runtime.options.Directories;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs scripts. There are up to three Luas, each with a thread and globals of its own: one for events and what clients
 * send, one for filters of instances, one for filters of requests; so a slow event keeps no filter waiting. Each has run
 * the scripts of the configuration that concern it.
 *
 * <p>Threading: callers wait for the thread of the Lua they need. What is defined is published as one snapshot.
 */
@Component(
        service = ScriptHost.class,
        immediate = true,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ScriptHost implements Scripts {
    @interface Config {
        String[] LuaScripts();

        /** In seconds, 0 for none. */
        int LuaHeartBeatPeriod();

        /** Ours: seconds that one call of a script may take, without the time it waits for the server. */
        int LuaTimeout();

        /** Ours: what the scripts of one Lua may hold, in MB. */
        int LuaMemory();

        /** Ours: whether scripts may run programs with CallSystem. */
        boolean LuaCallSystemEnabled();

        int HttpTimeout();

        String HttpProxy();

        boolean HttpsVerifyPeers();

        String StorageDirectory();

        String IndexDirectory();

        String isengard_workdir() default ".";

        String isengard_json() default "{}";
    }

    /** Which functions there are and which of them came from a client and not from a file. */
    private record Defined(Set<String> names, Set<String> live) {}

    private static final Logger LOG = LoggerFactory.getLogger(ScriptHost.class);
    private static final long MARGIN_MILLIS = 60_000;
    private static final long FILTER_MARGIN_MILLIS = 5_000;
    private static final long WATCH_SECONDS = 1;
    private static final long LEAVE_MILLIS = 15_000;
    private static final long LAST_LEAVE_MILLIS = 2_000;

    private final BundleContext context;
    private final ScriptFiles files;
    private final LuaSession.Limits limits;
    private final ServerFunctions functions;
    private final LuaWorker main;
    private final ScriptFilters services;
    private final Operations operations;
    private final ChangePosition position;
    private final EventArguments arguments;
    private final boolean indexShared;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "isengard-lua-clock"));
    private volatile LuaWorker instances;
    private volatile LuaWorker requests;
    private volatile Defined defined = new Defined(Set.of(), Set.of());
    private volatile List<Status> status = List.of();
    private volatile List<ScriptFiles.Script> scripts = List.of();
    private volatile boolean accessUncertain;
    private Map<Path, String> fingerprint = Map.of();
    /** At the last look for changed scripts, on the thread of the clock. */
    private Map<Path, String> seen = Map.of();

    // Trackers, since scripts use these while this component is still being made, and outlive a swap of what they use.
    private final ServiceTracker<RestClient, RestClient> rest;
    private final ServiceTracker<DicomFiles, DicomFiles> dicom;
    private final ServiceTracker<Ingest, Ingest> ingest;
    private final ServiceTracker<Index, Index> index;
    private final Lease<KeyValueStores> stores;

    @Activate
    public ScriptHost(Config config, BundleContext context) {
        this.context = context;
        rest = new ServiceTracker<>(context, RestClient.class, null);
        dicom = new ServiceTracker<>(context, DicomFiles.class, null);
        ingest = new ServiceTracker<>(context, Ingest.class, null);
        index = new ServiceTracker<>(context, Index.class, null);
        stores = Lease.follow(context, KeyValueStores.class, "feature index", SwapTimeout.of(context));
        index.open();
        rest.open();
        dicom.open();
        ingest.open();
        files = new ScriptFiles(Path.of(config.isengard_workdir()), config.LuaScripts());
        limits = new LuaSession.Limits(
                Math.max(1, config.LuaTimeout()) * 1000L,
                Math.max(16, Math.min(config.LuaMemory(), 2047)) * (1L << 20));
        functions = new ServerFunctions(
                rest::getService,
                stores,
                config.isengard_json(),
                new HttpFunctions.Settings(config.HttpTimeout(), config.HttpProxy(), config.HttpsVerifyPeers()));
        Path directory = directory(config);
        arguments = new EventArguments(index::getService, dicom::getService);
        indexShared = isIndexShared(config.isengard_json());
        position = new ChangePosition(directory, !files.isEmpty() && !indexShared);
        operations = new Operations(
                functions,
                ingest::getService,
                config.LuaCallSystemEnabled(),
                new PendingActionFiles(directory.resolve(PendingActionFiles.DIRECTORY)));
        main = new LuaWorker("main", this::session);
        services = new ScriptFilters(context, new FilterCallbacks(this));
        if (!files.isEmpty()) {
            fingerprint = files.fingerprint();
            loadFirst();
            clock.scheduleWithFixedDelay(this::reloadIfChanged, WATCH_SECONDS, WATCH_SECONDS, TimeUnit.SECONDS);
            clock.execute(this::initialize);
        }
        services.open(this);
        if (config.LuaHeartBeatPeriod() > 0) {
            clock.scheduleAtFixedRate(
                    () -> event(Callbacks.HEART_BEAT, "", () -> new Object[0]),
                    config.LuaHeartBeatPeriod(),
                    config.LuaHeartBeatPeriod(),
                    TimeUnit.SECONDS);
        }
    }

    /** Beside the jobs. */
    private static Path directory(Config config) {
        return Directories.of(config.isengard_workdir(), config.StorageDirectory(), config.IndexDirectory())
                .index()
                .resolve("scripts");
    }

    /** The log of an index that is shared does not say whose changes are whose. */
    private static boolean isIndexShared(String configuration) {
        try {
            JsonNode database = Json.MAPPER.readTree(configuration).path("PostgreSQL");
            return database.path("EnableIndex").asBoolean()
                    && !database.path("Lock").asBoolean(true);
        } catch (JsonProcessingException e) {
            LOG.warn("The configuration is no JSON", e);
            return false;
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Deactivate
    void stop() {
        boolean last = context.getBundle(0).getState() == Bundle.STOPPING;
        services.leave();
        event(Callbacks.FINALIZE, "", () -> new Object[0]);
        clock.shutdownNow();
        arguments.close();
        main.close(last ? LAST_LEAVE_MILLIS : LEAVE_MILLIS);
        position.close();
        operations.close(last ? LAST_LEAVE_MILLIS : LEAVE_MILLIS);
        // Instances that scripts themselves store are filtered to the end.
        services.close();
        closeFilters();
        rest.close();
        dicom.close();
        ingest.close();
        index.close();
        stores.end();
    }

    // ---- Loading ----

    /** A Lua that has run scripts. @param errors gets the error of each script that failed, by file */
    private LuaSession session(List<ScriptFiles.Script> wanted, Map<String, String> errors) {
        LuaSession session = new LuaSession(limits, new ScriptOutput(), functions.forSession());
        for (ScriptFiles.Script script : wanted) {
            String error = script.error();
            if (error.isEmpty()) {
                try {
                    session.run(script.code(), script.chunkName());
                } catch (ScriptError e) {
                    error = String.valueOf(e.getMessage());
                }
            }
            if (!error.isEmpty()) {
                LOG.error("The script {} failed: {}", script.file(), error);
            }
            errors.put(script.file().toString(), error);
        }
        session.mark(Callbacks.ALL);
        return session;
    }

    private LuaSession session() {
        return session(scripts, new HashMap<>());
    }

    /** At the start scripts that fail are left out; those that are in force do not wait for them to be repaired. */
    private void loadFirst() {
        Map<String, String> errors = new LinkedHashMap<>();
        scripts = files.read();
        try {
            main.renew(() -> session(scripts, errors), patience());
        } catch (RuntimeException e) {
            LOG.error("The scripts cannot be loaded", e);
            scripts.forEach(script -> errors.put(script.file().toString(), String.valueOf(e.getMessage())));
        }
        note(errors);
        refresh();
    }

    private void note(Map<String, String> errors) {
        List<Status> results = new ArrayList<>();
        errors.forEach((file, error) -> results.add(new Status(file, error)));
        status = List.copyOf(results);
        // A script that cannot be loaded may be a filter of requests.
        accessUncertain = scripts.stream()
                .filter(script ->
                        !errors.getOrDefault(script.file().toString(), "").isEmpty())
                .anyMatch(script -> !script.error().isEmpty()
                        || new String(script.code(), StandardCharsets.ISO_8859_1).contains(Callbacks.INCOMING_HTTP));
    }

    @Override
    public synchronized void reload() {
        fingerprint = files.fingerprint();
        List<ScriptFiles.Script> read = files.read();
        Map<String, String> errors = new LinkedHashMap<>();
        try {
            main.renew(
                    () -> {
                        LuaSession fresh = session(read, errors);
                        if (errors.values().stream().anyMatch(error -> !error.isEmpty())) {
                            fresh.close();
                            throw new IllegalStateException("a script failed");
                        }
                        return fresh;
                    },
                    patience());
        } catch (RuntimeException e) {
            LOG.error("The scripts were not loaded again, those before stay in force: {}", e.getMessage());
            List<Status> results = new ArrayList<>();
            read.forEach(script -> results.add(new Status(
                    script.file().toString(),
                    errors.getOrDefault(script.file().toString(), String.valueOf(e.getMessage())))));
            status = List.copyOf(results);
            return;
        }
        scripts = read;
        note(errors);
        closeFilters();
        refresh();
        LOG.info("The scripts were loaded again");
        clock.execute(this::initialize);
    }

    private void reloadIfChanged() {
        try {
            Map<Path, String> now = files.fingerprint();
            // A file that is still being written, and may be empty, waits until it stands still from one look to the
            // next.
            if (!now.equals(fingerprint) && now.equals(seen)) {
                reload();
            }
            seen = now;
        } catch (RuntimeException e) {
            LOG.error("Looking for changed scripts failed", e);
        }
    }

    /** Calls Initialize once the REST API answers: features come in any order. */
    private void initialize() {
        if (functions.awaitServer()) {
            event(Callbacks.INITIALIZE, "", () -> new Object[0]);
        }
    }

    /** Takes note of the functions that are there now. */
    private void refresh() {
        Defined now = main.call(lua -> new Defined(lua.defined(), lua.live()), patience());
        boolean forInstances = Callbacks.INSTANCE_FILTERS.stream().anyMatch(now.names::contains);
        boolean forRequests = Callbacks.REQUEST_FILTERS.stream()
                .anyMatch(name -> now.names.contains(name) && !now.live.contains(name));
        synchronized (services) {
            if (forInstances && instances == null) {
                instances = new LuaWorker("instances", this::session);
            }
            if (forRequests && requests == null) {
                requests = new LuaWorker("requests", this::session);
            }
        }
        defined = now;
        Set<String> effective = new HashSet<>(now.names);
        // As in Orthanc: what clients send does not become a filter of instances.
        Callbacks.INSTANCE_FILTERS.stream().filter(now.live::contains).forEach(effective::remove);
        if (accessUncertain) {
            effective.add(Callbacks.INCOMING_HTTP);
        }
        services.publish(effective);
    }

    private void closeFilters() {
        LuaWorker[] old;
        synchronized (services) {
            old = new LuaWorker[] {instances, requests};
            instances = null;
            requests = null;
        }
        for (LuaWorker filters : old) {
            if (filters != null) {
                filters.close(LAST_LEAVE_MILLIS);
            }
        }
    }

    @Override
    public Overview overview() {
        return new Overview(status, defined.names.stream().sorted().toList());
    }

    // ---- Running ----

    /** Runs a script of a client; {@return what it printed} */
    byte[] execute(byte[] script) {
        try {
            return main.call(
                    lua -> {
                        byte[] printed = lua.run(script, "line");
                        after(lua, "");
                        return printed;
                    },
                    patience());
        } finally {
            refresh();
        }
    }

    boolean defines(String name) {
        return defined.names.contains(name);
    }

    /** {@return whether a script that could not be loaded may be meant to filter requests} */
    boolean isAccessUncertain() {
        return accessUncertain;
    }

    org.isengard.dicom.Dictionary dictionary() {
        DicomFiles present = dicom.getService();
        return present == null ? org.isengard.dicom.Dictionary.standard() : present.dictionary();
    }

    /** The arguments of an event callback, found when its turn has come. */
    @FunctionalInterface
    interface Arguments {
        /** {@return null when there is nothing to tell any more} */
        Object[] get();
    }

    /** Calls a function later, after the events before, if there is one of that name. */
    void event(String name, String kinds, Arguments arguments) {
        event(name, kinds, "", arguments);
    }

    /** @param resource identifier of what the event is about: what its callbacks ask for is done in order */
    void event(String name, String kinds, String resource, Arguments arguments) {
        if (defines(name)) {
            main.post(name, lua -> tell(lua, name, kinds, resource, arguments));
        }
    }

    /** @param name of the callback that is told of the change, "" if there is none */
    void change(Change change, String name, String kinds, Arguments arguments) {
        boolean isWanted = defines(name);
        if (!isWanted && files.isEmpty()) {
            return;
        }
        main.post(name, lua -> {
            if (position.isClosed()) {
                return;
            }
            try {
                if (isWanted) {
                    // The actions of a callback run in order, for one resource.
                    tell(lua, name, kinds, change.id(), arguments);
                }
            } catch (IsengardException e) {
                if (e.error() == ErrorCode.SERVICE_UNAVAILABLE && this.arguments.isClosed()) {
                    // This one and all behind it are left to the one that comes.
                    position.close();
                }
                throw e;
            } finally {
                position.told(change.seq());
            }
        });
    }

    private void tell(LuaSession lua, String name, String kinds, String resource, Arguments arguments) {
        if (!lua.has(name)) {
            return;
        }
        Object[] values = arguments.get();
        if (values != null) {
            try {
                lua.call(name, kinds, value -> null, values);
            } finally {
                after(lua, resource);
            }
        }
    }

    boolean isIndexShared() {
        return indexShared;
    }

    ChangePosition position() {
        return position;
    }

    EventArguments arguments() {
        return arguments;
    }

    private void after(LuaSession lua, String resource) {
        JsonNode wanted = lua.takeOperations();
        if (!wanted.isEmpty()) {
            operations.submit(resource, wanted);
        }
    }

    /**
     * Asks a filter.
     *
     * @param answer what its result means; called while the result is valid
     */
    <T> T filter(String name, String kinds, Function<Value, T> answer, Object... arguments) {
        LuaWorker worker = Callbacks.INSTANCE_FILTERS.contains(name) ? instances : requests;
        if (worker == null || defined.live.contains(name)) {
            worker = main;
        }
        return worker.call(
                lua -> lua.call(name, kinds, answer, arguments), limits.longestMillis() + FILTER_MARGIN_MILLIS);
    }

    /** {@return how long somebody waits for a Lua that others use too} */
    private long patience() {
        return limits.longestMillis() + MARGIN_MILLIS;
    }
}
