package org.isengard.index;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.event.ResourceListener;
import org.isengard.api.index.Attachment;
import org.isengard.api.index.Change;
import org.isengard.api.index.Exported;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.index.NewInstance;
import org.isengard.api.index.Page;
import org.isengard.api.index.Resource;
import org.isengard.api.index.Statistics;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.security.Visibility;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.orthanc.ResourceIds;
import org.isengard.index.find.Finder;
import org.isengard.index.find.VisibleStudies;
import org.isengard.index.rows.AttachmentReader;
import org.isengard.index.rows.IdList;
import org.isengard.index.rows.Logs;
import org.isengard.index.rows.MainTags;
import org.isengard.index.rows.NamedNumbers;
import org.isengard.index.rows.PublicId;
import org.isengard.index.rows.ResourceReader;
import org.isengard.index.rows.Row;
import org.isengard.index.rows.ServerProperties;
import org.isengard.index.rows.Signatures;
import org.isengard.index.sql.Database;
import org.isengard.index.sql.Readers;
import org.isengard.index.write.AnnotationWriter;
import org.isengard.index.write.ChangeDispatcher;
import org.isengard.index.write.Deletion;
import org.isengard.index.write.InstanceStore;
import org.isengard.index.write.Recycling;
import org.isengard.index.write.ResourceWriter;
import org.isengard.index.write.StableAges;
import org.isengard.index.write.Writer;
import org.isengard.runtime.StartFailure;
import org.isengard.runtime.swap.LazyServices;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The resource index on SQL. {@link VisibleIndex} stands before it and is what others use.
 *
 * <p>Threading: any thread may call anything. Readers have sessions of their own and see the last commit; all writing
 * is done by one thread (see {@link Writer}); listeners are told on another (see {@link ChangeDispatcher}); see
 * {@link Engine}.
 */
