package org.isengard.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import org.isengard.dicom.orthanc.ResourceIds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OrthancTextTest {
    private static final byte[] SKULL = "SCH\u00c4DEL ".getBytes(StandardCharsets.ISO_8859_1);

    /** Modalities write, say, a Body Part Examined with an umlaut, though the standard has ASCII there. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"
            })
    void allTextIsInTheCharacterSetOfTheDataSet(VR vr) {
        Attributes dataset = new Attributes();
        dataset.setString(Tag.SpecificCharacterSet, VR.CS, "ISO_IR 100");
        Attributes item = dataset.newSequence(Tag.RequestAttributesSequence).newItem();
        for (Attributes each : new Attributes[] {dataset, item}) {
            each.setBytes(Tag.BodyPartExamined, vr, SKULL);
            assertEquals("SCH\u00c4DEL", OrthancText.of(each, each.get(Tag.BodyPartExamined)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AE", "CS", "DA", "LO", "UI"})
    void anotherCharacterSetCarriesAllTextOver(VR vr) {
        Attributes dataset = new Attributes();
        dataset.setString(Tag.SpecificCharacterSet, VR.CS, "ISO_IR 100");
        dataset.setBytes(Tag.BodyPartExamined, vr, SKULL);
        dataset.setBytes(Tag.SOPInstanceUID, VR.UI, new byte[] {'1', '.', '2', 0});
        dataset.setCharacterSet("ISO_IR 192");
        Value carried = (Value) dataset.get(Tag.BodyPartExamined);
        assertEquals("SCH\u00c4DEL", OrthancText.of(dataset, carried));
        assertArrayEquals("SCH\u00c4DEL".getBytes(StandardCharsets.UTF_8), carried.bytes(dataset.characterSet()));
        Value uid = (Value) dataset.get(Tag.SOPInstanceUID);
        assertArrayEquals(new byte[] {'1', '.', '2', 0}, uid.bytes(dataset.characterSet()));
    }

    @ParameterizedTest
    @CsvSource({
        "LO, '  knee ', '  knee'",
        "DS, ' -1024', ' -1024'",
        "CS, ' ORIGINAL\\ PRIMARY ', ' ORIGINAL\\ PRIMARY'",
        "UI, ' 1.2 .3 ', 1.2.3",
        "UI, '1.2\\ 3.4', '1.2\\3.4'",
    })
    void blanksInFrontAreShownButForUids(VR vr, String written, String shown) {
        Attributes dataset = new Attributes();
        dataset.setBytes(Tag.StudyID, vr, written.getBytes(StandardCharsets.US_ASCII));
        assertEquals(shown, OrthancText.of(dataset, Tag.StudyID));
    }

    @ParameterizedTest
    @EnumSource(names = {"CS", "LO", "LT", "PN", "UI", "DS"})
    void whatStandsBehindANulIsNotText(VR vr) {
        Attributes dataset = new Attributes();
        dataset.setBytes(Tag.StudyID, vr, new byte[] {'1', ' ', 0, 'x', '\\', 'y'});
        assertEquals("1", OrthancText.of(dataset, Tag.StudyID));
        dataset.setBytes(Tag.StudyID, vr, new byte[] {0, 'x'});
        assertEquals("", OrthancText.of(dataset, Tag.StudyID));
    }

    /** PS3.5 section 6.2.2: what a sender could not name has still the VR of the dictionary. */
    @Test
    void unknownOfAKnownTextIsText() {
        Attributes dataset = new Attributes();
        dataset.setString(Tag.SpecificCharacterSet, VR.CS, "ISO_IR 100");
        dataset.setBytes(Tag.PatientName, VR.UN, SKULL);
        dataset.setBytes(Tag.Rows, VR.UN, SKULL);
        dataset.setBytes(0x00091001, VR.UN, SKULL);
        dataset.setBytes(Tag.PatientID, VR.UN, new byte[] {1, 2});
        assertEquals("SCH\u00c4DEL ", OrthancText.of(dataset, Tag.PatientName));
        assertNull(OrthancText.of(dataset, Tag.Rows));
        assertNull(OrthancText.of(dataset, 0x00091001));
        assertNull(OrthancText.of(dataset, Tag.PatientID));
    }

    @Test
    void blanksInFrontOfAPatientIdCountInItsIdentifier() {
        Attributes dataset = new Attributes();
        dataset.setString(Tag.PatientID, VR.LO, " P ");
        dataset.setString(Tag.StudyInstanceUID, VR.UI, "1.2");
        dataset.setString(Tag.SeriesInstanceUID, VR.UI, "1.3");
        dataset.setString(Tag.SOPInstanceUID, VR.UI, "1.4");
        // SHA-1 of " P".
        assertEquals(
                "9e732799-24bb195a-6f9373fd-96e95b81-6e910def",
                ResourceIds.of(dataset).orElseThrow().patient());
    }

    @ParameterizedTest
    @CsvSource({"-0.0, -0", "0.0, 0", "0.1, 0.10000000000000001", "-2.5, -2.5", "1e22, 1e+22", "1e16, 10000000000000000"
    })
    void numbersArePrintedWithTheDigitsThatMatter(double value, String shown) {
        assertEquals(shown, OrthancText.decimal(value));
    }
}
