package org.isengard.dicom.orthanc;

import java.util.Set;
import java.util.function.IntPredicate;
import org.isengard.dicom.Dictionary;

/**
 * How a data set becomes JSON. Immutable; the {@code with} methods give changed copies.
 *
 * @param maxStringLength texts of more bytes (in UTF-8) are left out as too long; 0: none is
 * @param ignoreLength tags whose text is never too long
 * @param binary what stands for binary values
 * @param topLevel which elements of the data set itself appear; those of items always do
 */
public record JsonOptions(
        Dictionary dictionary, int maxStringLength, Set<Integer> ignoreLength, Binary binary, IntPredicate topLevel) {
    /** The JSON form of a binary value. */
    public enum Binary {
        NULL,
        /** The bytes, as a data URI in base 64. */
        DATA_URI
    }

    private static final JsonOptions DEFAULT =
            new JsonOptions(Dictionary.standard(), 256, Set.of(), Binary.NULL, tag -> true);

    public JsonOptions {
        ignoreLength = Set.copyOf(ignoreLength);
    }

    /** As Orthanc does it: texts up to 256 bytes, binary values as null, all elements. */
    public static JsonOptions defaults() {
        return DEFAULT;
    }

    public JsonOptions withDictionary(Dictionary value) {
        return new JsonOptions(value, maxStringLength, ignoreLength, binary, topLevel);
    }

    public JsonOptions withMaxStringLength(int value) {
        return new JsonOptions(dictionary, value, ignoreLength, binary, topLevel);
    }

    public JsonOptions withIgnoreLength(Set<Integer> value) {
        return new JsonOptions(dictionary, maxStringLength, value, binary, topLevel);
    }

    public JsonOptions withBinary(Binary value) {
        return new JsonOptions(dictionary, maxStringLength, ignoreLength, value, topLevel);
    }

    public JsonOptions withTopLevel(IntPredicate value) {
        return new JsonOptions(dictionary, maxStringLength, ignoreLength, binary, value);
    }
}
