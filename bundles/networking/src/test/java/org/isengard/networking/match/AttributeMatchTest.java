package org.isengard.networking.match;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.SpecificCharacterSet;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributeMatchTest {
    private static Attributes of(int tag, String text) {
        var attributes = new Attributes();
        attributes.setString(tag, Dictionary.standard().vrOf(tag, null), text);
        return attributes;
    }

    private static boolean matches(int tag, String value, String key) {
        return new AttributeMatch(of(tag, key), false).matches(of(tag, value));
    }

    @ParameterizedTest
    @CsvSource({
        "20240501, 20240501, true",
        "20240501, 20240502, false",
        "20240501, 20240401-20240501, true",
        "20240501, 20240502-, false",
        "20240501, -20240501, true",
        "20240501, 2024.05.01, true",
        "20240501, 20240401-20240430, false",
    })
    void datesAreComparedAsRanges(String value, String key, boolean expected) {
        assertEquals(expected, matches(Tag.StudyDate, value, key));
    }

    @ParameterizedTest
    @CsvSource({
        "101530, 10, true",
        "10, 100000, true",
        "101530, 1000-1100, true",
        "110030, 1000-1100, true",
        "110130, 1000-1100, false",
        "235959.5, -2359, true",
    })
    void timesHaveTheirPrecision(String value, String key, boolean expected) {
        assertEquals(expected, matches(Tag.StudyTime, value, key));
    }

    @ParameterizedTest
    @CsvSource({
        "MÜLLER^ANNA, müller*, true",
        "MÜLLER^ANNA, M?LLER^A*, true",
        "MÜLLER^ANNA, Anna, false",
        "Yamada^Tarou=山田^太郎, 山田*, true",
        "Yamada^Tarou^^, yamada^tarou, true",
        "A.B^C, A?B^C, true",
        "AxB^C, A.B^C, false",
    })
    void namesAreComparedWithoutCaseByComponentGroup(String value, String key, boolean expected) {
        assertEquals(expected, matches(Tag.PatientName, value, key));
    }

    @Test
    void identifiersAreListsWithoutWildcards() {
        assertTrue(matches(Tag.StudyInstanceUID, "1.2.3", "1.2.4\\1.2.3"));
        assertFalse(matches(Tag.StudyInstanceUID, "1.2.3", "1.2.?"));
        assertTrue(matches(Tag.AccessionNumber, "A-1", "A*"));
        assertFalse(matches(Tag.AccessionNumber, "A-1", "a*"));
    }

    @Test
    void namesMayBeComparedWithCase() {
        var keys = of(Tag.PatientName, "miller*");
        assertFalse(new AttributeMatch(keys, true).matches(of(Tag.PatientName, "MILLER^A")));
    }

    @Test
    void sequencesMatchByOneItemAndAreReducedToTheKeys() {
        var item = new Attributes();
        item.setCharacterSet("ISO_IR 100");
        item.setString(Tag.PatientName, VR.PN, "MÜLLER");
        item.setString(Tag.PatientID, VR.LO, "4711");
        var steps = item.newSequence(Tag.ScheduledProcedureStepSequence);
        for (String modality : new String[] {"CT", "MR"}) {
            Attributes step = steps.newItem();
            step.setString(Tag.Modality, VR.CS, modality);
            step.setString(Tag.ScheduledStationAETitle, VR.AE, modality + "1");
        }
        var keys = new Attributes();
        keys.setNull(Tag.PatientName, VR.PN);
        keys.setNull(Tag.AccessionNumber, VR.SH);
        Attributes step = keys.newSequence(Tag.ScheduledProcedureStepSequence).newItem();
        step.setString(Tag.Modality, VR.CS, "MR");
        step.setNull(Tag.ScheduledProcedureStepStartDate, VR.DA);
        var match = new AttributeMatch(keys, false);
        assertTrue(match.matches(item));
        Attributes answer = match.answer(item);
        assertEquals("MÜLLER", answer.getString(Tag.PatientName));
        assertEquals("ISO_IR 100", answer.getString(Tag.SpecificCharacterSet));
        assertTrue(answer.contains(Tag.AccessionNumber));
        assertFalse(answer.contains(Tag.PatientID));
        var reduced = answer.getSequence(Tag.ScheduledProcedureStepSequence);
        assertEquals(1, reduced.size());
        assertEquals("MR", reduced.get(0).getString(Tag.Modality));
        assertFalse(reduced.get(0).contains(Tag.ScheduledStationAETitle));
        assertEquals(2, item.getSequence(Tag.ScheduledProcedureStepSequence).size());

        step.setString(Tag.Modality, VR.CS, "US");
        assertFalse(new AttributeMatch(keys, false).matches(item));
        keys.newSequence(Tag.ScheduledProcedureStepSequence).newItem();
        match = new AttributeMatch(keys, false);
        assertEquals(
                2,
                match.answer(item)
                        .getSequence(Tag.ScheduledProcedureStepSequence)
                        .size());
    }

    @Test
    void whatAnItemLacksMatchesOnlyAnEmptyKey() {
        assertFalse(new AttributeMatch(of(Tag.AccessionNumber, "A"), false).matches(new Attributes()));
        assertTrue(new AttributeMatch(of(Tag.AccessionNumber, ""), false).matches(new Attributes()));
        assertTrue(new AttributeMatch(of(Tag.AccessionNumber, "*"), false).matches(new Attributes()));
    }

    @Test
    void aPrivateCreatorIsNoKey() {
        Attributes key = of(Tag.PatientID, "1");
        key.setString(0x00090010, VR.LO, "SOMEBODY");
        assertTrue(new AttributeMatch(key, false).matches(of(Tag.PatientID, "1")));
    }

    @Test
    void anAnswerNamesACharacterSetOnlyWhereItsTextNeedsOne() {
        var keys = new Attributes();
        keys.setNull(Tag.PatientName, VR.PN);
        var match = new AttributeMatch(keys, false);
        var item = new Attributes();
        item.setDefaultCharacterSet(SpecificCharacterSet.of("ISO_IR 100"));
        item.setString(Tag.PatientName, VR.PN, "Plain^Name");
        assertFalse(match.answer(item).contains(Tag.SpecificCharacterSet));
        item.setString(Tag.PatientName, VR.PN, "M\u00fcller^Anna");
        assertEquals("ISO_IR 100", match.answer(item).getString(Tag.SpecificCharacterSet));
    }

    @Test
    void plainTextNeedsNoCharacterSetWhoeverNamesOne() {
        var keys = new Attributes();
        keys.setString(Tag.SpecificCharacterSet, VR.CS, "ISO_IR 192");
        keys.setNull(Tag.PatientName, VR.PN);
        var item = new Attributes();
        item.setCharacterSet("ISO_IR 100");
        item.setString(Tag.PatientName, VR.PN, "Plain^Name");
        assertFalse(new AttributeMatch(keys, false).answer(item).contains(Tag.SpecificCharacterSet));
        item.setString(Tag.PatientName, VR.PN, "M\u00fcller^Anna");
        Attributes answer = new AttributeMatch(keys, false).answer(item);
        assertEquals("ISO_IR 192", answer.getString(Tag.SpecificCharacterSet));
        assertEquals("M\u00fcller^Anna", answer.getString(Tag.PatientName));
    }

    @Test
    void aWholeStepIsCompleteAndASequenceThatIsNotThereIsLeftOut() {
        var keys = new Attributes();
        keys.newSequence(Tag.ScheduledProcedureStepSequence);
        keys.newSequence(Tag.RequestedProcedureCodeSequence);
        var item = new Attributes();
        item.newSequence(Tag.ScheduledProcedureStepSequence).newItem().setString(Tag.Modality, VR.CS, "MR");
        Attributes answer = new AttributeMatch(keys, false).answer(item);
        Attributes step = answer.getSequence(Tag.ScheduledProcedureStepSequence).get(0);
        assertEquals("MR", step.getString(Tag.Modality));
        assertTrue(step.contains(Tag.ScheduledProcedureStepEndDate));
        assertFalse(answer.contains(Tag.RequestedProcedureCodeSequence));
    }
}
