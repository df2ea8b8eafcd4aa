package org.isengard.index.find;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.isengard.api.index.FindRequest.Constraint;
import org.isengard.api.index.FindRequest.Match;
import org.isengard.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that mean the same are found, as PS3.5 section 6.2 says. */
class TagMatchTest {
    private static boolean equal(int tag, String wanted, String stored) {
        return TagMatch.matches(new Constraint(tag, Match.EQUAL, List.of(wanted), false, true), stored);
    }

    @Test
    void aDateInItsRetiredFormIsADate() {
        assertTrue(equal(Tag.StudyDate, "20220304", "2022.03.04"));
        assertTrue(equal(Tag.StudyDate, "2022.03.04", "20220304"));
        assertFalse(equal(Tag.StudyID, "20220304", "2022.03.04"));
        Constraint range = new Constraint(Tag.StudyDate, Match.RANGE, List.of("20220301", "20220331"), false, true);
        assertTrue(TagMatch.matches(range, "2022.03.04"));
        assertFalse(TagMatch.matches(range, "2022.04.04"));
    }

    @Test
    void aStoredIntegerIsFoundByItsValue() {
        assertTrue(equal(Tag.InstanceNumber, "1", "0001"));
        assertTrue(equal(Tag.InstanceNumber, "-1", "-01"));
        assertTrue(equal(Tag.InstanceNumber, "0001", "0001"));
        assertFalse(equal(Tag.InstanceNumber, "01", "1"));
        assertFalse(equal(Tag.StudyID, "1", "0001"));
    }

    @ParameterizedTest
    @CsvSource({"12, 12", "12abc, 12", "abc, 0", "'', 0", "-3.7, -3", "' 5', 5"})
    void asIntegerTextCountsByTheDigitsInFront(String text, int value) {
        assertEquals(value, Finder.leadingNumber(Finder.INTEGER, text).intValueExact());
    }

    @ParameterizedTest
    @CsvSource({"12.5x, 12.5", "1e3, 1000", ".5, 0.5", "x, 0"})
    void asFloatTextCountsByTheNumberInFront(String text, double value) {
        assertEquals(value, Finder.leadingNumber(Finder.FLOAT, text).doubleValue());
    }
}
