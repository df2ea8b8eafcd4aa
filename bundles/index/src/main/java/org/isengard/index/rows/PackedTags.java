package org.isengard.index.rows;

import java.util.LinkedHashMap;
import java.util.Map;

/** Main DICOM tags in one column: eight hex digits and the value of each tag. */
public final class PackedTags {
    private static final int TAG_LENGTH = 8;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private PackedTags() {}

    public static String pack(Map<Integer, String> tags) {
        StringBuilder out = new StringBuilder(32 * tags.size());
        tags.forEach((tag, value) -> {
            appendTag(out, tag);
            Packed.append(out, value);
        });
        return out.toString();
    }

    public static Map<Integer, String> unpack(String packed) {
        if (packed.isEmpty()) {
            return Map.of();
        }
        Map<Integer, String> tags = new LinkedHashMap<>(32);
        int at = 0;
        while (at < packed.length()) {
            int end = packed.indexOf(Packed.END, at);
            tags.put(
                    Integer.parseUnsignedInt(packed, at, at + TAG_LENGTH, 16),
                    Packed.unescape(packed, at + TAG_LENGTH, end));
            at = end + 1;
        }
        return tags;
    }

    /** {@return the value of one tag, null when there is none} */
    public static String get(String packed, int tag) {
        StringBuilder digits = new StringBuilder(TAG_LENGTH);
        appendTag(digits, tag);
        String wanted = digits.toString();
        int at = 0;
        while (at < packed.length()) {
            int end = packed.indexOf(Packed.END, at);
            if (packed.startsWith(wanted, at)) {
                return Packed.unescape(packed, at + TAG_LENGTH, end);
            }
            at = end + 1;
        }
        return null;
    }

    private static void appendTag(StringBuilder out, int tag) {
        for (int shift = 28; shift >= 0; shift -= 4) {
            out.append(HEX[tag >>> shift & 15]);
        }
    }
}
