package org.isengard.index.rows;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.VR;

/** The form in which text is compared: upper case, with its accents as Orthanc has it, without surrounding spaces. */
public final class Normalized {
    /** Longer values are cut, so that no value can outgrow a page of an index. */
    public static final int MAX_LENGTH = 255;

    private static final Pattern RETIRED_DATE = Pattern.compile("\\d{4}\\.\\d{2}\\.\\d{2}");
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");

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

    /** The form in which the values of a tag are compared: a date in its retired form (PS3.5 section 6.2) without dots. */
    public static String of(int tag, String value) {
        String text = of(value);
        boolean retired =
                RETIRED_DATE.matcher(text).matches() && Dictionary.standard().vrOf(tag, null) == VR.DA;
        return retired ? text.replace(".", "") : text;
    }

    /** {@return a stored integer without its leading zeros, another text as it is} */
    public static String number(int tag, String text) {
        if (!INTEGER.matcher(text).matches() || Dictionary.standard().vrOf(tag, null) != VR.IS) {
            return text;
        }
        boolean negative = text.charAt(0) == '-';
        String digits = text.replaceFirst("^[+-]?0*(?=\\d)", "");
        return negative && !digits.equals("0") ? "-" + digits : digits;
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
