package org.isengard.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tag;
import org.isengard.index.rows.MainTags;
import org.junit.jupiter.api.Test;

class MainTagsTest {
    private static MainTags extra(String json) {
        return new MainTags(json, Dictionary.standard());
    }

    private static ErrorCode refused(String json) {
        return assertThrows(IsengardException.class, () -> extra(json)).error();
    }

    @Test
    void extraTagsAreKeptAtTheirLevelAndShowInTheSignature() {
        MainTags tags = extra("{\"Instance\": [\"Rows\", \"0028,0011\"], \"Study\": [\"PatientAge\"]}");
        assertTrue(tags.of(ResourceLevel.INSTANCE).contains(Tag.Rows));
        assertTrue(tags.of(ResourceLevel.INSTANCE).contains(Tag.Columns));
        assertFalse(tags.of(ResourceLevel.SERIES).contains(Tag.Rows));
        assertTrue(tags.signature(ResourceLevel.STUDY).contains("0010,1010"));
        assertFalse(extra("{}").signature(ResourceLevel.STUDY).contains("0010,1010"));
        Attributes dataset = new Attributes();
        dataset.setString(Tag.PatientAge, "030Y");
        assertEquals(Map.of(Tag.PatientAge, "030Y"), tags.read(ResourceLevel.STUDY, dataset));
        assertEquals(Map.of(), extra("").read(ResourceLevel.STUDY, dataset));
    }

    @Test
    void whatIsWrongIsRefused() {
        assertEquals(ErrorCode.PARAMETER_OUT_OF_RANGE, refused("{\"Nonsense\": []}"));
        assertEquals(ErrorCode.UNKNOWN_DICOM_TAG, refused("{\"Study\": [\"NoSuchTag\"]}"));
        assertEquals(ErrorCode.MAIN_DICOM_TAGS_MULTIPLY_DEFINED, refused("{\"Study\": [\"StudyDate\"]}"));
        assertEquals(
                ErrorCode.MAIN_DICOM_TAGS_MULTIPLY_DEFINED, refused("{\"Study\": [\"PatientAge\", \"PatientAge\"]}"));
        assertEquals(ErrorCode.BAD_FILE_FORMAT, refused("{"));
    }
}
