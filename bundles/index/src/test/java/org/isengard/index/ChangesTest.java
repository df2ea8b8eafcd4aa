package org.isengard.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Change;
import org.isengard.api.index.Page;
import org.isengard.dicom.Dictionary;
import org.isengard.index.rows.AttachmentReader;
import org.isengard.index.rows.MainTags;
import org.isengard.index.rows.NamedNumbers;
import org.isengard.index.rows.Signatures;
import org.isengard.index.sql.Readers;
import org.isengard.index.sql.Schema;
import org.isengard.index.sql.Session;
import org.isengard.index.sql.SqliteDatabase;
import org.isengard.index.write.InstanceStore;
import org.isengard.index.write.Recycling;
import org.isengard.index.write.ResourceWriter;
import org.isengard.index.write.StableAges;
import org.isengard.index.write.Writer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class ChangesTest {
    @Parameter
    TestDatabase database;

    @TempDir
    Path directory;

    private SqlIndex index;

    @BeforeEach
    void open() {
        index = database.open(directory);
    }

    @AfterEach
    void close() {
        index.close();
    }

    @Test
    void newResourcesAreLoggedFromTheInstanceUp() {
        index.store(Samples.instance(1, 1, 1, 1));
        index.store(Samples.instance(1, 1, 1, 2));
        assertEquals(
                List.of("NewInstance", "NewSeries", "NewStudy", "NewPatient", "NewInstance"),
                index.changes(0, -1, 100, Set.of(), false).items().stream()
                        .map(Change::type)
                        .toList());
    }

    @Test
    void pagesTellWhetherMoreFollows() {
        index.store(Samples.instance(1, 1, 1, 1));
        Page<Change> first = index.changes(0, -1, 3, Set.of(), false);
        assertFalse(first.done());
        Page<Change> second = index.changes(first.items().get(2).seq(), -1, 3, Set.of(), false);
        assertTrue(second.done());
        assertEquals(1, second.items().size());
        assertEquals(
                second.items().get(0),
                index.changes(0, -1, 1, Set.of(), true).items().get(0));
        assertEquals(
                1, index.changes(0, -1, 9, Set.of("NewStudy"), false).items().size());
        assertTrue(index.changes(0, -1, 9, Set.of("Nonsense"), false).items().isEmpty());
        assertEquals(2, index.changes(0, 2, 9, Set.of(), false).items().size());
    }

    @Test
    void changesOfDeletedResourcesVanishAndNumbersAreNeverUsedAgain() {
        index.store(Samples.instance(1, 1, 1, 1));
        long last = index.lastChange().orElseThrow().seq();
        index.delete(ResourceLevel.PATIENT, Samples.ids(1, 1, 1, 1).patient());
        Page<Change> none = index.changes(0, -1, 10, Set.of(), false);
        assertTrue(none.items().isEmpty());
        assertTrue(none.last() >= last);
        index.clearChanges();
        index.close();
        index = database.open(directory);
        index.store(Samples.instance(1, 1, 1, 1));
        assertTrue(index.changes(0, -1, 10, Set.of(), false).items().get(0).seq() > last);
    }

    @Test
    void listenersHearOfEverythingInOrderAfterTheCommit() throws InterruptedException {
        List<Change> heard = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(4 + 4);
        index.addListener(change -> {
            throw new IllegalStateException("a listener that fails harms nobody");
        });
        index.addListener(change -> {
            heard.add(change);
            all.countDown();
        });
        index.store(Samples.instance(1, 1, 1, 1));
        index.delete(ResourceLevel.STUDY, Samples.ids(1, 1, 1, 1).study());
        assertTrue(all.await(30, TimeUnit.SECONDS));
        for (int i = 1; i < heard.size(); i++) {
            assertTrue(heard.get(i).seq() > heard.get(i - 1).seq());
        }
        assertEquals(
                4,
                heard.stream().filter(change -> change.type().equals("Deleted")).count());
    }

    @Test
    void userMetadataAndAttachmentsAreLoggedOthersNot() {
        index.store(Samples.instance(1, 1, 1, 1));
        String instance = Samples.ids(1, 1, 1, 1).instance();
        long before = index.lastChange().orElseThrow().seq();
        index.setMetadata(ResourceLevel.INSTANCE, instance, "note", "x", -1, false);
        index.setMetadata(ResourceLevel.INSTANCE, instance, "PixelDataOffset", "7", -1, false);
        index.setAttachment(ResourceLevel.INSTANCE, instance, Samples.file("u", "report", 3), -1, false);
        index.addLabel(ResourceLevel.INSTANCE, instance, "label");
        assertEquals(
                List.of("UpdatedMetadata", "UpdatedAttachment"),
                index.changes(before, -1, 10, Set.of(), false).items().stream()
                        .map(Change::type)
                        .toList());
    }

    @Test
    void whatWasNotTouchedForAWhileIsStable() throws Exception {
        AtomicLong nanos = new AtomicLong();
        StableAges ages = new StableAges(60, false, nanos::get);
        SqliteDatabase embedded = new SqliteDatabase(directory.resolve("ages"));
        Session session = embedded.writer();
        Schema.update(session);
        MainTags tags = new MainTags("{}", Dictionary.standard());
        NamedNumbers names = NamedNumbers.metadata("{}");
        NamedNumbers types = NamedNumbers.attachments("{}");
        ResourceWriter resources = new ResourceWriter(tags, new Signatures(), types);
        InstanceStore store =
                new InstanceStore(resources, names, new Recycling(0, 0, false), new AttachmentReader(types), ages);
        List<Change> told = Collections.synchronizedList(new ArrayList<>());
        Readers readers = new Readers(embedded);
        try (Writer writer = new Writer(embedded, session, Samples.CLOCK, () -> {}, told::addAll)) {
            writer.write(transaction -> store.store(transaction, Samples.instance(1, 1, 1, 1)));
            nanos.set(TimeUnit.SECONDS.toNanos(40));
            writer.write(transaction -> store.store(transaction, Samples.instance(1, 1, 2, 1)));
            told.clear();
            nanos.set(TimeUnit.SECONDS.toNanos(70));
            ages.sweep(readers, writer, Samples.CLOCK);
            assertEquals(
                    List.of("StableSeries"), told.stream().map(Change::type).toList());
            assertEquals(Samples.ids(1, 1, 1, 1).series(), told.get(0).id());
            nanos.set(TimeUnit.SECONDS.toNanos(110));
            ages.sweep(readers, writer, Samples.CLOCK);
            assertEquals(
                    List.of("StableSeries", "StableSeries", "StableStudy", "StablePatient"),
                    told.stream().map(Change::type).toList());
        }
    }

    @Test
    void exportsNameTheDicomIdentifiers() {
        index.store(Samples.instance(1, 1, 1, 1));
        index.logExported(ResourceLevel.SERIES, Samples.ids(1, 1, 1, 1).series(), "sink");
        index.logExported(ResourceLevel.PATIENT, Samples.ids(1, 1, 1, 1).patient(), "sink");
        var exports = index.exports(0, 10).items();
        assertEquals("2.25.1.1.1", exports.get(0).seriesInstanceUid());
        assertEquals("PID1", exports.get(1).patientId());
        assertEquals("", exports.get(1).studyInstanceUid());
        index.clearExports();
        assertEquals(0, index.exports(0, 10).last());
    }
}