@Component(
        service = SqlIndex.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class SqlIndex implements Index, AutoCloseable {
    /** The property that tells databases apart, shown in {@code /system}. */
    private static final String IDENTIFIER = "DatabaseServerIdentifier";

    private final IndexOptions options;
    private final MainTags mainTags;
    private final NamedNumbers metadataNames;
    private final NamedNumbers attachmentTypes;
    private final AttachmentReader attachments;
    private final ResourceReader reader;
    private final InstanceStore store;
    private final Finder finder;
    private final AnnotationWriter parts;
    private final ResourceCache cache;
    private final LazyServices<ResourceListener> listeners;
    private final Engine engine;
    private final Readers readers;
    private final Writer writer;

    @Activate
    public SqlIndex(IndexConfig config, BundleContext context) {
        this(
                () -> IndexOptions.of(config),
                Clock.systemDefaultZone(),
                e -> StartFailure.stop(context, e.details()),
                () -> LazyServices.open(context, ResourceListener.class));
        StartFailure.started();
    }

    SqlIndex(IndexOptions options, Clock clock) {
        this(() -> options, clock, e -> {}, LazyServices::none);
    }

    /** @param failed is told what is wrong with the options or the database before it is thrown */
    private SqlIndex(
            Supplier<IndexOptions> configured,
            Clock clock,
            Consumer<IsengardException> failed,
            Supplier<LazyServices<ResourceListener>> listening) {
        try {
            options = configured.get();
            mainTags = new MainTags(options.extraMainDicomTags(), Dictionary.standard());
            metadataNames = NamedNumbers.metadata(options.userMetadata());
            attachmentTypes = NamedNumbers.attachments(options.userContentType());
            Signatures signatures = new Signatures();
            attachments = new AttachmentReader(attachmentTypes);
            reader = new ResourceReader(metadataNames, signatures, attachments);
            ResourceWriter resources = new ResourceWriter(mainTags, signatures, attachmentTypes);
            parts = new AnnotationWriter(metadataNames, attachmentTypes, attachments, resources);
            Recycling recycling =
                    new Recycling(options.maximumStorageSize(), options.maximumPatientCount(), options.reject());
            finder = new Finder(mainTags, metadataNames, reader);
            Database database = options.database();
            StableAges ages = new StableAges(options.stableAge(), database.isShared(), System::nanoTime);
            store = new InstanceStore(resources, metadataNames, recycling, attachments, ages);
            cache = database.isShared() ? ResourceCache.none() : new ResourceCache();
            // Only now: a listener may ask for this index at once.
            listeners = listening.get();
            engine = new Engine(database, ages, clock, cache::forget, listeners);
        } catch (IsengardException e) {
            failed.accept(e);
            throw e;
        }
        readers = engine.readers();
        writer = engine.writer();
        identify();
        engine.startUpkeep();
    }

    private void identify() {
        if (globalProperty(IDENTIFIER).isEmpty()) {
            String identifier = ResourceIds.hash(UUID.randomUUID().toString());
            writer.write(transaction -> ServerProperties.putIfAbsent(transaction.session(), IDENTIFIER, identifier));
        }
    }

    /** Adds a listener that is no service. */
    void addListener(ResourceListener listener) {
        listeners.add(listener);
    }

    /** Reads from the database of the index. */
    public <T> T read(Readers.Reading<T> reading) {
        return readers.read(reading);
    }

    /** Writes to the database of the index, and returns when the change is on the disk. */
    public <T> T write(Writer.Work<T> work) {
        return writer.write(work);
    }

    @Deactivate
    @Override
    public void close() {
        engine.close();
    }

    @Override
    public Stored store(NewInstance instance) {
        try {
            return writer.write(transaction -> store.store(transaction, instance));
        } catch (IsengardException e) {
            if (e.error() == ErrorCode.FULL_STORAGE) {
                return new Stored(StoreStatus.STORAGE_FULL, List.of());
            }
            throw e;
        }
    }

    @Override
    public Optional<Deleted> delete(ResourceLevel level, String id) {
        return writer.write(transaction -> {
            Optional<Row> row = Row.find(transaction.session(), level, id);
            return row.isEmpty() ? Optional.empty() : Optional.of(new Deleted(Deletion.delete(transaction, row.get())));
        });
    }

    @Override
    public boolean exists(ResourceLevel level, String id) {
        return readers.read(session -> Row.id(session, level, PublicId.parse(id)) != 0);
    }

    @Override
    public Optional<Resource> get(ResourceLevel level, String id, Set<FindRequest.Part> with) {
        Readers.Reading<Optional<Resource>> reading = session -> {
            Optional<Row> row = Row.find(session, level, id);
            return row.isEmpty() ? Optional.empty() : Optional.of(reader.read(session, row.get(), with));
        };
        // Rows above must come from the same commit as the row; its children may come from a later one.
        boolean above = with.contains(FindRequest.Part.PARENT_TAGS) && ResourceLevel.STUDY.isAbove(level);
        return cache.get(level, id, with, () -> above ? readers.snapshot(reading) : readers.read(reading));
    }

    /** {@return those of the resources that are there, in the order of their identifiers in the list} */
    public List<Resource> getAll(ResourceLevel level, List<String> ids, Set<FindRequest.Part> with) {
        return cache.all(
                level,
                ids,
                with,
                missing -> readers.snapshot(session -> reader.readAll(session, level, missing, with)));
    }

    @Override
    public Optional<String> ancestor(ResourceLevel level, String id, ResourceLevel ancestorLevel) {
        return readers.snapshot(session -> ResourceReader.ancestor(session, level, id, ancestorLevel));
    }

    @Override
    public List<Resource> find(FindRequest request) {
        return readers.snapshot(session -> {
            List<Resource> found = new ArrayList<>();
            finder.find(session, request, (rowId, publicId) -> {
                Row row = Row.find(session, request.level(), rowId).orElseThrow();
                found.add(reader.read(session, row, request.with()));
            });
            return found;
        });
    }

    @Override
    public List<String> findIds(FindRequest request) {
        return readers.snapshot(session -> {
            IdList found = new IdList();
            finder.find(session, request, (rowId, publicId) -> found.append(publicId));
            return found;
        });
    }

    @Override
    public long count(FindRequest request) {
        return readers.read(session -> finder.count(session, request));
    }

    @Override
    public List<Ref> lookup(String value) {
        return readers.snapshot(session -> finder.lookup(session, value));
    }

    @Override
    public Statistics statistics() {
        return readers.read(Logs::totals);
    }

    /** {@return the totals of studies, without what belongs to their patients alone} */
    Statistics statistics(Visibility studies, long patients) {
        return readers.snapshot(session -> new VisibleStudies(studies).statistics(session, patients));
    }

    @Override
    public Optional<Statistics> statistics(ResourceLevel level, String id) {
        return readers.snapshot(session -> {
            long rowId = Row.id(session, level, PublicId.parse(id));
            return rowId == 0 ? Optional.empty() : Optional.of(ResourceReader.statistics(session, level, rowId));
        });
    }

    @Override
    public Optional<MetadataValue> metadata(ResourceLevel level, String id, String name) {
        int number = metadataNames.require(name);
        return Optional.ofNullable(metadata(level, id).get(metadataNames.name(number)));
    }

    @Override
    public Map<String, MetadataValue> metadata(ResourceLevel level, String id) {
        return readers.snapshot(session -> {
            Optional<Row> row = Row.find(session, level, id);
            return row.isEmpty() ? Map.of() : reader.metadata(session, row.get());
        });
    }

    @Override
    public Optional<Integer> metadataNumber(String name) {
        return metadataNames.number(name);
    }

    /** {@return the name of a metadata, its number as text when it has none} */
    public String metadataName(int number) {
        return metadataNames.name(number);
    }

    @Override
    public long setMetadata(ResourceLevel level, String id, String name, String value, long expected, boolean check) {
        return writer.write(transaction -> parts.setMetadata(
                transaction, Row.require(transaction.session(), level, id), name, value, expected, check));
    }

    @Override
    public boolean deleteMetadata(ResourceLevel level, String id, String name, long expected, boolean check) {
        return writer.write(transaction -> parts.deleteMetadata(
                transaction, Row.require(transaction.session(), level, id), name, expected, check));
    }

    @Override
    public Optional<Attachment> attachment(ResourceLevel level, String id, String type) {
        Optional<Integer> number = attachmentTypes.number(type);
        if (number.isEmpty()) {
            return Optional.empty();
        }
        return readers.snapshot(session -> {
            long rowId = Row.id(session, level, PublicId.parse(id));
            return rowId == 0 ? Optional.empty() : attachments.one(session, level, rowId, number.get());
        });
    }

    @Override
    public List<Attachment> attachments(ResourceLevel level, String id) {
        return readers.snapshot(session -> {
            long rowId = Row.id(session, level, PublicId.parse(id));
            return rowId == 0 ? List.of() : attachments.of(session, level, rowId);
        });
    }

    @Override
    public Optional<Integer> attachmentNumber(String type) {
        return attachmentTypes.number(type);
    }

    @Override
    public long setAttachment(ResourceLevel level, String id, Attachment attachment, long expected, boolean check) {
        return writer.write(transaction -> parts.setAttachment(
                transaction, Row.require(transaction.session(), level, id), attachment, expected, check));
    }

    @Override
    public boolean deleteAttachment(ResourceLevel level, String id, String type, long expected, boolean check) {
        return writer.write(transaction -> parts.deleteAttachment(
                transaction, Row.require(transaction.session(), level, id), type, expected, check));
    }

    @Override
    public Set<String> labels(ResourceLevel level, String id) {
        return readers.read(session ->
                Row.find(session, level, id).map(ResourceReader::labels).orElse(Set.of()));
    }

    @Override
    public void addLabel(ResourceLevel level, String id, String label) {
        setLabel(level, id, label, true);
    }

    @Override
    public void removeLabel(ResourceLevel level, String id, String label) {
        setLabel(level, id, label, false);
    }

    private void setLabel(ResourceLevel level, String id, String label, boolean wanted) {
        writer.write(transaction -> {
            parts.setLabel(transaction, Row.require(transaction.session(), level, id), label, wanted);
            return null;
        });
    }

    @Override
    public Set<String> allLabels() {
        List<String> labels =
                readers.read(session -> session.list("SELECT DISTINCT label FROM labels", row -> row.getString(1)));
        return new TreeSet<>(labels);
    }

    @Override
    public boolean isProtected(String patient) {
        return readers.read(
                session -> Row.require(session, ResourceLevel.PATIENT, patient).isProtected());
    }

    @Override
    public void setProtected(String patient, boolean value) {
        writer.write(transaction -> {
            Recycling.setProtected(
                    transaction, Row.require(transaction.session(), ResourceLevel.PATIENT, patient), value);
            return null;
        });
    }

    @Override
    public Page<Change> changes(long since, long to, int limit, Set<String> types, boolean descending) {
        return readers.snapshot(session -> Logs.changes(session, since, to, limit, types, descending));
    }

    @Override
    public Optional<Change> lastChange() {
        return readers.read(Logs::lastChange);
    }

    @Override
    public void clearChanges() {
        writer.write(transaction -> transaction.session().update("DELETE FROM changes"));
    }

    @Override
    public Page<Exported> exports(long since, int limit) {
        return readers.snapshot(session -> Logs.exports(session, since, limit));
    }

    @Override
    public Optional<Exported> lastExported() {
        return readers.read(Logs::lastExported);
    }

    @Override
    public void logExported(ResourceLevel level, String id, String remoteModality) {
        if (options.logExportedResources()) {
            writer.write(transaction -> {
                Logs.logExported(
                        transaction.session(),
                        transaction.next("exports"),
                        transaction.now(),
                        Row.require(transaction.session(), level, id),
                        remoteModality);
                return null;
            });
        }
    }

    @Override
    public void clearExports() {
        writer.write(transaction -> transaction.session().update("DELETE FROM exports"));
    }

    @Override
    public void updateMainTags(String instance, Attributes dataset, Map<String, String> metadata) {
        writer.write(transaction -> {
            store.updateMainTags(transaction, PublicId.parse(instance), dataset, metadata);
            return null;
        });
    }

    @Override
    public void updateMainTags(List<Ref> resources, Attributes dataset) {
        writer.write(transaction -> {
            for (Ref resource : resources) {
                Optional<Row> row = Row.find(transaction.session(), resource.level(), resource.id());
                if (row.isPresent()) {
                    store.updateTags(transaction, row.get(), dataset);
                }
            }
            return null;
        });
    }

    @Override
    public Set<Integer> mainTags(ResourceLevel level) {
        return mainTags.of(level);
    }

    @Override
    public List<Attachment> garbage(int limit) {
        return readers.read(session -> attachments.garbage(session, limit));
    }

    @Override
    public void collected(List<String> uuids) {
        writer.write(transaction -> {
            for (String uuid : uuids) {
                transaction.session().update("DELETE FROM garbage WHERE uuid = ?", uuid);
            }
            return null;
        });
    }

    @Override
    public Set<String> known(List<String> uuids) {
        return readers.snapshot(session -> AttachmentReader.known(session, uuids));
    }

    @Override
    public List<Attachment> attachmentsAfter(String uuid, int limit) {
        return readers.read(session -> attachments.after(session, uuid, limit));
    }

    @Override
    public Optional<String> globalProperty(String name) {
        return readers.read(session -> ServerProperties.get(session, name));
    }

    @Override
    public void setGlobalProperty(String name, String value) {
        writer.write(transaction -> ServerProperties.put(transaction.session(), name, value));
    }
}
