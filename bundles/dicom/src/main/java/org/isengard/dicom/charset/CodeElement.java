package org.isengard.dicom.charset;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * A set of characters that an escape sequence puts into the lower half (G0, bytes below 0x80) or the upper half (G1)
 * of the code table. Escape sequences: PS3.3 tables C.12-3 and C.12-4.
 */
enum CodeElement {
    ASCII("(B", false, 1, "US-ASCII"),
    /** Differs from ASCII in two characters, one of them the value delimiter: read as ASCII so that values split. */
    JIS_ROMAJI("(J", false, 1, "US-ASCII"),
    JIS_KANJI("$B", false, 2, "x-JIS0208"),
    JIS_SUPPLEMENTARY("$(D", false, 2, "JIS_X0212-1990"),
    LATIN_1("-A", true, 1, "ISO-8859-1"),
    LATIN_2("-B", true, 1, "ISO-8859-2"),
    LATIN_3("-C", true, 1, "ISO-8859-3"),
    LATIN_4("-D", true, 1, "ISO-8859-4"),
    CYRILLIC("-L", true, 1, "ISO-8859-5"),
    ARABIC("-G", true, 1, "ISO-8859-6"),
    GREEK("-F", true, 1, "ISO-8859-7"),
    HEBREW("-H", true, 1, "ISO-8859-8"),
    LATIN_5("-M", true, 1, "ISO-8859-9"),
    LATIN_9("-b", true, 1, "ISO-8859-15"),
    THAI("-T", true, 1, "TIS-620"),
    JIS_KATAKANA(")I", true, 1, "Shift_JIS"),
    KOREAN("$)C", true, 2, "EUC-KR"),
    CHINESE("$)A", true, 2, "GB2312");

    private static final CodeElement[] ALL = values();

    /** Microsoft's code page 949 has all Hangul syllables, those beyond KS X 1001 with a second byte among the letters. */
    private static final Charset KOREAN_SUPERSET =
            Charset.isSupported("x-windows-949") ? Charset.forName("x-windows-949") : Charset.forName("EUC-KR");

    private static final byte[] KANJI_OF_1978 = {'$', '@'};

    private final byte[] escape;
    private final boolean upper;
    private final int width;
    private final Charset charset;

    CodeElement(String escape, boolean upper, int width, String charset) {
        this.escape = escape.getBytes(StandardCharsets.US_ASCII);
        this.upper = upper;
        this.width = width;
        this.charset = Charset.forName(charset);
    }

    /** The escape sequence without the escape character itself. */
    byte[] escape() {
        return escape;
    }

    boolean upper() {
        return upper;
    }

    /** Bytes of one character. */
    int width() {
        return width;
    }

    Charset charset() {
        return charset;
    }

    /** The set in which bytes are read; a superset where programs write more than the standard has. */
    Charset superset() {
        return this == KOREAN ? KOREAN_SUPERSET : charset;
    }

    /** Whether a byte may follow the first byte of a character of two bytes in {@link #superset}. */
    boolean isSecond(byte first, byte second) {
        int b = second & 0xff;
        if (first < 0 == second < 0 && (b & 0x7f) >= 0x21) {
            return true;
        }
        // MS949: the letters of ASCII, and the upper half from its beginning.
        return this == KOREAN && (b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b > 0x80 && b < 0xff);
    }

    /** Bytes after the escape character at {@code offset} that name a code element, or 0 if they name none. */
    static int escapeLength(byte[] bytes, int offset, int end) {
        CodeElement element = designated(bytes, offset, end);
        return element == null ? 0 : startsWith(bytes, offset, end, KANJI_OF_1978) ? 2 : element.escape.length;
    }

    /** The element named by the bytes after an escape character, or null. */
    static CodeElement designated(byte[] bytes, int offset, int end) {
        for (CodeElement element : ALL) {
            if (startsWith(bytes, offset, end, element.escape)) {
                return element;
            }
        }
        return startsWith(bytes, offset, end, KANJI_OF_1978) ? JIS_KANJI : null;
    }

    private static boolean startsWith(byte[] bytes, int offset, int end, byte[] prefix) {
        if (end - offset < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (bytes[offset + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
