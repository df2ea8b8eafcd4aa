package org.isengard.networking.worklist;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.storage.DicomFiles;
import org.isengard.api.worklist.WorklistQuery;
import org.isengard.api.worklist.WorklistSource;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.UIDs;
import org.isengard.networking.match.AttributeMatch;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.runtime.options.Directories;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.ServiceAbsentException;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worklist items of a folder: files whose name ends with {@code .wl}, made by other programs or through REST, as the
 * options of Orthanc's worklists plugin say. Each query reads the folder, and a file only when it has changed.
 */
@Component(
        service = WorklistFolder.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class WorklistFolder implements WorklistSource {
    private static final Logger LOG = LoggerFactory.getLogger(WorklistFolder.class);
    private static final long LONGEST_FILE = 16 << 20;
    private static final int MOST_FILES = 20_000;
    private static final String SUFFIX = ".wl";
    private static final Pattern CREATED = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    public @interface Config {
        /** The section of the configuration, as JSON. */
        String Worklists();

        String StorageDirectory();

        String IndexDirectory();

        String isengard_workdir() default ".";
    }

    /** A file that was read; without item when it is no DICOM file. */
    private record Known(FileTime modified, long size, Attributes item) {}

    private final Lease<DicomFiles> files;
    private final WorklistOptions options;
    private final Map<Path, Known> known = new ConcurrentHashMap<>();

    @Activate
    public WorklistFolder(Config config, BundleContext context) {
        this(Lease.follow(context, DicomFiles.class, "feature storage", SwapTimeout.of(context)), config, context);
    }

    WorklistFolder(Lease<DicomFiles> files, Config config, BundleContext context) {
        this.files = files;
        Path work = Path.of(config.isengard_workdir());
        Path data = Directories.of(config.isengard_workdir(), config.StorageDirectory(), config.IndexDirectory())
                .index();
        options = WorklistOptions.parse(config.Worklists(), work, data);
        if (options.enabled()) {
            LOG.info("The worklist serves the items of {}", options.folder());
        }
    }

    WorklistOptions options() {
        return options;
    }

    @Deactivate
    void stop() {
        files.end();
    }

    @Override
    public List<Attributes> items(WorklistQuery query) throws IOException {
        List<Path> paths = paths();
        known.keySet().retainAll(paths);
        var match = new AttributeMatch(query.keys(), false);
        List<Attributes> items = new ArrayList<>();
        for (Path path : paths) {
            Attributes item = read(path);
            if (item != null && (!options.issuerOnly() || isFor(item, query.callingAet())) && match.matches(item)) {
                items.add(item);
                if (items.size() == options.limit()) {
                    LOG.warn("More items match than LimitAnswers ({}) lets through", options.limit());
                    break;
                }
            }
        }
        return items;
    }

    /** {@return all items by identifier, which is the name of the file without its ending} */
    Map<String, Attributes> all() throws IOException {
        Map<String, Attributes> items = new TreeMap<>();
        for (Path path : paths()) {
            Attributes item = read(path);
            if (item != null) {
                String name = path.getFileName().toString();
                items.put(name.substring(0, name.length() - SUFFIX.length()), item);
            }
        }
        return items;
    }

    Optional<Attributes> find(String id) throws IOException {
        return Optional.ofNullable(all().get(id));
    }

    /** Whether an item was made by {@link #write} under a new identifier, a UUID. */
    static boolean isCreated(String id) {
        return CREATED.matcher(id).matches();
    }

    /** Writes an item; it is durable and seen whole when this returns. */
    synchronized void write(String id, Attributes item) throws IOException {
        Files.createDirectories(options.folder());
        Path file = file(id);
        Path temporary = options.folder().resolve(id + ".tmp");
        TransferSyntax syntax = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
        var bytes = new ByteArrayOutputStream();
        DicomWriter.write(
                bytes,
                DicomWriter.fileMetaInformation(UID.ModalityWorklistInformationModelFind, UIDs.generate(), syntax),
                item,
                syntax);
        try (FileChannel out = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes.toByteArray());
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        known.remove(file);
        syncFolder();
    }

    /** Deletes an item, durably. */
    synchronized void delete(String id) throws IOException {
        Path file = file(id);
        Files.deleteIfExists(file);
        known.remove(file);
        syncFolder();
    }

    /** {@return the file of an item that exists, or of a new one} */
    private Path file(String id) throws IOException {
        for (Path path : paths()) {
            String name = path.getFileName().toString();
            if (name.substring(0, name.length() - SUFFIX.length()).equals(id)) {
                return path;
            }
        }
        if (!isCreated(id)) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No such item: " + id);
        }
        return options.folder().resolve(id + SUFFIX);
    }

    private void syncFolder() throws IOException {
        try (FileChannel directory = FileChannel.open(options.folder(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private List<Path> paths() throws IOException {
        List<Path> paths = new ArrayList<>();
        if (options.own() && !Files.isDirectory(options.folder())) {
            return paths;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(options.folder())) {
            for (Path path : all) {
                String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
                if (name.endsWith(SUFFIX) && paths.size() < MOST_FILES) {
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
    private Attributes read(Path path) throws ServiceAbsentException {
        try {
            var file = Files.readAttributes(path, BasicFileAttributes.class);
            Known before = known.get(path);
            if (before != null && before.size == file.size() && before.modified.equals(file.lastModifiedTime())) {
                return before.item;
            }
            Attributes item = file.isRegularFile()
                    ? parse(path, file.size(), files.service().headerOptions())
                    : null;
            known.put(path, new Known(file.lastModifiedTime(), file.size(), item));
            return item;
        } catch (ServiceAbsentException e) {
            throw e;
        } catch (IOException e) {
            LOG.debug("{} has gone: {}", path, e.getMessage());
            return null;
        }
    }

    private static Attributes parse(Path path, long size, ReadOptions options) {
        try {
            if (size > LONGEST_FILE) {
                throw new IOException("longer than " + LONGEST_FILE + " bytes");
            }
            return DicomReader.read(path, options).dataset();
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} is no worklist item: {}", path, e.getMessage());
            return null;
        }
    }
}
