package org.isengard.dicom;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isengard.dicom.charset.CharacterSetTerm;
import org.isengard.dicom.charset.Delimiters;
import org.isengard.dicom.charset.SingleCharset;
import org.isengard.dicom.charset.TextCodec;

/**
 * How the text of a data set is encoded: Specific Character Set (0008,0005), PS3.3 section C.12.1.1.2, with the code
 * extension of PS3.5 section 6.1.2.5. Immutable.
 */
public final class SpecificCharacterSet {
    /** The character for bytes that the character set does not define. */
    public static final char UNKNOWN = '\uFFFD';

    public static final SpecificCharacterSet ASCII =
            new SpecificCharacterSet("ASCII", List.of(), CharacterSetTerm.codec(List.of(CharacterSetTerm.ASCII)));
    public static final SpecificCharacterSet UTF_8 = of("ISO_IR 192");
    public static final SpecificCharacterSet LATIN_1 = of("ISO_IR 100");

    /** Orthanc's names of encodings (option {@code DefaultEncoding}), in the order of its documentation. */
    private static final Map<String, SpecificCharacterSet> ENCODINGS = new LinkedHashMap<>();

    static {
        ENCODINGS.put("Ascii", ASCII);
        ENCODINGS.put("Utf8", UTF_8);
        ENCODINGS.put("Latin1", LATIN_1);
        ENCODINGS.put("Latin2", of("ISO_IR 101"));
        ENCODINGS.put("Latin3", of("ISO_IR 109"));
        ENCODINGS.put("Latin4", of("ISO_IR 110"));
        ENCODINGS.put("Latin5", of("ISO_IR 148"));
        ENCODINGS.put("Cyrillic", of("ISO_IR 144"));
        // No defined term: such text can be read, and is written under another character set.
        ENCODINGS.put(
                "Windows1251",
                new SpecificCharacterSet(
                        "windows-1251", List.of(), new SingleCharset(Charset.forName("windows-1251"))));
        ENCODINGS.put("Arabic", of("ISO_IR 127"));
        ENCODINGS.put("Greek", of("ISO_IR 126"));
        ENCODINGS.put("Hebrew", of("ISO_IR 138"));
        ENCODINGS.put("Thai", of("ISO_IR 166"));
        ENCODINGS.put("Japanese", of("ISO_IR 13"));
        ENCODINGS.put("Chinese", of("GB18030"));
        ENCODINGS.put("JapaneseKanji", of("ISO 2022 IR 87"));
        ENCODINGS.put("Korean", of("ISO 2022 IR 149"));
        ENCODINGS.put("SimplifiedChinese", of("ISO 2022 IR 58"));
    }

    private final String name;
    private final List<String> definedTerms;
    private final TextCodec codec;

    private SpecificCharacterSet(String name, List<String> definedTerms, TextCodec codec) {
        this.name = name;
        this.definedTerms = definedTerms;
        this.codec = codec;
    }

    /** The character set of these values of (0008,0005); none, or only unknown ones, mean ASCII. */
    public static SpecificCharacterSet of(String... definedTerms) {
        return ofOrElse(ASCII, definedTerms);
    }

    /**
     * The character set of these values of (0008,0005), or {@code fallback} if there are none or none is known. Unknown
     * values beside known ones are passed over.
     */
    public static SpecificCharacterSet ofOrElse(SpecificCharacterSet fallback, String... definedTerms) {
        if (definedTerms == null || definedTerms.length == 0) {
            return fallback;
        }
        if (definedTerms.length == 1 && (definedTerms[0] == null || definedTerms[0].isBlank())) {
            return fallback;
        }
        var terms = new ArrayList<CharacterSetTerm>(definedTerms.length);
        var kept = new ArrayList<String>(definedTerms.length);
        for (String name : definedTerms) {
            String trimmed = name == null ? "" : name.trim();
            CharacterSetTerm term = CharacterSetTerm.find(trimmed);
            if (term != null) {
                terms.add(term);
                kept.add(trimmed);
            }
        }
        return terms.isEmpty()
                ? fallback
                : new SpecificCharacterSet(String.join("\\", kept), List.copyOf(kept), CharacterSetTerm.codec(terms));
    }

    /**
     * The character set of Orthanc's option {@code DefaultEncoding}.
     *
     * @throws IllegalArgumentException if there is no encoding of this name
     */
    public static SpecificCharacterSet ofEncodingName(String name) {
        SpecificCharacterSet found = ENCODINGS.get(name);
        if (found == null) {
            throw new IllegalArgumentException("Unknown encoding " + name + ", known are " + ENCODINGS.keySet());
        }
        return found;
    }

    /** The names {@link #ofEncodingName} knows. */
    public static List<String> encodingNames() {
        return List.copyOf(ENCODINGS.keySet());
    }

    /** The values for (0008,0005); empty for ASCII and for encodings without a defined term. */
    public List<String> definedTerms() {
        return definedTerms;
    }

    /**
     * The text of a whole value field, delimiters and padding included: split it afterwards, since a byte 0x5C may be
     * half a character. Bytes that mean nothing become U+FFFD.
     */
    public String decode(byte[] bytes, int offset, int length, VR vr) {
        return isPlainAscii(bytes, offset, length)
                ? new String(bytes, offset, length, StandardCharsets.ISO_8859_1)
                : codec.decode(bytes, offset, length, delimiters(vr));
    }

    /** The bytes of a whole value field without padding. Characters outside this set become '?'. */
    public byte[] encode(String text, VR vr) {
        return codec.encode(text, delimiters(vr));
    }

    /** Whether {@link #encode} would keep every character. */
    public boolean canEncode(String text) {
        return codec.canEncode(text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SpecificCharacterSet && name.equals(((SpecificCharacterSet) other).name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }

    /** Whether these bytes are the same text in every character set. */
    static boolean isPlainAscii(byte[] bytes, int offset, int length) {
        for (int i = offset, end = offset + length; i < end; i++) {
            if (bytes[i] < 0 || bytes[i] == 0x1b) {
                return false;
            }
        }
        return true;
    }

    private static Delimiters delimiters(VR vr) {
        if (vr == VR.PN) {
            return Delimiters.PERSON_NAME;
        }
        return vr == VR.ST || vr == VR.LT || vr == VR.UT || vr == VR.UR ? Delimiters.TEXT : Delimiters.VALUES;
    }
}
