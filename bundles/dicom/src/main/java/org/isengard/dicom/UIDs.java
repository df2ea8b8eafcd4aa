package org.isengard.dicom;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Making, checking and naming unique identifiers (PS3.5 section 9, PS3.6 annex A). */
public final class UIDs {
    public static final int MAX_LENGTH = 64;

    private static final Map<String, String[]> KNOWN = new LinkedHashMap<>();
    private static final Set<String> STORAGE = new LinkedHashSet<>();

    static {
        Tables.rows("uids.tsv").forEach(row -> {
            KNOWN.put(row[0], row);
            if (row[2].equals("S")) {
                STORAGE.add(row[0]);
            }
        });
    }

    /** PS3.5 section B.2: 2.25 and the number of the UUID 00000000-0000-8000-8e1d-151e29a2d0d1. */
    private static final String ROOT = "2.25.604473150171661589467345.";

    private UIDs() {}

    /** {@return a new random identifier under our root} */
    public static String generate() {
        return of(UUID.randomUUID());
    }

    /**
     * {@return the identifier under our root that 96 bits of a UUID stand for} Three components of 32 bits: more than a
     * bare 2.25 identifier has, since clients are known that take those of few components for something else.
     */
    public static String of(UUID uuid) {
        long low = uuid.getLeastSignificantBits();
        long high = uuid.getMostSignificantBits();
        return ROOT + (low & 0xffffffffL) + "." + ((low >>> 32 ^ high << 4) & 0xffffffffL) + "." + (high >>> 32);
    }

    /** Whether the text keeps the rules: digits and dots, at most 64, no empty and no zero-led component. */
    public static boolean isValid(String uid) {
        if (uid == null || uid.isEmpty() || uid.length() > MAX_LENGTH) {
            return false;
        }
        int start = 0;
        for (int i = 0; i <= uid.length(); i++) {
            char c = i == uid.length() ? '.' : uid.charAt(i);
            if (c == '.') {
                if (i == start || uid.charAt(start) == '0' && i > start + 1) {
                    return false;
                }
                start = i + 1;
            } else if (c < '0' || c > '9') {
                return false;
            }
        }
        return true;
    }

    public static boolean isStorageSopClass(String uid) {
        return STORAGE.contains(uid);
    }

    /** All storage SOP classes of the standard, retired ones included, in the order of their numbers. */
    public static Set<String> storageSopClasses() {
        return Collections.unmodifiableSet(STORAGE);
    }

    /** The name in the standard, or the identifier itself if it is not of the standard. */
    public static String name(String uid) {
        String[] row = KNOWN.get(uid);
        return row == null ? uid : row[4];
    }

    /** The keyword in the standard (the name of the constant in {@link UID}), or null. */
    public static String keyword(String uid) {
        String[] row = KNOWN.get(uid);
        return row == null ? null : row[1];
    }

    /** The transfer syntaxes of the standard: identifier and name. */
    static Map<String, String> transferSyntaxes() {
        var names = new LinkedHashMap<String, String>();
        KNOWN.forEach((uid, row) -> {
            if (row[2].equals("T")) {
                names.put(uid, row[4]);
            }
        });
        return names;
    }
}
