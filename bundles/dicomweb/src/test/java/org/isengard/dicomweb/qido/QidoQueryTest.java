package org.isengard.dicomweb.qido;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.rest.kit.Query;
import org.junit.jupiter.api.Test;

class QidoQueryTest {
    private static QidoQuery parse(ResourceLevel level, String query) {
        return QidoQuery.parse(Query.parse(query), level, Dictionary.standard());
    }

    private static QidoQuery parse(String query) {
        return parse(ResourceLevel.STUDY, query);
    }

    @Test
    void keysAreKeywordsOrTags() {
        QidoQuery query = parse("PatientID=a&00100010=b&0008,0020=c&nope=1&00091001=x");
        assertEquals(Map.of(Tag.PatientID, "a", Tag.PatientName, "b", Tag.StudyDate, "c"), query.matches());
        assertEquals(List.of("nope", "00091001"), query.ignored());
    }

    @Test
    void commasAndBackslashesSeparateValuesButNotInNames() {
        assertEquals(
                Map.of(Tag.StudyInstanceUID, "1.2\\1.3\\1.4", Tag.PatientName, "Doe,John"),
                parse("StudyInstanceUID=1.2,1.3%5C1.4&PatientName=Doe,John").matches());
        assertEquals(
                "1.2\\1.3",
                parse("StudyInstanceUID=1.2&StudyInstanceUID=1.3").matches().get(Tag.StudyInstanceUID));
    }

    @Test
    void matchedAndIncludedAttributesAreAnswered() {
        QidoQuery query = parse("includefield=StudyDescription,00080060&includefield=all,nope&Rows=1");
        assertTrue(query.answered().containsAll(List.of(Tag.StudyDescription, Tag.Modality, Tag.Rows, Tag.StudyID)));
        assertEquals(List.of("includefield=nope"), query.ignored());
    }

    @Test
    void computedAttributesBelongToTheirLevel() {
        assertFalse(parse(ResourceLevel.INSTANCE, "includefield=ModalitiesInStudy,SOPClassesInStudy")
                .answered()
                .contains(Tag.SOPClassesInStudy));
        assertTrue(parse("includefield=SOPClassesInStudy").answered().contains(Tag.SOPClassesInStudy));
    }

    @Test
    void aQueryThatNamesTheStudyLeavesItsAttributesOut() {
        QidoQuery query = parse(ResourceLevel.SERIES, "StudyInstanceUID=1.2");
        assertFalse(query.answered().contains(Tag.PatientName));
        assertTrue(query.answered().containsAll(List.of(Tag.StudyInstanceUID, Tag.Modality)));
    }

    @Test
    void pagesAreNumbers() {
        assertEquals(7, parse("limit=7&offset=3").limit());
        assertEquals(3, parse("limit=7&offset=3").offset());
        assertEquals(0, parse("limit=-1").limit());
        assertEquals(Long.MAX_VALUE, parse("offset=-1").offset());
        assertThrows(IsengardException.class, () -> parse("limit=a"));
        assertThrows(IsengardException.class, () -> parse("offset=99999999999999999999"));
    }

    @Test
    void queriesThatExplodeAreRefused() {
        assertThrows(IsengardException.class, () -> parse("PatientName=" + "*a".repeat(40)));
        assertThrows(IsengardException.class, () -> parse("PatientName=" + "a".repeat(10_000)));
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            many.append('x').append(i).append("=1&");
        }
        assertThrows(IsengardException.class, () -> parse(many.toString()));
    }

    @Test
    void keysReachIntoSequences() {
        Attributes dataset = new Attributes();
        Attributes item = dataset.newSequence(Tag.RequestAttributesSequence).newItem();
        item.setString(Tag.ScheduledProcedureStepID, VR.SH, "Step 1");
        Dictionary dictionary = Dictionary.standard();
        for (String value : List.of("step 1", "STEP*", "?tep 1", "x,Step 1", "")) {
            assertTrue(
                    PathMatch.parse("00400275.ScheduledProcedureStepID", value, dictionary)
                            .matches(dataset),
                    value);
        }
        for (String value : List.of("step", "*2", "Step.1")) {
            assertFalse(
                    PathMatch.parse("RequestAttributesSequence.00400009", value, dictionary)
                            .matches(dataset),
                    value);
        }
        assertEquals(1, parse("00400275.00400009=a&nope.x=1").paths().size());
    }
}
