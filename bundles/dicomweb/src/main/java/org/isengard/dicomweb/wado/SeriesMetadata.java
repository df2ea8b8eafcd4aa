package org.isengard.dicomweb.wado;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.isengard.api.ResourceLevel;
import org.isengard.api.event.ResourceListener;
import org.isengard.api.index.Change;
import org.isengard.api.index.Index;
import org.isengard.api.rest.Response;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.dicomweb.model.BulkDataUris;
import org.isengard.dicomweb.model.JsonModelWriter;
import org.isengard.dicomweb.options.DicomWebOptions;
import org.isengard.dicomweb.options.ServiceAddress;
import org.isengard.dicomweb.resource.InstanceRef;
import org.isengard.dicomweb.resource.StoredStudies;
import org.isengard.runtime.Json;
import org.isengard.runtime.options.Directories;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metadata in JSON. Those of a series are kept in a file, compressed, from the first request on or from the moment when the
 * series is stable. The name of the file says of which DICOM files it was made, so that it is never used after a change.
 *
 * <p>Threads: calls of clients, and one of its own that makes the metadata of stable series.
 */
@Component(
        service = {SeriesMetadata.class, ResourceListener.class},
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class SeriesMetadata implements ResourceListener {
    private static final Logger LOG = LoggerFactory.getLogger(SeriesMetadata.class);
    private static final String JSON = "application/dicom+json";
    private static final String SUFFIX = ".json.gz";

    /** Counts the changes of what is written. */
    private static final String FORM = "1";

    private static final long MOST_BYTES = 256L << 20;
    private static final int BITS_OF_A_BYTE = 8;
    private static final int MOST_WAITING = 1000;
    private static final int BUFFER = 1 << 16;

    public @interface Config {
        String DicomWeb();

        String StorageDirectory();

        String IndexDirectory();

        String isengard_workdir() default ".";
    }

    private final Index index;
    private final StoredStudies studies;
    private final DicomFiles files;
    /** Null when nothing is kept. */
    private final Path directory;

    private final ThreadPoolExecutor ahead;
    /** The address by which clients called last: what is made ahead names it. */
    private volatile String lastBase;

    @Activate
    public SeriesMetadata(Config config, @Reference Index index, @Reference DicomFiles files) throws IOException {
        this.index = index;
        this.files = files;
        studies = new StoredStudies(index);
        boolean keep = DicomWebOptions.parse(config.DicomWeb(), false, false).metadataCache();
        directory = keep
                ? Files.createDirectories(
                        Directories.of(config.isengard_workdir(), config.StorageDirectory(), config.IndexDirectory())
                                .index()
                                .resolve("dicomweb-metadata"))
                : null;
        ahead = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                run -> {
                    Thread thread = new Thread(run, "dicomweb-metadata");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        ahead.allowCoreThreadTimeOut(true);
    }

    @Deactivate
    void stop() throws InterruptedException {
        ahead.shutdownNow();
        ahead.awaitTermination(5, TimeUnit.SECONDS);
    }

    /** Sends the metadata of a series, from its file where there is one. */
    void sendSeries(List<InstanceRef> instances, String base, boolean gzip, Response response) throws IOException {
        lastBase = base;
        if (directory == null) {
            send(instances, base, gzip, response);
            return;
        }
        Path kept = path(instances, base);
        InputStream opened;
        try {
            if (!Files.exists(kept)) {
                make(instances, base, kept);
            }
            opened = Files.newInputStream(kept);
        } catch (FileSystemException e) {
            // The disk is full, or the series changed meanwhile: the answer does not need the file.
            LOG.info("The metadata of a series are not kept: {}", String.valueOf(e));
            send(instances, base, gzip, response);
            return;
        }
        try (InputStream in = opened) {
            touch(kept);
            if (gzip) {
                response.header("Content-Encoding", "gzip").header("Vary", "Accept-Encoding");
                in.transferTo(response.stream(JSON, Files.size(kept)));
            } else {
                InputStream plain = new GZIPInputStream(in, BUFFER);
                byte[] buffer = new byte[BUFFER];
                OutputStream out = response.stream(JSON, -1);
                for (int n = plain.read(buffer); n >= 0; n = plain.read(buffer)) {
                    out.write(buffer, 0, n);
                }
            }
        }
    }

    /** Sends metadata while they are made. */
    void send(List<InstanceRef> instances, String base, boolean gzip, Response response) throws IOException {
        DicomFile first = files.header(instances.get(0).id());
        if (!gzip) {
            write(instances, first, base, response.stream(JSON, -1));
            return;
        }
        response.header("Content-Encoding", "gzip").header("Vary", "Accept-Encoding");
        GZIPOutputStream out = fast(response.stream(JSON, -1));
        write(instances, first, base, out);
        out.finish();
    }

    private static GZIPOutputStream fast(OutputStream out) throws IOException {
        return new GZIPOutputStream(out, BUFFER) {
            {
                def.setLevel(Deflater.BEST_SPEED);
            }
        };
    }

    private void write(List<InstanceRef> instances, DicomFile first, String base, OutputStream out) throws IOException {
        JsonGenerator json = Json.FACTORY.createGenerator(out);
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.writeStartArray();
        for (int i = 0; i < instances.size(); i++) {
            InstanceRef instance = instances.get(i);
            DicomFile file = i == 0 ? first : files.header(instance.id());
            new JsonModelWriter(json, bulkData(base, instance))
                    .write(shown(file).dataset());
        }
        json.writeEndArray();
        json.close();
    }

    /**
     * Pixel data that was cut off shows as empty: as OB where it is encapsulated, as it must be, or has up to 8 bits, where
     * the file may have either (PS3.5 sections A.2 and A.4).
     */
    static DicomFile shown(DicomFile file) {
        Attributes dataset = file.dataset();
        boolean bytes = file.transferSyntax().encapsulated()
                || dataset.getInt(Tag.BitsAllocated, BITS_OF_A_BYTE + 1) <= BITS_OF_A_BYTE;
        if (bytes && dataset.contains(Tag.PixelData)) {
            dataset.setNull(Tag.PixelData, VR.OB);
        }
        return file;
    }

    static BulkDataUris bulkData(String base, InstanceRef instance) {
        String prefix =
                ServiceAddress.instance(base, instance.study(), instance.series(), instance.instance()) + "/bulk/";
        return path -> prefix + path;
    }

    private Path path(List<InstanceRef> instances, String base) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((FORM + base + files.headerOptions().defaultCharacterSet()).getBytes(StandardCharsets.UTF_8));
            for (InstanceRef instance : instances) {
                digest.update(instance.file().getBytes(StandardCharsets.UTF_8));
            }
            String series = index.ancestor(
                            ResourceLevel.INSTANCE, instances.get(0).id(), ResourceLevel.SERIES)
                    .orElse("none");
            return directory.resolve(series + "_" + HexFormat.of().formatHex(digest.digest(), 0, 16) + SUFFIX);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void make(List<InstanceRef> instances, String base, Path kept) throws IOException {
        DicomFile first = files.header(instances.get(0).id());
        Path made = Files.createTempFile(directory, "new", ".part");
        try {
            try (OutputStream out = fast(Files.newOutputStream(made))) {
                write(instances, first, base, out);
            }
            forget(series(kept));
            Files.move(made, kept, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(made);
        }
        evict();
    }

    private static String series(Path kept) {
        String name = kept.getFileName().toString();
        return name.substring(0, name.indexOf('_') + 1);
    }

    private static void touch(Path kept) {
        try {
            Files.setLastModifiedTime(kept, FileTime.from(Instant.now()));
        } catch (IOException e) {
            LOG.debug("The time of {} cannot be set", kept, e);
        }
    }

    /** Removes what was kept of a series. @param prefix of the names of its files */
    private void forget(String prefix) throws IOException {
        for (Path path : kept()) {
            if (path.getFileName().toString().startsWith(prefix)) {
                Files.deleteIfExists(path);
            }
        }
    }

    private List<Path> kept() throws IOException {
        try (var paths = Files.list(directory)) {
            return new ArrayList<>(
                    paths.filter(path -> path.toString().endsWith(SUFFIX)).toList());
        }
    }

    /** Removes the files that were not used for longest while all together are too large. */
    private synchronized void evict() throws IOException {
        record Kept(Path path, long size, FileTime used) {}
        List<Kept> all = new ArrayList<>();
        long total = 0;
        for (Path path : kept()) {
            if (Files.exists(path)) {
                Kept one = new Kept(path, Files.size(path), Files.getLastModifiedTime(path));
                all.add(one);
                total += one.size;
            }
        }
        all.sort(Comparator.comparing(Kept::used));
        for (int i = 0; i < all.size() - 1 && total > MOST_BYTES; i++) {
            Files.deleteIfExists(all.get(i).path);
            total -= all.get(i).size;
        }
    }

    @Override
    public void changed(Change change) {
        if (directory == null || change.level() != ResourceLevel.SERIES) {
            return;
        }
        if (change.type().equals("Deleted")) {
            ahead.execute(() -> {
                try {
                    forget(change.id() + "_");
                } catch (IOException e) {
                    LOG.warn("The metadata of the deleted series {} cannot be removed", change.id(), e);
                }
            });
        } else if (change.type().equals("StableSeries") && lastBase != null) {
            ahead.execute(() -> makeAhead(change.id(), lastBase));
        }
    }

    private void makeAhead(String series, String base) {
        try {
            List<InstanceRef> instances = studies.ofSeries(series);
            if (!instances.isEmpty()) {
                Path kept = path(instances, base);
                if (!Files.exists(kept)) {
                    make(instances, base, kept);
                }
            }
        } catch (IOException | RuntimeException e) {
            // The first request makes them, or tells what is wrong.
            LOG.debug("The metadata of series {} cannot be made ahead", series, e);
        }
    }
}
