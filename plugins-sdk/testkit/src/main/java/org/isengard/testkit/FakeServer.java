package org.isengard.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.event.ResourceListener;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Index;
import org.isengard.api.index.NewInstance;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.IncomingEditor;
import org.isengard.api.ingest.IncomingFilter;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.Options;
import org.isengard.api.ingest.Source;
import org.isengard.api.storage.Attachments;
import org.isengard.api.storage.DicomFiles;
import org.isengard.api.store.KeyValueStores;
import org.isengard.api.store.Queues;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.orthanc.ResourceIds;

/**
 * A server in memory for plain unit tests: index, storage, ingest and REST API behind the interfaces that plugins use.
 * Instances that {@linkplain #store come in} pass the filters, are found in the index and read from storage, and
 * listeners hear of them at once, on the same thread. Not for use by many threads at once.
 */
public final class FakeServer {
    private final FakeIndex index = new FakeIndex();
    private final Map<String, byte[]> stored = new HashMap<>();
    private final List<IncomingFilter> filters = new ArrayList<>();
    private final List<IncomingEditor> editors = new ArrayList<>();
    private final FakeStores stores = new FakeStores(Clock.systemUTC());
    private final FakeRest rest = new FakeRest();
    private final Attachments attachments = new MemoryAttachments();
    private final DicomFiles files = new MemoryFiles();
    private final Ingest ingest = new MemoryIngest();

    public Index index() {
        return index;
    }

    public Attachments attachments() {
        return attachments;
    }

    public DicomFiles files() {
        return files;
    }

    public Ingest ingest() {
        return ingest;
    }

    public FakeRest rest() {
        return rest;
    }

    public KeyValueStores keyValueStores() {
        return stores;
    }

    public Queues queues() {
        return stores;
    }

    /** Adds an editor of incoming instances; editors are asked in the order in which they are added. */
    public FakeServer addEditor(IncomingEditor editor) {
        editors.add(editor);
        return this;
    }

    /** Adds a filter of incoming instances. */
    public FakeServer add(IncomingFilter filter) {
        filters.add(filter);
        return this;
    }

    /** Adds a listener to what happens to resources. */
    public FakeServer add(ResourceListener listener) {
        index.listen(listener::changed);
        return this;
    }

    /** Lets an instance come in, as by REST; {@link TestInstance} makes some. */
    public Ingest.Outcome store(byte[] file) throws IOException {
        return ingest.receive(
                new ByteArrayInputStream(file), Source.rest(org.isengard.api.rest.Caller.PLUGIN, "localhost"));
    }

    /** Tells listeners that nothing more comes for a patient, study or series. */
    public void becomeStable(ResourceLevel level, String id) {
        index.change("Stable" + level.label(), level, id);
    }

    private final class MemoryIngest implements Ingest {
        @Override
        public Outcome receive(InputStream file, Source source) throws IOException {
            return receive(file, source, Options.DEFAULT);
        }

        @Override
        public Outcome receive(InputStream file, Source source, Options options) throws IOException {
            byte[] bytes = file.readAllBytes();
            boolean discarded = false;
            for (IncomingEditor editor : options.skipFilters() ? List.<IncomingEditor>of() : editors) {
                IncomingEditor.Edit edit = discarded ? IncomingEditor.Edit.discard() : editor.edit(bytes, source);
                discarded = !edit.kept();
                bytes = edit.replacement().orElse(bytes);
            }
            DicomFile parsed = DicomReader.read(bytes);
            ResourceIds ids =
                    ResourceIds.of(parsed.dataset()).orElseThrow(() -> new IsengardException(ErrorCode.INEXISTENT_TAG));
            if (discarded) {
                return new Outcome(StoreStatus.FILTERED_OUT, ids);
            }
            if (!options.skipFilters() && !filters.stream().allMatch(filter -> filter.accept(parsed, source))) {
                return new Outcome(StoreStatus.FILTERED_OUT, ids);
            }
            Attachment attachment;
            try (Attachments.Upload upload = attachments.create(Attachment.DICOM)) {
                upload.write(ByteBuffer.wrap(bytes));
                attachment = upload.commit();
            }
            return new Outcome(
                    index.store(new NewInstance(
                                    ids,
                                    parsed.dataset(),
                                    Map.of(),
                                    options.metadata(),
                                    List.of(attachment),
                                    options.overwrite().orElse(false)))
                            .status(),
                    ids);
        }
    }

    private final class MemoryAttachments implements Attachments {
        @Override
        public Upload create(String type) {
            return create(type, false);
        }

        @Override
        public Upload create(String type, boolean compress) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            return new Upload() {
                @Override
                public void write(ByteBuffer buffer) {
                    byte[] part = new byte[buffer.remaining()];
                    buffer.get(part);
                    bytes.writeBytes(part);
                }

                @Override
                public Attachment commit() {
                    String uuid = UUID.randomUUID().toString();
                    byte[] whole = bytes.toByteArray();
                    stored.put(uuid, whole);
                    String md5 = md5(whole);
                    return new Attachment(
                            uuid, type, whole.length, md5, Attachment.Compression.NONE, whole.length, md5, 0);
                }

                @Override
                public void close() {
                    // Rows that were not committed go with this object.
                }
            };
        }

        @Override
        public InputStream open(Attachment attachment, long offset) throws IOException {
            byte[] bytes = stored.get(attachment.uuid());
            if (bytes == null) {
                throw new NoSuchFileException(attachment.uuid());
            }
            InputStream in = new ByteArrayInputStream(bytes);
            in.skipNBytes(offset);
            return in;
        }

        @Override
        public InputStream openStored(Attachment attachment) throws IOException {
            return open(attachment, 0);
        }

        @Override
        public Optional<Path> path(Attachment attachment) {
            return Optional.empty();
        }

        @Override
        public void discard(Attachment attachment) {
            stored.remove(attachment.uuid());
        }

        @Override
        public void collectGarbage() {
            for (Attachment attachment : index.garbage(Integer.MAX_VALUE)) {
                discard(attachment);
                index.collected(List.of(attachment.uuid()));
            }
        }
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }

    private final class MemoryFiles implements DicomFiles {
        @Override
        public DicomFile header(String instance) throws IOException {
            return full(instance);
        }

        @Override
        public DicomFile full(String instance) throws IOException {
            Attachment attachment = index.attachment(ResourceLevel.INSTANCE, instance, Attachment.DICOM)
                    .orElseThrow(() -> new IsengardException(ErrorCode.UNKNOWN_RESOURCE));
            return parse(stored.get(attachment.uuid()));
        }

        @Override
        public DicomFile referenced(String instance) throws IOException {
            return full(instance);
        }

        @Override
        public DicomFile parse(byte[] file) throws IOException {
            return DicomReader.read(file);
        }

        @Override
        public ReadOptions headerOptions() {
            return ReadOptions.header();
        }

        @Override
        public Dictionary dictionary() {
            return Dictionary.standard();
        }
    }
}
