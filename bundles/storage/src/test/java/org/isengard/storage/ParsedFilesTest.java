package org.isengard.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;

class ParsedFilesTest {
    @Test
    void privateEntriesComeFromTheOptionDictionary() throws IOException {
        List<Dictionary.Entry> entries = ParsedFiles.entries(
                "{\"0099,1001\": [\"LO\", \"GoldenText\", 1, 1, \"GOLDEN KIT\"], \"4242,0010\": [\"DS\", \"Many\", 1, 0]}");
        assertEquals(new Dictionary.Entry(0x00991001, VR.LO, "GoldenText", 1, 1, "GOLDEN KIT"), entries.get(0));
        assertEquals(new Dictionary.Entry(0x42420010, VR.DS, "Many", 1, -1, null), entries.get(1));
    }

    @Test
    void aBadEntryIsNamed() {
        for (String bad :
                List.of("{\"x\": [\"LO\", \"A\"]}", "{\"0099,1001\": [\"QQ\", \"A\"]}", "{\"0099,1001\": []}")) {
            assertThrows(IllegalArgumentException.class, () -> ParsedFiles.entries(bad), bad);
        }
    }
}
