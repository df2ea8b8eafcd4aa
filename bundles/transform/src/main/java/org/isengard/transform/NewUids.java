package org.isengard.transform;

import java.util.UUID;

/**
 * New UIDs under a root of our own (PS3.5 section B.2: 2.25 and the number of the UUID
 * 00000000-0000-8000-8e1d-151e29a2d0d1) with three components of 32 random bits. More components than a bare 2.25 UID
 * has, since clients are known that take UIDs of few components for something else.
 */
public final class NewUids {
    private static final String ROOT = "2.25.604473150171661589467345.";

    private NewUids() {}

    public static String random() {
        return of(UUID.randomUUID());
    }

    /** {@return the UID that 96 bits of a UUID stand for} */
    public static String of(UUID uuid) {
        long low = uuid.getLeastSignificantBits();
        long high = uuid.getMostSignificantBits();
        return ROOT + (low & 0xffffffffL) + "." + ((low >>> 32 ^ high << 4) & 0xffffffffL) + "." + (high >>> 32);
    }
}
