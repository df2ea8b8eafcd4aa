package org.isengard.index.rows;

import java.text.Normalizer;
import java.util.Locale;

/** The form in which text is compared: upper case, with its accents as Orthanc has it, without surrounding spaces. */
public final class Normalized {
    /** What is longer is cut, so that no value can outgrow a page of an index. */
    public static final int MAX_LENGTH = 255;

    private Normalized() {}

    public static String of(String value) {
        String text = uncut(value);
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
    }

    /** The same without a bound, for patterns and for what is compared with them. */
    public static String uncut(String value) {
        String text = value.strip();
        if (!isAscii(text)) {
            text = Normalizer.normalize(text, Normalizer.Form.NFC);
        }
        return text.toUpperCase(Locale.ROOT).replace("\0", "");
    }

    /** {@return null for null} */
    public static String ofNullable(String value) {
        return value == null ? null : of(value);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }

    /**
     * A hash of a UID: 32 bits of all but its last component, 32 bits of the last one, so that the instances of a series
     * are neighbours in an index.
     */
    public static long hash(String uid) {
        String text = uid.strip();
        int dot = text.lastIndexOf('.') + 1;
        return (long) fnv(text, 0, dot) << 32 | fnv(text, dot, text.length()) & 0xffffffffL;
    }

    /** FNV-1a. */
    private static int fnv(String text, int from, int to) {
        int hash = 0x811c9dc5;
        for (int i = from; i < to; i++) {
            hash = (hash ^ text.charAt(i)) * 0x01000193;
        }
        return hash;
    }
}
