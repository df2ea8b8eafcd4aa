package org.isengard.dicom;

/** Value representations (PS3.5 section 6.2). */
public enum VR {
    AE(Kind.STRING, false, 1),
    AS(Kind.STRING, false, 1),
    AT(Kind.NUMBER, false, 2),
    CS(Kind.STRING, false, 1),
    DA(Kind.STRING, false, 1),
    DS(Kind.STRING, false, 1),
    DT(Kind.STRING, false, 1),
    FD(Kind.NUMBER, false, 8),
    FL(Kind.NUMBER, false, 4),
    IS(Kind.STRING, false, 1),
    LO(Kind.TEXT, false, 1),
    LT(Kind.SINGLE_TEXT, false, 1),
    OB(Kind.BINARY, true, 1),
    OD(Kind.BINARY, true, 8),
    OF(Kind.BINARY, true, 4),
    OL(Kind.BINARY, true, 4),
    OV(Kind.BINARY, true, 8),
    OW(Kind.BINARY, true, 2),
    PN(Kind.TEXT, false, 1),
    SH(Kind.TEXT, false, 1),
    SL(Kind.NUMBER, false, 4),
    SQ(Kind.SEQUENCE, true, 1),
    SS(Kind.NUMBER, false, 2),
    ST(Kind.SINGLE_TEXT, false, 1),
    SV(Kind.NUMBER, true, 8),
    TM(Kind.STRING, false, 1),
    UC(Kind.TEXT, true, 1),
    UI(Kind.STRING, false, 1),
    UL(Kind.NUMBER, false, 4),
    UN(Kind.BINARY, true, 1),
    UR(Kind.STRING, true, 1),
    US(Kind.NUMBER, false, 2),
    UT(Kind.SINGLE_TEXT, true, 1),
    UV(Kind.NUMBER, true, 8);

    private enum Kind {
        STRING,
        TEXT,
        SINGLE_TEXT,
        NUMBER,
        BINARY,
        SEQUENCE
    }

    private static final VR[] BY_CODE = new VR[26 * 26];

    static {
        for (VR vr : values()) {
            BY_CODE[(vr.name().charAt(0) - 'A') * 26 + vr.name().charAt(1) - 'A'] = vr;
        }
    }

    private final Kind kind;
    private final boolean longHeader;
    private final int unitSize;

    VR(Kind kind, boolean longHeader, int unitSize) {
        this.kind = kind;
        this.longHeader = longHeader;
        this.unitSize = unitSize;
    }

    /** The VR of two letters, or null if there is none of that name. */
    public static VR of(int first, int second) {
        if (first < 'A' || first > 'Z' || second < 'A' || second > 'Z') {
            return null;
        }
        return BY_CODE[(first - 'A') * 26 + second - 'A'];
    }

    /** The VR of that name, or null if there is none. */
    public static VR of(String name) {
        return name.length() == 2 ? of(name.charAt(0), name.charAt(1)) : null;
    }

    /** Whether the explicit encoding has a length of 32 bits, after two reserved bytes (PS3.5 section 7.1.2). */
    public boolean longHeader() {
        return longHeader;
    }

    /** Whether values are characters, of whatever character set. */
    public boolean isString() {
        return kind == Kind.STRING || kind == Kind.TEXT || kind == Kind.SINGLE_TEXT;
    }

    /** Whether the standard puts values into the Specific Character Set of their data set; files put others, too. */
    public boolean isText() {
        return kind == Kind.TEXT || kind == Kind.SINGLE_TEXT;
    }

    /** Whether a backslash separates values; false for the VRs of long text, where it is a character like others. */
    public boolean isMultiValued() {
        return kind == Kind.STRING && this != UR || kind == Kind.TEXT || kind == Kind.NUMBER;
    }

    /** Whether values are numbers in binary form (AT counts as such). */
    public boolean isNumber() {
        return kind == Kind.NUMBER;
    }

    /** Whether values are whole numbers in binary form. */
    public boolean isInteger() {
        return kind == Kind.NUMBER && this != FL && this != FD && this != AT;
    }

    /** Whether values are plain bytes or words: OB, OD, OF, OL, OV, OW, UN. */
    public boolean isBinary() {
        return kind == Kind.BINARY;
    }

    /** The bytes of one value for VRs of numbers, otherwise 1. */
    public int valueSize() {
        return this == AT ? 4 : kind == Kind.NUMBER ? unitSize : 1;
    }

    /** The bytes whose order depends on the byte order of the transfer syntax; 1 where it does not matter. */
    public int unitSize() {
        return unitSize;
    }

    /** The byte that fills a value up to an even length. */
    public byte padding() {
        return (byte) (isString() && this != UI ? ' ' : 0);
    }
}
