package org.isengard.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.StoreStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class LimitsTest {
    @Parameter
    TestDatabase database;

    @TempDir
    Path directory;

    @Test
    void thePatientTouchedLongestAgoIsRecycled() {
        try (SqlIndex index = new SqlIndex(Samples.limited(database.options(directory), 0, 2, false), Samples.CLOCK)) {
            index.store(Samples.instance(1, 1, 1, 1));
            index.store(Samples.instance(2, 1, 1, 1));
            index.store(Samples.instance(1, 1, 1, 2));
            index.store(Samples.instance(3, 1, 1, 1));
            assertTrue(has(index, 1));
            assertFalse(has(index, 2));
            assertEquals(1, index.garbage(10).size());
        }
    }

    @Test
    void protectedPatientsStay() {
        try (SqlIndex index = new SqlIndex(Samples.limited(database.options(directory), 0, 2, false), Samples.CLOCK)) {
            index.store(Samples.instance(1, 1, 1, 1));
            index.store(Samples.instance(2, 1, 1, 1));
            index.setProtected(patient(1), true);
            assertTrue(index.isProtected(patient(1)));
            index.store(Samples.instance(3, 1, 1, 1));
            assertTrue(has(index, 1));
            assertFalse(has(index, 2));
            index.setProtected(patient(3), true);
            assertEquals(
                    StoreStatus.STORAGE_FULL,
                    index.store(Samples.instance(4, 1, 1, 1)).status());
            // Given up again, it is the last to go.
            index.setProtected(patient(3), false);
            index.setProtected(patient(1), false);
            index.store(Samples.instance(4, 1, 1, 1));
            assertTrue(has(index, 1));
            assertFalse(has(index, 3));
        }
    }

    @Test
    void theSizeOfTheStoreIsLimited() {
        try (SqlIndex index =
                new SqlIndex(Samples.limited(database.options(directory), 3500, 0, false), Samples.CLOCK)) {
            for (int p = 1; p <= 5; p++) {
                assertEquals(
                        StoreStatus.SUCCESS,
                        index.store(Samples.instance(p, 1, 1, 1)).status());
            }
            assertEquals(3, index.statistics().patients());
            assertEquals(3000, index.statistics().diskSize());
            assertFalse(has(index, 2));
            assertTrue(has(index, 5));
        }
    }

    @Test
    void rejectingKeepsWhatIsThere() {
        try (SqlIndex index =
                new SqlIndex(Samples.limited(database.options(directory), 2500, 0, true), Samples.CLOCK)) {
            index.store(Samples.instance(1, 1, 1, 1));
            index.store(Samples.instance(2, 1, 1, 1));
            assertEquals(
                    StoreStatus.STORAGE_FULL,
                    index.store(Samples.instance(3, 1, 1, 1)).status());
            assertEquals(2, index.statistics().patients());
        }
    }

    private static boolean has(SqlIndex index, int patient) {
        return index.exists(ResourceLevel.PATIENT, patient(patient));
    }

    private static String patient(int patient) {
        return Samples.ids(patient, 1, 1, 1).patient();
    }
}
