package org.isengard.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.index.Metadata;
import org.isengard.api.index.NewInstance;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.IncomingFilter;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.InstanceRefused;
import org.isengard.api.ingest.Options;
import org.isengard.api.ingest.Source;
import org.isengard.api.rest.Caller;
import org.isengard.api.security.AuditLog;
import org.isengard.api.security.Identity;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.dicom.DicomException;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Tag;
import org.isengard.dicom.orthanc.ResourceIds;
import org.isengard.rest.kit.RequiredFilters;
import org.isengard.rest.kit.audit.AuditTrail;
import org.isengard.runtime.swap.LazyServices;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of an instance: what fits a buffer is parsed and filtered before a byte is written, what is larger streams to
 * the storage area meanwhile. The file is durable before the index learns of it, the index before the sender does.
 *
 * <p>Threading: runs on the threads of its callers; buffers are shared between calls.
 */
@Component(service = Ingest.class, configurationPid = "org.isengard", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class InstanceReceiver implements Ingest {
    @interface Config {
        boolean ReadOnly();

        /** Always, Never, or IfChanged, which acts as Never. */
        String OverwriteInstances();
    }

    private static final Logger LOG = LoggerFactory.getLogger(InstanceReceiver.class);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss");
    private static final int BUFFER = 1 << 20;
    /** Senders may lose their patience. */
    private static final long DICOM_PATIENCE = 30_000_000_000L;

    private static final int MAX_IDLE_BUFFERS = 16;
    /** Ingest stores larger files as they came: transcoding needs the file in memory. */
    private static final long MAX_TRANSCODED = 256L << 20;

    private final Index index;
    private final Attachments attachments;
    private final DicomFiles files;
    private final IngestTranscoding transcoding;
    private final RequiredFilters scripts;
    private final IncomingEditors editors;
    private final IngestMetrics metrics;
    private final boolean readOnly;
    private final OverwriteMode overwrite;
    private final Deque<byte[]> buffers = new ArrayDeque<>();

    private final LazyServices<IncomingFilter> filters;

    private final AuditTrail audit;

    @Activate
    public InstanceReceiver(
            Config config,
            @Reference Index index,
            @Reference Attachments attachments,
            @Reference DicomFiles files,
            @Reference IngestTranscoding transcoding,
            @Reference RequiredFilters scripts,
            @Reference IncomingEditors editors,
            @Reference IngestMetrics metrics,
            @Reference AuditTrail audit,
            BundleContext context) {
        this.index = index;
        this.attachments = attachments;
        this.files = files;
        this.transcoding = transcoding;
        this.scripts = scripts;
        this.editors = editors;
        this.metrics = metrics;
        this.audit = audit;
        filters = LazyServices.open(context, IncomingFilter.class);
        readOnly = config.ReadOnly();
        overwrite = OverwriteMode.of(config.OverwriteInstances());
    }

    @Deactivate
    void close() {
        filters.close();
    }

    @Override
    public Outcome receive(InputStream file, Source source) throws IOException {
        return receive(file, source, Options.DEFAULT);
    }

    @Override
    public Outcome receive(InputStream file, Source source, Options options) throws IOException {
        if (readOnly) {
            // Before a byte goes to the disk.
            throw new IsengardException(ErrorCode.FORBIDDEN, "The server is read-only: see \"ReadOnly\"");
        }
        long start = System.nanoTime();
        String counted = IngestMetrics.REFUSED;
        try {
            Outcome outcome = receiveUncounted(file, source, options);
            counted = outcome.status().label();
            tell(source, outcome);
            return outcome;
        } finally {
            metrics.received(source, counted, start);
        }
    }

    private void tell(Source source, Outcome outcome) {
        if (audit.isEnabled()) {
            audit.record(new AuditLog.Event(
                    Instant.now(),
                    source.remoteAet().isEmpty() ? source.caller().username() : source.remoteAet(),
                    source.caller().remoteIp(),
                    "store",
                    ResourceLevel.INSTANCE.label(),
                    outcome.ids() == null ? "" : outcome.ids().instance(),
                    "",
                    "",
                    outcome.status().label(),
                    source.caller().origin().label()));
        }
    }

    private Outcome receiveUncounted(InputStream file, Source source, Options options) throws IOException {
        if (!options.skipFilters() && !editors.isEmpty()) {
            return receiveEdited(file, source, options);
        }
        byte[] buffer = takeBuffer();
        try {
            int length = file.readNBytes(buffer, 0, buffer.length);
            return length < buffer.length
                    ? receiveSmall(buffer, length, source, options)
                    : receiveLarge(buffer, file, source, options);
        } catch (DicomException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, String.valueOf(e.getMessage()), e);
        } finally {
            giveBuffer(buffer);
        }
    }

    private Outcome receiveEdited(InputStream in, Source source, Options options) throws IOException {
        IncomingEditors.Edited edited = editors.edit(in, source);
        try {
            byte[] file = edited.file();
            if (edited.discarded()) {
                DicomFile header = DicomReader.read(new ByteArrayInputStream(file), files.headerOptions());
                return new Outcome(StoreStatus.FILTERED_OUT, identify(header));
            }
            return receiveSmall(file, file.length, source, options);
        } catch (DicomException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, String.valueOf(e.getMessage()), e);
        }
    }

    private Outcome receiveSmall(byte[] buffer, int length, Source source, Options options) throws IOException {
        DicomFile header = DicomReader.read(new ByteArrayInputStream(buffer, 0, length), files.headerOptions());
        ResourceIds ids = identify(header);
        PixelDataEnd end = new PixelDataEnd(header);
        end.pass(buffer, 0, length);
        WholeFile.require(header, end, new ByteArrayInputStream(buffer, 0, length), files.headerOptions());
        if (isUnwanted(header, source, options)) {
            return new Outcome(StoreStatus.FILTERED_OUT, ids);
        }
        if (isKept(ids, ByteBuffer.wrap(buffer, 0, length), options)) {
            return new Outcome(StoreStatus.ALREADY_STORED, ids);
        }
        if (transcoding.wants(header) && !options.skipFilters()) {
            Optional<byte[]> transcoded = transcoding.transcode(files.parse(Arrays.copyOf(buffer, length)));
            if (transcoded.isPresent()) {
                return storeTranscoded(transcoded.get(), source, options);
            }
        }
        return store(header, ids, ByteBuffer.wrap(buffer, 0, length), source, options);
    }

    private Outcome store(DicomFile header, ResourceIds ids, ByteBuffer file, Source source, Options options)
            throws IOException {
        return record(header, ids, attachments.store(Attachment.DICOM, file), source, options);
    }

    private Outcome storeTranscoded(byte[] file, Source source, Options options) throws IOException {
        DicomFile header = DicomReader.read(new ByteArrayInputStream(file), files.headerOptions());
        ResourceIds ids = identify(header);
        // A lossy encoding has made another instance, which may be there already.
        if (isKept(ids, ByteBuffer.wrap(file), options)) {
            return new Outcome(StoreStatus.ALREADY_STORED, ids);
        }
        return store(header, ids, ByteBuffer.wrap(file), source, options);
    }

    private Outcome receiveLarge(byte[] buffer, InputStream rest, Source source, Options options) throws IOException {
        byte[] chunk = takeBuffer();
        try (Attachments.Upload upload = attachments.create(Attachment.DICOM)) {
            upload.write(ByteBuffer.wrap(buffer));
            DicomFile header = parseStart(buffer);
            // A file that will be refused need not travel to the disk, but the sender expects to send all of it.
            if (header != null) {
                ResourceIds ids = identify(header);
                boolean unwanted = isUnwanted(header, source, options);
                if (unwanted || isKept(ids, null, options)) {
                    drain(rest, chunk);
                    return new Outcome(unwanted ? StoreStatus.FILTERED_OUT : StoreStatus.ALREADY_STORED, ids);
                }
            }
            PixelDataEnd end = header == null ? null : new PixelDataEnd(header);
            if (end != null) {
                end.pass(buffer, 0, buffer.length);
            }
            for (int n = rest.read(chunk); n >= 0; n = rest.read(chunk)) {
                upload.write(ByteBuffer.wrap(chunk, 0, n));
                if (end != null) {
                    end.pass(chunk, 0, n);
                }
            }
            if (end != null && !end.isWhole()) {
                throw WholeFile.cutOff();
            }
            Attachment attachment = upload.commit();
            if (header != null) {
                return transcodeOrRecord(header, identify(header), attachment, source, options);
            }
            return recordAfterwards(attachment, source, options);
        } finally {
            giveBuffer(chunk);
        }
    }

    private void requireWhole(DicomFile header, Attachment attachment) throws IOException {
        PixelDataEnd end = new PixelDataEnd(header);
        byte[] chunk = takeBuffer();
        try (InputStream in = attachments.open(attachment, 0)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                end.pass(chunk, 0, n);
            }
        } finally {
            giveBuffer(chunk);
        }
        try (InputStream in = attachments.open(attachment, 0)) {
            WholeFile.require(header, end, in, files.headerOptions());
        }
    }

    private static void drain(InputStream in, byte[] chunk) throws IOException {
        int n = in.read(chunk);
        while (n >= 0) {
            n = in.read(chunk);
        }
    }

    /** {@return the header, null if it does not end within the buffer} */
    private DicomFile parseStart(byte[] buffer) throws IOException {
        try {
            DicomFile header = DicomReader.read(new ByteArrayInputStream(buffer), files.headerOptions());
            return header.pixelDataVR() == null ? null : header;
        } catch (DicomException e) {
            LOG.debug("The first {} bytes are not a whole header: {}", buffer.length, e.getMessage());
            return null;
        }
    }

    /** A file whose header did not fit the buffer is parsed where it was stored, and removed if it is refused. */
    private Outcome recordAfterwards(Attachment attachment, Source source, Options options) throws IOException {
        boolean kept = false;
        try {
            DicomFile header;
            try (InputStream in = attachments.open(attachment, 0)) {
                header = DicomReader.read(in, files.headerOptions());
            }
            ResourceIds ids = identify(header);
            requireWhole(header, attachment);
            if (isUnwanted(header, source, options)) {
                return new Outcome(StoreStatus.FILTERED_OUT, ids);
            }
            kept = true;
            return transcodeOrRecord(header, ids, attachment, source, options);
        } finally {
            if (!kept) {
                attachments.discard(attachment);
            }
        }
    }

    /** A large file is transcoded from where it was stored, and replaced there. */
    private Outcome transcodeOrRecord(
            DicomFile header, ResourceIds ids, Attachment attachment, Source source, Options options)
            throws IOException {
        if (transcoding.wants(header) && !options.skipFilters() && attachment.size() <= MAX_TRANSCODED) {
            Optional<byte[]> transcoded;
            try (InputStream in = attachments.open(attachment, 0)) {
                transcoded = transcoding.transcode(files.parse(in.readNBytes((int) attachment.size())));
            }
            if (transcoded.isPresent()) {
                attachments.discard(attachment);
                return storeTranscoded(transcoded.get(), source, options);
            }
        }
        return record(header, ids, attachment, source, options);
    }

    private static ResourceIds identify(DicomFile header) {
        return ResourceIds.of(header.dataset())
                .orElseThrow(() -> new IsengardException(
                        ErrorCode.INEXISTENT_TAG,
                        "A Study, Series or SOP Instance UID is missing: this is no instance"));
    }

    private boolean isUnwanted(DicomFile header, Source source, Options options) {
        if (options.skipFilters()) {
            return false;
        }
        if (source.caller().origin() == Caller.Origin.LUA && !filters.isEmpty()) {
            // Scripts that leave wait for their own calls.
            return Identity.SERVER.run(() -> isRefused(header, source));
        }
        return scripts.ask(
                source.caller().origin() == Caller.Origin.DICOM_PROTOCOL ? DICOM_PATIENCE : Long.MAX_VALUE,
                () -> Identity.SERVER.run(() -> isRefused(header, source)));
    }

    /** The filters decide for the server, whatever the sender may see. */
    private boolean isRefused(DicomFile header, Source source) {
        for (IncomingFilter filter : filters.all()) {
            try {
                if (!filter.accept(header, source)) {
                    return true;
                }
            } catch (InstanceRefused e) {
                throw e;
            } catch (RuntimeException e) {
                if (e instanceof IsengardException cannotTell && cannotTell.error() == ErrorCode.SERVICE_UNAVAILABLE) {
                    throw e;
                }
                // A broken filter must not lose instances.
                LOG.error("An incoming filter failed, the instance is accepted", e);
            }
        }
        return false;
    }

    private OverwriteMode mode(Options options) {
        return overwrite.or(options.overwrite());
    }

    /**
     * {@return whether an instance that is there stays as it is}
     *
     * @param file the new file; null while it is not known whole
     */
    private boolean isKept(ResourceIds ids, ByteBuffer file, Options options) {
        return switch (mode(options)) {
            case ALWAYS -> false;
            case NEVER -> index.exists(ResourceLevel.INSTANCE, ids.instance());
            case IF_CHANGED -> file != null && isStored(ids, () -> md5(file));
        };
    }

    private boolean isStored(ResourceIds ids, Supplier<String> md5) {
        return index.attachment(ResourceLevel.INSTANCE, ids.instance(), Attachment.DICOM)
                .filter(stored -> !stored.md5().isEmpty() && stored.md5().equals(md5.get()))
                .isPresent();
    }

    private static String md5(ByteBuffer file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(file.duplicate());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }

    private Outcome record(DicomFile header, ResourceIds ids, Attachment attachment, Source source, Options options)
            throws IOException {
        if (mode(options) == OverwriteMode.IF_CHANGED && isStored(ids, attachment::md5)) {
            attachments.discard(attachment);
            return new Outcome(StoreStatus.ALREADY_STORED, ids);
        }
        Index.Stored stored;
        try {
            stored = index.store(new NewInstance(
                    ids,
                    header.dataset(),
                    metadata(header, source, options),
                    options.metadata(),
                    List.of(attachment),
                    mode(options) != OverwriteMode.NEVER));
        } catch (RuntimeException e) {
            discardUnlessKnown(attachment);
            throw e;
        }
        if (stored.status() != StoreStatus.SUCCESS) {
            attachments.discard(attachment);
        }
        return new Outcome(stored.status(), ids);
    }

    /** After a failed commit the row may be there all the same: a file too many is better than one too few. */
    private void discardUnlessKnown(Attachment attachment) throws IOException {
        try {
            if (index.known(List.of(attachment.uuid())).isEmpty()) {
                attachments.discard(attachment);
            }
        } catch (RuntimeException e) {
            LOG.warn("The file {} stays, the index does not say whether it is needed", attachment.uuid(), e);
        }
    }

    private static Map<String, String> metadata(DicomFile header, Source source, Options options) {
        Map<String, String> metadata = new HashMap<>();
        Caller caller = source.caller();
        metadata.put(Metadata.RECEPTION_DATE, CLOCK.format(LocalDateTime.now(ZoneOffset.UTC)));
        metadata.put(Metadata.ORIGIN, caller.origin().label());
        metadata.put(Metadata.REMOTE_AET, source.remoteAet());
        if (!caller.remoteIp().isEmpty()) {
            metadata.put(Metadata.REMOTE_IP, caller.remoteIp());
        }
        if (caller.origin() == Caller.Origin.DICOM_PROTOCOL) {
            metadata.put(Metadata.CALLED_AET, source.calledAet());
        } else if (caller.origin() == Caller.Origin.REST_API) {
            metadata.put(Metadata.HTTP_USERNAME, caller.username());
        }
        String syntax = header.meta().getString(Tag.TransferSyntaxUID);
        metadata.put(
                Metadata.TRANSFER_SYNTAX,
                syntax == null ? header.transferSyntax().uid() : syntax);
        String sopClass = header.dataset().getString(Tag.SOPClassUID, "");
        if (!sopClass.isEmpty()) {
            metadata.put(Metadata.SOP_CLASS_UID, sopClass);
        }
        if (header.pixelDataOffset() >= 0) {
            metadata.put(Metadata.PIXEL_DATA_OFFSET, String.valueOf(header.pixelDataOffset()));
        }
        header.unusualPixelDataVR().ifPresent(vr -> metadata.put(Metadata.PIXEL_DATA_VR, vr.name()));
        metadata.putAll(options.metadata().getOrDefault(ResourceLevel.INSTANCE, Map.of()));
        return metadata;
    }

    private byte[] takeBuffer() {
        synchronized (buffers) {
            byte[] buffer = buffers.poll();
            return buffer == null ? new byte[BUFFER] : buffer;
        }
    }

    private void giveBuffer(byte[] buffer) {
        synchronized (buffers) {
            if (buffers.size() < MAX_IDLE_BUFFERS) {
                buffers.push(buffer);
            }
        }
    }
}
