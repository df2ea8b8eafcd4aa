package org.isengard.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Page;
import org.isengard.api.index.StoreStatus;
import org.isengard.index.sql.Session;
import org.isengard.index.sql.SqliteDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurabilityTest {
    private static final int THREADS = 8;
    private static final int EACH = 50;

    @TempDir
    Path directory;

    @Test
    void manyWritersShareCommitsAndNothingIsLost() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try (SqlIndex index = Samples.open(directory)) {
            List<Future<Integer>> stored = new ArrayList<>();
            for (int t = 1; t <= THREADS; t++) {
                int thread = t;
                stored.add(pool.submit(() -> {
                    int successes = 0;
                    for (int i = 1; i <= EACH; i++) {
                        // Two threads store each instance; one of them is first.
                        var outcome = index.store(Samples.instance((thread + 1) / 2, 1, 1, i));
                        successes += outcome.status() == StoreStatus.SUCCESS ? 1 : 0;
                        if (thread % 4 == 0) {
                            assertThrows(
                                    IsengardException.class,
                                    () -> index.addLabel(ResourceLevel.STUDY, "nonsense", "label"));
                        }
                    }
                    return successes;
                }));
            }
            int successes = 0;
            for (Future<Integer> future : stored) {
                successes += future.get();
            }
            assertEquals(THREADS / 2 * EACH, successes);
            assertEquals(THREADS / 2 * EACH, index.statistics().instances());
            assertEquals(THREADS / 2, index.statistics().patients());
            assertEquals(
                    THREADS / 2 * EACH,
                    index.findIds(FindRequest.all(ResourceLevel.INSTANCE, Set.of()))
                            .size());
            Page<?> changes = index.changes(0, -1, 10_000, Set.of(), false);
            assertEquals(THREADS / 2 * (EACH + 3), changes.items().size());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void afterACrashAllThatWasAcknowledgedIsThere() throws IOException {
        Path copy = directory.resolve("crashed");
        try (SqlIndex index = Samples.open(directory.resolve("running"))) {
            for (int i = 1; i <= 20; i++) {
                index.store(Samples.instance(1, 1, 1, i));
            }
            index.addLabel(ResourceLevel.PATIENT, Samples.ids(1, 1, 1, 1).patient(), "seen");
            // The files as they are while the index is open are what a killed process leaves behind.
            copy(directory.resolve("running"), copy);
        }
        try (SqlIndex index = Samples.open(copy)) {
            assertEquals(20, index.statistics().instances());
            assertEquals(Set.of("seen"), index.allLabels());
            assertEquals(
                    StoreStatus.ALREADY_STORED,
                    index.store(Samples.instance(1, 1, 1, 20)).status());
            assertEquals(
                    StoreStatus.SUCCESS,
                    index.store(Samples.instance(1, 1, 1, 21)).status());
        }
    }

    @Test
    void theIndexKeepsItsIdentifierAndRefusesLaterSchemas() throws Exception {
        String identifier;
        try (SqlIndex index = Samples.open(directory)) {
            identifier = index.globalProperty("DatabaseServerIdentifier").orElseThrow();
        }
        try (SqlIndex index = Samples.open(directory)) {
            assertEquals(
                    identifier, index.globalProperty("DatabaseServerIdentifier").orElseThrow());
        }
        try (Session session = new SqliteDatabase(directory).writer()) {
            session.update("INSERT INTO schema_version (version) VALUES (999)");
        }
        IsengardException e = assertThrows(IsengardException.class, () -> Samples.open(directory));
        assertEquals(ErrorCode.DATABASE_VERSION, e.error());
    }

    @Test
    void aClosedIndexSaysSo() {
        SqlIndex index = Samples.open(directory);
        index.close();
        assertEquals(
                ErrorCode.SERVICE_UNAVAILABLE,
                assertThrows(IsengardException.class, () -> index.store(Samples.instance(1, 1, 1, 1)))
                        .error());
        assertTrue(assertThrows(IsengardException.class, index::statistics)
                .details()
                .contains("closed"));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
