package org.isengard.networking.worklist;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.storage.DicomFiles;
import org.isengard.api.worklist.WorklistQuery;
import org.isengard.api.worklist.WorklistSource;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.networking.match.AttributeMatch;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.rest.kit.Json;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worklist items of a folder: files whose name ends with {@code .wl}, as the options of Orthanc's worklist plugin
 * say. The folder is read at each query, a file only when it has changed.
 */
@Component(
        service = {},
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class WorklistFolder implements WorklistSource {
    private static final Logger LOG = LoggerFactory.getLogger(WorklistFolder.class);
    private static final long LONGEST_FILE = 16 << 20;
    private static final int MOST_FILES = 20_000;

    public @interface Config {
        /** The section of the configuration, as JSON. */
        String Worklists() default "{}";

        String isengard_workdir() default ".";
    }

    /** A file that was read; without item when it is no DICOM file. */
    private record Known(FileTime modified, long size, Attributes item) {}

    private final DicomFiles files;
    private final Path folder;
    private final boolean issuerOnly;
    private final int limit;
    private final Map<Path, Known> known = new ConcurrentHashMap<>();
    private final ServiceRegistration<WorklistSource> registration;

    @Activate
    public WorklistFolder(@Reference DicomFiles files, Config config, BundleContext context) {
        this.files = files;
        JsonNode options = options(config.Worklists());
        folder = Path.of(config.isengard_workdir())
                .resolve(options.path("Database").asText("WorklistsDatabase"));
        issuerOnly = options.path("FilterIssuerAet").asBoolean();
        limit = Math.max(0, options.path("LimitAnswers").asInt());
        registration = options.path("Enable").asBoolean()
                ? context.registerService(WorklistSource.class, this, new Hashtable<>())
                : null;
        if (registration != null) {
            LOG.info("Worklist items are those of {}", folder);
        }
    }

    private static JsonNode options(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "Option \"Worklists\": " + e.getMessage(), e);
        }
    }

    @Deactivate
    void stop() {
        if (registration != null) {
            registration.unregister();
        }
    }

    @Override
    public List<Attributes> items(WorklistQuery query) throws IOException {
        List<Path> paths = paths();
        known.keySet().retainAll(paths);
        var match = new AttributeMatch(query.keys(), false);
        List<Attributes> items = new ArrayList<>();
        for (Path path : paths) {
            Attributes item = read(path);
            if (item != null && (!issuerOnly || isFor(item, query.callingAet())) && match.matches(item)) {
                items.add(item);
                if (items.size() == limit) {
                    LOG.warn("More items match than LimitAnswers ({}) lets through", limit);
                    break;
                }
            }
        }
        return items;
    }

    private List<Path> paths() throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path path : all) {
                String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
                if (name.endsWith(".wl") && paths.size() < MOST_FILES) {
                    paths.add(path);
                }
            }
        }
        paths.sort(null);
        return paths;
    }

    private static boolean isFor(Attributes item, String aet) {
        Sequence steps = item.getSequence(Tag.ScheduledProcedureStepSequence);
        if (steps != null) {
            for (Attributes step : steps) {
                if (step.getStrings(Tag.ScheduledStationAETitle).contains(aet)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** {@return null for what is gone, no file, or no DICOM file} */
    private Attributes read(Path path) {
        try {
            var file = Files.readAttributes(path, BasicFileAttributes.class);
            Known before = known.get(path);
            if (before != null && before.size == file.size() && before.modified.equals(file.lastModifiedTime())) {
                return before.item;
            }
            Attributes item = file.isRegularFile() ? parse(path, file.size()) : null;
            known.put(path, new Known(file.lastModifiedTime(), file.size(), item));
            return item;
        } catch (IOException e) {
            LOG.debug("{} has gone: {}", path, e.getMessage());
            return null;
        }
    }

    private Attributes parse(Path path, long size) {
        try {
            if (size > LONGEST_FILE) {
                throw new IOException("longer than " + LONGEST_FILE + " bytes");
            }
            return DicomReader.read(path, files.headerOptions()).dataset();
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} is no worklist item: {}", path, e.getMessage());
            return null;
        }
    }
}
