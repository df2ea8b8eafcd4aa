package org.isengard.dicom.image;

/** Photometric interpretations (PS3.3 section C.7.6.3.1.2). */
public enum Photometric {
    MONOCHROME1("MONOCHROME1"),
    MONOCHROME2("MONOCHROME2"),
    PALETTE_COLOR("PALETTE COLOR"),
    RGB("RGB"),
    YBR_FULL("YBR_FULL"),
    YBR_FULL_422("YBR_FULL_422"),
    YBR_PARTIAL_422("YBR_PARTIAL_422"),
    YBR_PARTIAL_420("YBR_PARTIAL_420"),
    YBR_ICT("YBR_ICT"),
    YBR_RCT("YBR_RCT"),
    /** One that is retired or unknown, such as HSV, ARGB or CMYK. */
    OTHER("");

    private final String term;

    Photometric(String term) {
        this.term = term;
    }

    /** {@return the defined term, "" for {@link #OTHER}} */
    public String term() {
        return term;
    }

    public boolean isMonochrome() {
        return this == MONOCHROME1 || this == MONOCHROME2;
    }

    /** {@return whether the samples are luminance and chrominance} */
    public boolean isYbr() {
        return term.startsWith("YBR");
    }

    public static Photometric of(String term) {
        for (Photometric p : values()) {
            if (p.term.equals(term)) {
                return p;
            }
        }
        return OTHER;
    }
}
