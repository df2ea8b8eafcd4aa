package org.isengard.index.rows;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.isengard.dicom.Attributes;

/** How many instances a series should have, and whether it has them. */
public final class SeriesCompleteness {
    private static final int IMAGES_IN_ACQUISITION = 0x00201002;
    private static final int NUMBER_OF_TEMPORAL_POSITIONS = 0x00200105;
    private static final int NUMBER_OF_SLICES = 0x00540081;
    private static final int NUMBER_OF_TIME_SLICES = 0x00540101;
    private static final int CARDIAC_NUMBER_OF_IMAGES = 0x00181090;
    private static final int INSTANCE_NUMBER = 0x00200013;
    private static final int IMAGE_INDEX = 0x00541330;

    private SeriesCompleteness() {}

    /** {@return the number of instances that a series announces, if it does} */
    public static OptionalInt expected(Attributes dataset) {
        int images = dataset.getInt(IMAGES_IN_ACQUISITION, -1);
        int positions = dataset.getInt(NUMBER_OF_TEMPORAL_POSITIONS, -1);
        if (images >= 0 && positions >= 0) {
            return product(images, positions);
        }
        int slices = dataset.getInt(NUMBER_OF_SLICES, -1);
        int times = dataset.getInt(NUMBER_OF_TIME_SLICES, -1);
        if (slices >= 0 && times >= 0) {
            return product(slices, times);
        }
        int cardiac = dataset.getInt(CARDIAC_NUMBER_OF_IMAGES, -1);
        return cardiac >= 0 ? OptionalInt.of(cardiac) : OptionalInt.empty();
    }

    private static OptionalInt product(int a, int b) {
        long product = (long) a * b;
        return product <= Integer.MAX_VALUE ? OptionalInt.of((int) product) : OptionalInt.empty();
    }

    /** {@return the number of an instance in its series as text, null when it has none} */
    public static String indexInSeries(Attributes dataset) {
        int tag = dataset.contains(INSTANCE_NUMBER) ? INSTANCE_NUMBER : IMAGE_INDEX;
        String text = dataset.getString(tag);
        return text == null || parse(text).isEmpty() ? null : text.strip();
    }

    public static OptionalInt parse(String text) {
        try {
            return OptionalInt.of(Integer.parseInt(text.strip()));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /**
     * The status of a series as Orthanc names it.
     *
     * @param expected text of the metadata ExpectedNumberOfInstances, null when there is none
     * @param indices texts of the metadata IndexInSeries of all instances, null for an instance without
     */
    public static String status(String expected, List<String> indices) {
        OptionalInt count = expected == null ? OptionalInt.empty() : parse(expected);
        if (count.isEmpty() || count.getAsInt() == 0) {
            return "Unknown";
        }
        Set<Integer> seen = new HashSet<>();
        for (String text : indices) {
            OptionalInt index = text == null ? OptionalInt.empty() : parse(text);
            if (index.isEmpty()) {
                return "Unknown";
            }
            if (index.getAsInt() <= 0 || index.getAsInt() > count.getAsInt() || !seen.add(index.getAsInt())) {
                return "Inconsistent";
            }
        }
        return seen.size() == count.getAsInt() ? "Complete" : "Missing";
    }
}
