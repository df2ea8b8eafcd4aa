package org.isengard.webdav.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SafeNameTest {
    @Test
    void aNameIsHarmlessOnEverySystem() {
        assertEquals("1CT1 - CompressedSamples^CT1", SafeName.of("1CT1 - CompressedSamples^CT1"));
        assertEquals(".._.._etc_passwd", SafeName.of("../../etc/passwd"));
        assertEquals("_", SafeName.of(".."));
        assertEquals("_", SafeName.of(""));
        assertEquals("CT -", SafeName.of("CT - "));
        assertEquals("a_b_c_d", SafeName.of("a\\b:c\u0000d"));
        assertEquals("a_b", SafeName.of("a\u202Eb"));
        assertEquals("a_2f_b", SafeName.of("a%2f;b"));
        assertEquals("山田^太郎", SafeName.of("山田^太郎"));
    }

    @Test
    void aNameIsBoundedWithoutCuttingACharacter() {
        String name = SafeName.of("é".repeat(500));
        assertTrue(name.getBytes(StandardCharsets.UTF_8).length <= SafeName.LONGEST);
        assertEquals(SafeName.LONGEST / 2, name.length());
    }

    @Test
    void namesOfAFolderDifferWhateverTheirCase() {
        SafeName names = new SafeName();
        assertEquals("CT -", names.unique("CT -", "11111111-2"));
        assertEquals("ct - (33333333)", names.unique("ct -", "33333333-4"));
        assertEquals("CT - (33333333-5)", names.unique("CT -", "33333333-5"));
        assertEquals("a.dcm", names.unique("a.dcm", "1"));
        assertEquals("a (2).dcm", names.unique("a.dcm", "2"));
    }

    @Test
    void decomposedLettersAreTheSame() {
        assertEquals(SafeName.key("Müller"), SafeName.key("MU\u0308LLER"));
    }
}
