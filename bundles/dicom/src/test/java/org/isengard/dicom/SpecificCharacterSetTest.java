package org.isengard.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecificCharacterSetTest {
    private static final char ESC = 0x1b;

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String decode(SpecificCharacterSet set, String latin1, VR vr) {
        byte[] bytes = bytes(latin1);
        return set.decode(bytes, 0, bytes.length, vr);
    }

    @ParameterizedTest
    @CsvSource({
        "ISO_IR 100, Éléonore^Ünïçôdé",
        "ISO_IR 101, Święcicki^Łukasz",
        "ISO_IR 109, Ġużeppi^Ħal",
        "ISO_IR 110, Ģirts^Ķēniņš",
        "ISO_IR 144, Люкceмбypг",
        "ISO_IR 127, قباني^لنزار",
        "ISO_IR 126, Διονυσιος",
        "ISO_IR 138, שרון^דבורה",
        "ISO_IR 148, Çağlar^Şule",
        "ISO_IR 203, Œuvre^100€",
        "ISO_IR 166, สวัสดี",
        "ISO_IR 13, ﾔﾏﾀﾞ^ﾀﾛｳ",
        "ISO_IR 192, Wang^XiaoDong=王^小东",
        "GB18030, Wang^XiaoDong=王^小东",
        "GBK, Wang^XiaoDong=王^小东",
        "\\ISO 2022 IR 87, Yamada^Tarou=山田^太郎=やまだ^たろう",
        "ISO 2022 IR 13\\ISO 2022 IR 87, ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
        "\\ISO 2022 IR 87\\ISO 2022 IR 159, 山田^丂丄",
        "\\ISO 2022 IR 149, Hong^Gildong=洪^吉洞=홍^길동",
        "\\ISO 2022 IR 58, Zhang^XiaoDong=张^小东",
        "ISO 2022 IR 100\\ISO 2022 IR 144\\ISO 2022 IR 126, Éa Люк Διο^é",
        "ISO 2022 IR 87, 山田 a",
        "ISO 2022 IR 149, 洪 a",
        "ISO 2022 IR 58, 张 a",
    })
    void textSurvivesARoundTrip(String terms, String text) {
        SpecificCharacterSet set = SpecificCharacterSet.of(terms.split("\\\\", -1));
        for (VR vr : List.of(VR.PN, VR.LO, VR.LT)) {
            byte[] encoded = set.encode(text, vr);
            assertTrue(set.canEncode(text));
            assertEquals(text, set.decode(encoded, 0, encoded.length, vr));
        }
    }

    /** The examples of PS3.5 annexes H, I and K. */
    @Test
    void theExamplesOfTheStandardAreRead() {
        var japanese = SpecificCharacterSet.of("", "ISO 2022 IR 87");
        String kanji = "Yamada^Tarou=" + ESC + "$B;3ED" + ESC + "(B^" + ESC + "$BB@O:" + ESC + "(B=" + ESC + "$B$d$^$@"
                + ESC + "(B^" + ESC + "$B$?$m$&" + ESC + "(B";
        assertEquals("Yamada^Tarou=山田^太郎=やまだ^たろう", decode(japanese, kanji, VR.PN));
        assertArrayEquals(bytes(kanji), japanese.encode("Yamada^Tarou=山田^太郎=やまだ^たろう", VR.PN));

        var katakana = SpecificCharacterSet.of("ISO 2022 IR 13", "ISO 2022 IR 87");
        String romaji = "\u00d4\u00cf\u00c0\u00de^\u00c0\u00db\u00b3=" + ESC + "$B;3ED" + ESC + "(J^" + ESC + "$BB@O:"
                + ESC + "(J";
        assertEquals("ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎", decode(katakana, romaji, VR.PN));

        var korean = SpecificCharacterSet.of("", "ISO 2022 IR 149");
        String hangul = "Hong^Gildong=" + ESC + "$)C\u00fb\u00f3^" + ESC + "$)C\u00d1\u00ce\u00d4\u00d7=" + ESC
                + "$)C\u00c8\u00ab^" + ESC + "$)C\u00b1\u00e6\u00b5\u00bf";
        assertEquals("Hong^Gildong=洪^吉洞=홍^길동", decode(korean, hangul, VR.PN));
        assertArrayEquals(bytes(hangul), korean.encode("Hong^Gildong=洪^吉洞=홍^길동", VR.PN));

        var chinese = SpecificCharacterSet.of("", "ISO 2022 IR 58");
        String simplified = "Zhang^XiaoDong=" + ESC + "$)A\u00d5\u00c5^" + ESC + "$)A\u00d0\u00a1\u00b6\u00ab";
        assertEquals("Zhang^XiaoDong=张^小东", decode(chinese, simplified, VR.PN));
        assertArrayEquals(bytes(simplified), chinese.encode("Zhang^XiaoDong=张^小东", VR.PN));
    }

    @Test
    void delimitersFallBackToTheInitialCharacterSet() {
        var set = SpecificCharacterSet.of("ISO 2022 IR 100", "ISO 2022 IR 144");
        String cyrillic = ESC + "-L\u00bb";
        assertEquals("Л\\»", decode(set, cyrillic + "\\\u00bb", VR.LO));
        assertEquals("Л\\Л", decode(set, cyrillic + "\\\u00bb", VR.LT));
        assertEquals("Л^»", decode(set, cyrillic + "^\u00bb", VR.PN));
        assertEquals("Л^Л", decode(set, cyrillic + "^\u00bb", VR.LO));
        assertEquals("Л\r\n»", decode(set, cyrillic + "\r\n\u00bb", VR.LT));
    }

    @Test
    void aByteOfADelimiterInsideACharacterDoesNotReset() {
        // 0x5E, 0x3D and 0x5C are lead bytes of kanji and trail bytes in GBK.
        assertEquals("彼", decode(SpecificCharacterSet.of("", "ISO 2022 IR 87"), ESC + "$BH`" + ESC + "(B", VR.PN));
        assertEquals("十", decode(SpecificCharacterSet.of("", "ISO 2022 IR 87"), ESC + "$B==" + ESC + "(B", VR.PN));
        byte[] trail = "誠".getBytes(Charset.forName("GBK"));
        assertEquals(
                "誠\\a",
                decode(SpecificCharacterSet.of("GBK"), new String(trail, StandardCharsets.ISO_8859_1) + "\\a", VR.LO));
    }

    @Test
    void koreanWithoutTheRepeatedEscapeIsStillRead() {
        var set = SpecificCharacterSet.of("", "ISO 2022 IR 149");
        assertEquals("洪^吉", decode(set, ESC + "$)C\u00fb\u00f3^\u00d1\u00ce", VR.PN));
    }

    @Test
    void unknownOrMissingTermsFallBack() {
        assertSame(SpecificCharacterSet.ASCII, SpecificCharacterSet.of());
        assertSame(SpecificCharacterSet.ASCII, SpecificCharacterSet.of((String[]) null));
        assertSame(SpecificCharacterSet.ASCII, SpecificCharacterSet.of(""));
        assertSame(SpecificCharacterSet.UTF_8, SpecificCharacterSet.ofOrElse(SpecificCharacterSet.UTF_8, "nonsense"));
        assertEquals("\ufffd", decode(SpecificCharacterSet.ASCII, "\u00e9", VR.LO));
        assertEquals(
                List.of("ISO_IR 100"), SpecificCharacterSet.of("ISO_IR 100").definedTerms());
        assertEquals(SpecificCharacterSet.LATIN_1, SpecificCharacterSet.of("ISO_IR 100"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ISO-IR 101", "iso_ir 101", "ISO IR 101", "ISO 2022 IR 101", "ISO2022 IR101"})
    void looseSpellingIsUnderstood(String term) {
        assertEquals("Ł", decode(SpecificCharacterSet.of(term), "\u00a3", VR.LO));
    }

    @Test
    void everyEncodingOfTheConfigurationExists() {
        assertEquals(18, SpecificCharacterSet.encodingNames().size());
        for (String name : SpecificCharacterSet.encodingNames()) {
            SpecificCharacterSet set = SpecificCharacterSet.ofEncodingName(name);
            byte[] encoded = set.encode("Plain^Text", VR.PN);
            assertEquals("Plain^Text", set.decode(encoded, 0, encoded.length, VR.PN), name);
        }
        assertEquals("Ж", decode(SpecificCharacterSet.ofEncodingName("Windows1251"), "\u00c6", VR.LO));
        assertThrows(IllegalArgumentException.class, () -> SpecificCharacterSet.ofEncodingName("NoSuchEncoding"));
    }

    @Test
    void whatCannotBeWrittenBecomesAQuestionMark() {
        assertFalse(SpecificCharacterSet.LATIN_1.canEncode("王"));
        assertArrayEquals(bytes("?"), SpecificCharacterSet.LATIN_1.encode("王", VR.LO));
        var set = SpecificCharacterSet.of("", "ISO 2022 IR 149");
        assertFalse(set.canEncode("é"));
        assertArrayEquals(bytes("a?b"), set.encode("aéb", VR.LO));
    }

    @Test
    void arbitraryBytesNeverFail() {
        var random = new Random(20221);
        String[][] sets = {
            {"", "ISO 2022 IR 87", "ISO 2022 IR 159", "ISO 2022 IR 149", "ISO 2022 IR 58", "ISO 2022 IR 100"},
            {"ISO 2022 IR 13", "ISO 2022 IR 87"},
            {"GB18030"},
            {"ISO_IR 192"},
            {"ISO_IR 13"}
        };
        byte[] frequent = {0x1b, '$', '(', ')', 'B', 'C', 'A', 'D', 'I', 'J', '-', '^', '=', '\\', '\n'};
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                if (random.nextBoolean()) {
                    bytes[i] = frequent[random.nextInt(frequent.length)];
                }
            }
            SpecificCharacterSet set = SpecificCharacterSet.of(sets[round % sets.length]);
            String text = set.decode(bytes, 0, bytes.length, VR.PN);
            assertNotNull(set.encode(text, VR.PN));
        }
    }

    @Test
    void koreanTextMayUseTheWholeCodePage949() {
        // U+B620 has the second byte 0x63, U+AC02 0x41; the standard's KS X 1001 has neither.
        var set = SpecificCharacterSet.of("", "ISO 2022 IR 149");
        assertEquals(
                "Hong=\uB620\uD64D^\uAC02=x",
                decode(set, "Hong=\u001b$)C\u008cc\u00c8\u00ab^\u001b$)C\u0081A=x", VR.PN));
        assertEquals("\uB620", decode(SpecificCharacterSet.of("ISO 2022 IR 149"), "\u008cc", VR.LO));
    }
}
