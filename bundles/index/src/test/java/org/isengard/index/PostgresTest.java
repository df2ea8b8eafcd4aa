package org.isengard.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Change;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.StoreStatus;
import org.isengard.index.sql.PostgresDatabase;
import org.isengard.index.sql.PostgresOptions;
import org.isengard.index.sql.Schema;
import org.isengard.index.sql.Session;
import org.isengard.index.write.StableAges;
import org.isengard.runtime.swap.LazyServices;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a database of its own process brings with it: lost connections, and other servers. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostgresTest {
    private static final Set<FindRequest.Part> ALL = Set.of(FindRequest.Part.values());

    @TempDir
    Path directory;

    private PostgresServer server;
    private String name;

    @BeforeEach
    void database() {
        server = PostgresServer.common();
        name = server.newDatabase();
    }

    private SqlIndex open() {
        return new SqlIndex(server.options(name, directory), Samples.CLOCK);
    }

    @Test
    void whatOneServerChangesAnotherSeesAtOnce() {
        try (SqlIndex one = open();
                SqlIndex other = open()) {
            String study = Samples.ids(1, 1, 1, 1).study();
            for (int i = 1; i <= 5; i++) {
                one.store(Samples.instance(1, 1, i, 1));
                assertEquals(
                        i,
                        other.get(ResourceLevel.STUDY, study, ALL)
                                .orElseThrow()
                                .children()
                                .size());
                assertEquals(i, other.statistics().series());
                other.setMetadata(ResourceLevel.STUDY, study, "note", "n" + i, i - 2, true);
                assertEquals(
                        "n" + i,
                        one.metadata(ResourceLevel.STUDY, study, "note")
                                .orElseThrow()
                                .value());
                other.addLabel(ResourceLevel.STUDY, study, "l" + i);
                assertEquals(
                        i,
                        one.get(ResourceLevel.STUDY, study, ALL)
                                .orElseThrow()
                                .labels()
                                .size());
            }
            assertEquals(
                    StoreStatus.ALREADY_STORED,
                    other.store(Samples.instance(1, 1, 1, 1)).status());
            assertTrue(other.delete(ResourceLevel.STUDY, study).isPresent());
            assertFalse(one.exists(ResourceLevel.STUDY, study));
            assertTrue(one.get(ResourceLevel.STUDY, study, ALL).isEmpty());
            assertEquals(
                    one.globalProperty("DatabaseServerIdentifier"), other.globalProperty("DatabaseServerIdentifier"));
        }
    }

    @Test
    void pagesOfTheWholeListAreRightWhenAnotherServerDeletes() {
        try (SqlIndex one = open();
                SqlIndex other = open()) {
            for (int i = 1; i <= 1100; i++) {
                one.store(Samples.instance(1, 1, 1, i));
            }
            FindRequest page = FindRequest.all(ResourceLevel.INSTANCE, Set.of()).page(1030, 10);
            assertEquals(
                    Samples.ids(1, 1, 1, 1031).instance(), one.findIds(page).get(0));
            other.delete(ResourceLevel.INSTANCE, Samples.ids(1, 1, 1, 5).instance());
            assertEquals(
                    Samples.ids(1, 1, 1, 1032).instance(), one.findIds(page).get(0));
        }
    }

    @Test
    void serversThatWriteAtOnceLoseNothingAndNumberChangesInOrder() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try (SqlIndex one = open();
                SqlIndex other = open()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                SqlIndex mine = t % 2 == 0 ? one : other;
                writers.add(pool.submit(() -> {
                    for (int i = 1; i <= 40; i++) {
                        mine.store(Samples.instance(1 + i % 3, 1, 1, i));
                        mine.addLabel(
                                ResourceLevel.PATIENT,
                                Samples.ids(1 + i % 3, 1, 1, i).patient(),
                                "label" + i);
                    }
                }));
            }
            List<Long> seen = new ArrayList<>();
            long last = 0;
            while (!writers.stream().allMatch(Future::isDone)) {
                for (Change change :
                        other.changes(last, -1, 1000, Set.of(), false).items()) {
                    last = change.seq();
                    seen.add(last);
                }
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            one.changes(last, -1, 1000, Set.of(), false).items().forEach(change -> seen.add(change.seq()));
            // Who asks for what came after the last one misses nothing.
            assertEquals(one.changes(0, -1, 1000, Set.of(), false).items().size(), seen.size());
            assertEquals(40, one.statistics().instances());
            assertEquals(40, one.allLabels().size());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void aCutConnectionIsFoundAgainAndNothingIsLostOrDoubled() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(3);
        Semaphore progress = new Semaphore(0);
        try (SqlIndex index = open()) {
            List<Future<Integer>> writers = new ArrayList<>();
            for (int t = 1; t <= 3; t++) {
                int patient = t;
                writers.add(pool.submit(() -> {
                    int stored = 0;
                    for (int i = 1; i <= 150; i++) {
                        // Nobody else stores it: a success that was not told would come back as "already stored".
                        if (index.store(Samples.instance(patient, 1, 1, i)).status() == StoreStatus.SUCCESS) {
                            stored++;
                        }
                        assertTrue(index.exists(
                                ResourceLevel.INSTANCE,
                                Samples.ids(patient, 1, 1, i).instance()));
                        progress.release();
                    }
                    return stored;
                }));
            }
            // While writers are busy, and not so often that they get nowhere.
            for (int cut = 1; cut <= 10; cut++) {
                assertTrue(progress.tryAcquire(40, 60, TimeUnit.SECONDS), "the writers do not get on");
                server.cut(name);
            }
            for (Future<Integer> writer : writers) {
                assertEquals(150, writer.get());
            }
            assertEquals(450, index.statistics().instances());
            assertEquals(
                    450 + 9, index.changes(0, -1, 1000, Set.of(), false).items().size());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void theFateOfACommitThatWasCutOffIsKnown() throws Exception {
        try (PostgresDatabase database =
                new PostgresDatabase(PostgresOptions.read(server.section(name)).orElseThrow())) {
            long committed;
            long lost;
            try (Session session = database.writer()) {
                Schema.update(session);
                session.begin();
                committed = session.lock();
                session.update("INSERT INTO properties (name, value) VALUES ('a', 'b')");
                session.commit();
                lost = session.lock();
                session.update("INSERT INTO properties (name, value) VALUES ('c', 'd')");
                server.cut(name);
            }
            try (Session session = database.writer()) {
                session.begin();
                session.lock();
                assertTrue(session.outcome(committed).orElseThrow());
                assertFalse(session.outcome(lost).orElseThrow());
                session.rollback();
            }
        }
    }

    @Test
    void anIndexSurvivesTheRestartOfItsDatabase() throws Exception {
        try (PostgresServer own = PostgresServer.temporary()) {
            String ownName = own.newDatabase();
            try (SqlIndex index = new SqlIndex(own.options(ownName, directory), Samples.CLOCK)) {
                index.store(Samples.instance(1, 1, 1, 1));
                own.stop();
                ExecutorService pool = Executors.newSingleThreadExecutor();
                try {
                    Future<StoreStatus> waiting = pool.submit(
                            () -> index.store(Samples.instance(1, 1, 1, 2)).status());
                    own.start();
                    assertEquals(StoreStatus.SUCCESS, waiting.get());
                } finally {
                    pool.shutdownNow();
                }
                assertEquals(2, index.statistics().instances());
            }
        }
    }

    @Test
    void whatNoServerTouchedForAWhileIsStableAndOnlyThen() {
        Clock later = Clock.offset(Samples.CLOCK, Duration.ofSeconds(50));
        PostgresDatabase database =
                new PostgresDatabase(PostgresOptions.read(server.section(name)).orElseThrow());
        StableAges ages = new StableAges(60, true, System::nanoTime);
        try (SqlIndex one = open();
                SqlIndex other = new SqlIndex(server.options(name, directory), later);
                Engine engine = new Engine(database, ages, later, () -> {}, LazyServices.none())) {
            one.store(Samples.instance(1, 1, 1, 1));
            other.store(Samples.instance(1, 1, 2, 1));
            long before = one.lastChange().orElseThrow().seq();
            ages.sweep(engine.readers(), engine.writer(), Clock.offset(Samples.CLOCK, Duration.ofSeconds(70)));
            assertEquals(List.of("StableSeries"), types(one, before));
            ages.sweep(engine.readers(), engine.writer(), Clock.offset(Samples.CLOCK, Duration.ofSeconds(111)));
            assertEquals(List.of("StableSeries", "StableSeries", "StableStudy", "StablePatient"), types(other, before));
            assertTrue(one.get(ResourceLevel.STUDY, Samples.ids(1, 1, 1, 1).study(), ALL)
                    .orElseThrow()
                    .stable());
        }
    }

    private static List<String> types(SqlIndex index, long since) {
        return index.changes(since, -1, 100, Set.of(), false).items().stream()
                .map(Change::type)
                .toList();
    }

    @Test
    void serversThatStartTogetherMakeTheTablesOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<SqlIndex>> opened = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                opened.add(pool.submit(this::open));
            }
            for (Future<SqlIndex> index : opened) {
                index.get().close();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void aLockedDatabaseHasOneServer() {
        String locked = server.section(name)
                .replace("\"Lock\": false", "\"Lock\": true")
                .replace("\"MaximumConnectionRetries\": 100", "\"MaximumConnectionRetries\": 0");
        IndexOptions alone = Samples.options(directory, PostgresOptions.read(locked));
        try (SqlIndex index = new SqlIndex(alone, Samples.CLOCK)) {
            assertEquals(0, index.statistics().instances());
            IsengardException e = assertThrows(IsengardException.class, () -> new SqlIndex(alone, Samples.CLOCK));
            assertTrue(e.details().contains("another server"), e.details());
        }
    }

    @Test
    void aDatabaseThatCannotBeReachedIsNamedInOneLine() {
        IndexOptions options = Samples.options(
                directory,
                PostgresOptions.read("{\"EnableIndex\": true, \"Host\": \"127.0.0.1\", \"Port\": 1,"
                        + " \"MaximumConnectionRetries\": 1, \"ConnectionRetryInterval\": 0}"));
        IsengardException e = assertThrows(IsengardException.class, () -> new SqlIndex(options, Samples.CLOCK));
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, e.error());
        assertTrue(e.details().contains("127.0.0.1:1/orthanc"), e.details());
        assertFalse(e.details().contains("\n"));
    }

    @Test
    void aSchemaOfItsOwnKeepsTwoIndexesApart() {
        String section = server.section(name);
        IndexOptions apart =
                Samples.options(directory, PostgresOptions.read(section.replace("{", "{\"Schema\": \"x-ray\", ")));
        try (SqlIndex one = open();
                SqlIndex other = new SqlIndex(apart, Samples.CLOCK)) {
            one.store(Samples.instance(1, 1, 1, 1));
            assertEquals(0, other.statistics().instances());
            other.store(Samples.instance(2, 1, 1, 1));
            assertEquals(1, one.statistics().instances());
        }
    }
}
