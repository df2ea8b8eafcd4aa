package org.isengard.itests.demo;

/** What a body is made of, and how bright it is under each way of imaging. */
enum Tissue {
    //      CT in HU, CT with contrast medium in HU, then MR T1, T2 and FLAIR in arbitrary units
    AIR(-1000, -1000, 6, 6, 6),
    GAS(-940, -940, 6, 6, 6),
    LUNG(-860, -855, 20, 20, 20),
    PAD(-900, -900, 0, 0, 0),
    TABLE(-60, -60, 0, 0, 0),
    SKIN(20, 25, 420, 300, 300),
    FAT(-105, -103, 900, 620, 560),
    MUSCLE(55, 65, 380, 190, 260),
    SOFT(32, 40, 330, 260, 260),
    FLUID(9, 9, 120, 1250, 90),
    BLOOD(44, 165, 60, 40, 50),
    LIVER(58, 108, 420, 210, 240),
    SPLEEN(48, 122, 330, 420, 380),
    KIDNEY(34, 178, 340, 520, 420),
    BOWEL(28, 46, 300, 420, 340),
    LESION(42, 88, 270, 980, 900),
    CARTILAGE(115, 118, 300, 200, 200),
    DISC(85, 88, 300, 420, 320),
    SPONGE(190, 195, 620, 330, 330),
    BONE(480, 482, 70, 40, 45),
    SKULL(1150, 1150, 40, 25, 30),
    GREY(39, 44, 360, 560, 520),
    WHITE(30, 33, 560, 390, 400),
    CLOT(68, 68, 520, 300, 420);

    private final float[] values;

    Tissue(float... values) {
        this.values = values;
    }

    float value(Contrast contrast) {
        return values[contrast.ordinal()];
    }

    /** Ways of imaging, in the order of the values above. */
    enum Contrast {
        CT,
        CT_ENHANCED,
        T1,
        T2,
        FLAIR
    }
}
