package org.isengard.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.servlet.Filter;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.Source;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.security.Identity;
import org.isengard.dicom.orthanc.ResourceIds;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /instances}: one DICOM file, a ZIP archive of many, or an HTML form.
 *
 * <p>Threading: the small entries of an archive are received by a few threads, so that they share commits; answers keep
 * the archive's order.
 */
@Component(service = Filter.class)
@Feature(isengard_feature = "ingest")
public final class UploadRoutes extends RoutingFilter {
    private static final String FORM = "multipart/form-data";
    private static final Logger LOG = LoggerFactory.getLogger(UploadRoutes.class);
    private static final int SMALL_ENTRY = 1 << 20;
    private static final int WINDOW = 32;

    private final Ingest ingest;
    private final ChunkedUploads chunks = new ChunkedUploads();
    private final ExecutorService workers =
            Executors.newFixedThreadPool(Math.max(4, Runtime.getRuntime().availableProcessors() * 4), task -> {
                Thread thread = new Thread(task, "isengard-ingest");
                thread.setDaemon(true);
                return thread;
            });

    @Activate
    public UploadRoutes(@Reference Ingest ingest) {
        super(new Routes());
        this.ingest = ingest;
        routes().post("/instances", this::upload);
    }

    @Override
    protected void leave() {
        super.leave();
        workers.shutdown();
        try {
            chunks.close();
            workers.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("Files of unfinished uploads stay", e);
        }
    }

    private void upload(Request request, Response response) throws IOException {
        Source source = Source.rest(request.caller(), request.header("Host").orElse(""));
        String type = request.header("Content-Type").orElse("");
        BufferedInputStream body = new BufferedInputStream(request.body(), 1 << 16);
        Optional<ChunkedUploads.Place> place = ChunkedUploads.place(request).filter(one -> !one.isWhole());
        if (place.isPresent()) {
            chunk(place.get(), type, body, source);
            return;
        }
        if (type.regionMatches(true, 0, FORM, 0, FORM.length())) {
            FormFiles form = new FormFiles(body, type);
            for (InputStream file = form.next(); file != null; file = form.next()) {
                receive(new BufferedInputStream(file, 1 << 16), source);
            }
            // As in Orthanc, which answers forms with an empty page.
            return;
        }
        if (!isZip(body)) {
            Ingest.Outcome outcome = ingest.receive(body, source);
            refuseIfFull(outcome);
            response.json(json -> write(json, outcome));
            return;
        }
        List<Ingest.Outcome> outcomes = archive(body, source);
        response.json(json -> {
            json.writeStartArray();
            for (Ingest.Outcome outcome : outcomes) {
                write(json, outcome);
            }
            json.writeEndArray();
        });
    }

    /** Answers an empty page, as for forms: what comes of the file is known with its last chunk only. */
    private void chunk(ChunkedUploads.Place place, String type, BufferedInputStream body, Source source)
            throws IOException {
        InputStream chunk = body;
        if (type.regionMatches(true, 0, FORM, 0, FORM.length())) {
            chunk = new FormFiles(body, type).next();
            if (chunk == null) {
                throw new IsengardException(ErrorCode.BAD_REQUEST, "The form has no file");
            }
        }
        Optional<Path> file = chunks.add(place, chunk);
        if (file.isPresent()) {
            try (BufferedInputStream whole = new BufferedInputStream(Files.newInputStream(file.get()), 1 << 16)) {
                receive(whole, source);
            } finally {
                Files.delete(file.get());
            }
        }
    }

    private void receive(BufferedInputStream file, Source source) throws IOException {
        if (isZip(file)) {
            archive(file, source);
        } else {
            refuseIfFull(ingest.receive(file, source));
        }
    }

    private static boolean isZip(BufferedInputStream in) throws IOException {
        in.mark(4);
        byte[] magic = in.readNBytes(4);
        in.reset();
        return magic.length == 4 && magic[0] == 'P' && magic[1] == 'K' && magic[2] == 3 && magic[3] == 4;
    }

    private List<Ingest.Outcome> archive(InputStream body, Source source) throws IOException {
        List<Ingest.Outcome> outcomes = new ArrayList<>();
        Deque<Future<Ingest.Outcome>> running = new ArrayDeque<>();
        try (ZipArchiveInputStream zip = new ZipArchiveInputStream(body, "UTF-8", true, true)) {
            for (ZipArchiveEntry entry = next(zip); entry != null; entry = next(zip)) {
                if (entry.isDirectory() || !zip.canReadEntryData(entry)) {
                    continue;
                }
                String name = entry.getName();
                InputStream data = new BoundedEntry(zip);
                byte[] start = data.readNBytes(SMALL_ENTRY);
                if (start.length < SMALL_ENTRY) {
                    running.add(workers.submit(
                            Identity.carry(() -> receiveEntry(new ByteArrayInputStream(start), name, source))));
                } else {
                    add(
                            receiveEntry(
                                    new java.io.SequenceInputStream(new ByteArrayInputStream(start), data),
                                    name,
                                    source),
                            outcomes,
                            running);
                }
                while (running.size() > WINDOW) {
                    add(get(running.remove()), outcomes);
                }
            }
        } finally {
            while (!running.isEmpty()) {
                add(get(running.remove()), outcomes);
            }
        }
        return outcomes;
    }

    private static ZipArchiveEntry next(ZipArchiveInputStream zip) {
        try {
            return zip.getNextEntry();
        } catch (IOException e) {
            throw BoundedEntry.badArchive(e);
        }
    }

    private static void add(
            Ingest.Outcome outcome, List<Ingest.Outcome> outcomes, Deque<Future<Ingest.Outcome>> running)
            throws IOException {
        while (!running.isEmpty()) {
            add(get(running.remove()), outcomes);
        }
        add(outcome, outcomes);
    }

    private static void add(Ingest.Outcome outcome, List<Ingest.Outcome> outcomes) {
        if (outcome != null) {
            outcomes.add(outcome);
        }
    }

    private static Ingest.Outcome get(Future<Ingest.Outcome> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    /** {@return null for what is no DICOM file: archives often carry others along} */
    private Ingest.Outcome receiveEntry(InputStream data, String name, Source source) throws IOException {
        try {
            Ingest.Outcome outcome = ingest.receive(data, source);
            refuseIfFull(outcome);
            return outcome;
        } catch (IsengardException e) {
            if (e.error() != ErrorCode.BAD_FILE_FORMAT && e.error() != ErrorCode.INEXISTENT_TAG) {
                throw e;
            }
            LOG.debug("The archive's entry {} is no DICOM instance: {}", name, e.details());
            return null;
        }
    }

    private static void refuseIfFull(Ingest.Outcome outcome) {
        if (outcome.status() == StoreStatus.STORAGE_FULL) {
            throw new IsengardException(ErrorCode.FULL_STORAGE, 507, "The storage is full", null);
        }
    }

    private static void write(JsonGenerator json, Ingest.Outcome outcome) throws IOException {
        ResourceIds ids = outcome.ids();
        json.writeStartObject();
        json.writeStringField("ID", ids.instance());
        json.writeStringField("ParentPatient", ids.patient());
        json.writeStringField("ParentSeries", ids.series());
        json.writeStringField("ParentStudy", ids.study());
        json.writeStringField("Path", ResourceLevel.INSTANCE.path(ids.instance()));
        json.writeStringField("Status", outcome.status().label());
        json.writeEndObject();
    }
}
