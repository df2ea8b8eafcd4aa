package org.isengard.dicom;

import java.util.OptionalInt;

/** Parts and notations of tags. A tag is an int, group in the upper half; order is unsigned. */
public final class Tags {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private Tags() {}

    public static int of(int group, int element) {
        return group << 16 | element & 0xffff;
    }

    public static int group(int tag) {
        return tag >>> 16;
    }

    public static int element(int tag) {
        return tag & 0xffff;
    }

    public static boolean isPrivate(int tag) {
        return (tag & 0x10000) != 0;
    }

    /** Whether the element reserves a block of private elements: (gggg,0010) to (gggg,00ff) of an odd group. */
    public static boolean isPrivateCreator(int tag) {
        return isPrivate(tag) && element(tag) >= 0x10 && element(tag) <= 0xff;
    }

    /** The tag of the private creator element that governs a private element (PS3.5 section 7.8.1). */
    public static int creatorOf(int tag) {
        return tag & 0xffff0000 | (tag & 0xffff) >>> 8;
    }

    public static boolean isGroupLength(int tag) {
        return (tag & 0xffff) == 0;
    }

    public static boolean isFileMeta(int tag) {
        return tag >>> 16 == 2;
    }

    /** For example {@code 0010,0020}, in lower case. */
    public static String toString(int tag) {
        char[] s = new char[9];
        for (int i = 0; i < 8; i++) {
            s[i < 4 ? i : i + 1] = HEX[tag >>> 28 - 4 * i & 15];
        }
        s[4] = ',';
        return new String(s);
    }

    /** The eight digits without a separator, in upper case, as DICOM JSON has them. */
    public static String toHex(int tag) {
        return String.format("%08X", tag);
    }

    /** A tag written {@code 0010-0020}, {@code 0010,0020}, {@code 00100020} or as a name of the dictionary. */
    public static OptionalInt parse(String text, Dictionary dictionary) {
        OptionalInt tag = parseHex(text);
        if (tag.isPresent()) {
            return tag;
        }
        Dictionary.Entry entry = dictionary.byName(text);
        return entry == null ? OptionalInt.empty() : OptionalInt.of(entry.tag());
    }

    private static OptionalInt parseHex(String text) {
        int length = text.length();
        boolean separated = length == 9 && (text.charAt(4) == '-' || text.charAt(4) == ',');
        if (length != 8 && !separated) {
            return OptionalInt.empty();
        }
        int tag = 0;
        for (int i = 0; i < length; i++) {
            if (separated && i == 4) {
                continue;
            }
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return OptionalInt.empty();
            }
            tag = tag << 4 | digit;
        }
        return OptionalInt.of(tag);
    }
}
