package org.isengard.dicom.charset;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The defined terms of Specific Character Set (0008,0005), PS3.3 section C.12.1.1.2. */
public enum CharacterSetTerm {
    ASCII("ISO_IR 6", "US-ASCII", CodeElement.ASCII),
    LATIN_1("ISO_IR 100", "ISO-8859-1", CodeElement.LATIN_1),
    LATIN_2("ISO_IR 101", "ISO-8859-2", CodeElement.LATIN_2),
    LATIN_3("ISO_IR 109", "ISO-8859-3", CodeElement.LATIN_3),
    LATIN_4("ISO_IR 110", "ISO-8859-4", CodeElement.LATIN_4),
    CYRILLIC("ISO_IR 144", "ISO-8859-5", CodeElement.CYRILLIC),
    ARABIC("ISO_IR 127", "ISO-8859-6", CodeElement.ARABIC),
    GREEK("ISO_IR 126", "ISO-8859-7", CodeElement.GREEK),
    HEBREW("ISO_IR 138", "ISO-8859-8", CodeElement.HEBREW),
    LATIN_5("ISO_IR 148", "ISO-8859-9", CodeElement.LATIN_5),
    LATIN_9("ISO_IR 203", "ISO-8859-15", CodeElement.LATIN_9),
    THAI("ISO_IR 166", "TIS-620", CodeElement.THAI),
    /** Read as Shift-JIS, which has the half-width katakana of JIS X 0201 in the same place and is met in practice. */
    KATAKANA("ISO_IR 13", "Shift_JIS", CodeElement.JIS_KATAKANA, CodeElement.JIS_ROMAJI),
    KANJI("ISO 2022 IR 87", null, CodeElement.JIS_KANJI),
    KANJI_SUPPLEMENTARY("ISO 2022 IR 159", null, CodeElement.JIS_SUPPLEMENTARY),
    KOREAN("ISO 2022 IR 149", null, CodeElement.KOREAN),
    CHINESE("ISO 2022 IR 58", null, CodeElement.CHINESE),
    UTF_8("ISO_IR 192", "UTF-8"),
    GB18030("GB18030", "GB18030"),
    GBK("GBK", "GBK");

    private static final Map<String, CharacterSetTerm> BY_NAME = new HashMap<>();

    static {
        for (CharacterSetTerm term : values()) {
            BY_NAME.put(simplified(term.term), term);
            BY_NAME.put(simplified(term.extended()), term);
        }
        BY_NAME.put("", ASCII);
        BY_NAME.put("ASCII", ASCII);
        BY_NAME.put("UTF8", UTF_8);
        BY_NAME.put("ISOIR14", KATAKANA);
    }

    private final String term;
    private final Charset alone;
    private final List<CodeElement> elements;

    CharacterSetTerm(String term, String alone, CodeElement... elements) {
        this.term = term;
        this.alone = alone == null ? null : Charset.forName(alone);
        this.elements = List.of(elements);
    }

    /** The term for use without code extension, if there is one. */
    public String term() {
        return term;
    }

    /** The term as it is spelled among several. */
    private String extended() {
        return term.replace("ISO_IR", "ISO 2022 IR");
    }

    List<CodeElement> elements() {
        return elements;
    }

    CodeElement initialLower() {
        return this == KATAKANA ? CodeElement.JIS_ROMAJI : CodeElement.ASCII;
    }

    /** Null where the upper half is empty at the start: plain ASCII, and the sets that always need an escape sequence. */
    CodeElement initialUpper() {
        CodeElement first = elements.isEmpty() ? null : elements.get(0);
        return first != null && first.upper() && first.width() == 1 ? first : null;
    }

    /** Finds a term; spelling with other separators or in lower case is understood. Null if there is no such term. */
    public static CharacterSetTerm find(String name) {
        return BY_NAME.get(simplified(name));
    }

    /** The codec for the terms in their order; there is at least one. */
    public static TextCodec codec(List<CharacterSetTerm> terms) {
        CharacterSetTerm first = terms.get(0);
        var others = new ArrayList<CharacterSetTerm>();
        for (CharacterSetTerm term : terms.subList(1, terms.size())) {
            // UTF-8, GB18030 and GBK cannot be combined (PS3.3 section C.12.1.1.2): one of them stands for all.
            if (term.elements.isEmpty()) {
                return new SingleCharset(term.alone);
            }
            others.add(term);
        }
        boolean single = first.elements.isEmpty() || others.isEmpty() && first.alone != null;
        return single ? new SingleCharset(first.alone) : new CodeExtension(first, others);
    }

    private static String simplified(String name) {
        var kept = new StringBuilder(name.length());
        for (char c : name.toUpperCase(Locale.ROOT).toCharArray()) {
            if (c >= '0' && c <= '9' || c >= 'A' && c <= 'Z') {
                kept.append(c);
            }
        }
        return kept.toString();
    }
}
