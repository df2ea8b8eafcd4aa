package org.isengard.dicom.image.codec;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Which of many combinations of options a test takes that starts two to four processes of DCMTK and GDCM for each: one of
 * four in a check, always the same ones; all of them with the system property {@code isengard.combinations=all}, as the
 * campaign sets it.
 */
final class Combinations {
    private static final int ONE_OF = "all".equals(System.getProperty("isengard.combinations")) ? 1 : 4;
    private static final long SEED = 4;

    private Combinations() {}

    static <T> Stream<T> of(List<T> all) {
        Random random = new Random(SEED);
        return all.stream().filter(combination -> random.nextInt(ONE_OF) == 0);
    }
}
