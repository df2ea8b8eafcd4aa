package org.isengard.security.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest.Part;
import org.isengard.api.index.Index;
import org.isengard.api.index.Resource;
import org.isengard.api.security.AuditLog;
import org.isengard.api.security.Identity;
import org.isengard.dicom.Tag;
import org.isengard.runtime.Json;
import org.isengard.runtime.options.Directories;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit in files below the directory of the index ({@code security/audit}), when {@code Authorization.EnableAuditLogs} says so.
 *
 * <p>Threading: events are written on the threads of those who report them; one thread brings them to the disk each second.
 */
@Component(
        service = {AuditLog.class, FileAuditLog.class},
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class FileAuditLog implements AuditLog {
    @interface Config {
        String Authorization();

        String StorageDirectory();

        String IndexDirectory();

        String isengard_workdir() default ".";
    }

    private static final Logger LOG = LoggerFactory.getLogger(FileAuditLog.class);
    private static final Set<Part> TAGS = Set.of(Part.TAGS, Part.PARENT_TAGS);

    /** Null when there is no audit. */
    private final AuditFiles files;

    private final ScheduledExecutorService disk = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "isengard-audit");
        thread.setDaemon(true);
        return thread;
    });

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Index index;

    @Activate
    public FileAuditLog(Config config) throws IOException {
        JsonNode section = Json.MAPPER.readTree(config.Authorization());
        boolean enabled =
                "true".equalsIgnoreCase(section.path("EnableAuditLogs").asText());
        files = enabled
                ? new AuditFiles(
                        Directories.of(config.isengard_workdir(), config.StorageDirectory(), config.IndexDirectory())
                                .index()
                                .resolve("security/audit"),
                        section.path("AuditLogsRetentionDays").asInt(0))
                : null;
        if (enabled) {
            disk.scheduleWithFixedDelay(files::sync, 1, 1, TimeUnit.SECONDS);
        }
    }

    @Deactivate
    void close() throws IOException {
        disk.shutdownNow();
        if (files != null) {
            files.close();
        }
    }

    @Override
    public boolean isEnabled() {
        return files != null;
    }

    @Override
    public Event identified(Event event) {
        Index present = index;
        Optional<ResourceLevel> level = level(event.level());
        if (present == null
                || level.isEmpty()
                || event.resource().isEmpty()
                || !event.patientId().isEmpty()) {
            return event;
        }
        try {
            Optional<Resource> resource = Identity.SERVER.run(() -> present.get(level.get(), event.resource(), TAGS));
            return resource.map(found -> event.of(
                            value(found, ResourceLevel.PATIENT, Tag.PatientID),
                            value(found, ResourceLevel.STUDY, Tag.StudyInstanceUID)))
                    .orElse(event);
        } catch (RuntimeException e) {
            // The index may be leaving: the event counts more than the names in it.
            LOG.debug("The resource of an event is not identified", e);
            return event;
        }
    }

    private static Optional<ResourceLevel> level(String name) {
        for (ResourceLevel level : ResourceLevel.values()) {
            if (level.label().equalsIgnoreCase(name)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    private static String value(Resource resource, ResourceLevel level, int tag) {
        return resource.tags().getOrDefault(level, Map.of()).getOrDefault(tag, "");
    }

    @Override
    public void record(Event event) {
        if (files != null) {
            files.append(identified(event));
        }
    }

    @Override
    public List<String> verify() {
        if (files == null) {
            return List.of("There is no audit: see \"Authorization.EnableAuditLogs\"");
        }
        try {
            return files.verify();
        } catch (IOException e) {
            return List.of("THE FILES CANNOT BE READ: " + e.getMessage());
        }
    }

    /** Walks through the events from a day on ("" for all), the oldest first, until the taker has enough. */
    public void each(String fromDay, Predicate<JsonNode> taker) throws IOException {
        if (files != null) {
            files.each(fromDay, taker);
        }
    }
}
