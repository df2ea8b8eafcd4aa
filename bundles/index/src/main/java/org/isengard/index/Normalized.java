package org.isengard.index;

import java.text.Normalizer;
import java.util.Locale;

/** The form in which text is compared: upper case, without accents and surrounding spaces, of bounded length. */
final class Normalized {
    /** What is longer is cut, so that no value can outgrow a page of an index. */
    static final int MAX_LENGTH = 255;

    private Normalized() {}

    static String of(String value) {
        String text = uncut(value);
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
    }

    /** The same without a bound, for patterns and for what is compared with them. */
    static String uncut(String value) {
        String text = value.strip();
        if (!isAscii(text)) {
            text = Normalizer.normalize(text, Normalizer.Form.NFD)
                    .codePoints()
                    .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }
        return text.toUpperCase(Locale.ROOT).replace("\0", "");
    }

    /** {@return null for null} */
    static String ofNullable(String value) {
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

    /** A 64-bit hash of a UID (FNV-1a). */
    static long hash(String uid) {
        long hash = 0xcbf29ce484222325L;
        String text = uid.strip();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
