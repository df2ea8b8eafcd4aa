package org.isengard.index.store;

import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.store.KeyValueStores;

/** What names and values may be. */
final class Limits {
    private static final int MAX_NAME = 1024;

    private Limits() {}

    static void checkName(String kind, String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || name.indexOf(0) >= 0) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE,
                    "The name of a " + kind + " must have 1 to " + MAX_NAME + " characters, none of them U+0000");
        }
    }

    static void checkValue(byte[] value) {
        if (value.length > KeyValueStores.MAX_VALUE_BYTES) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE,
                    "A value must have at most " + KeyValueStores.MAX_VALUE_BYTES + " bytes, not " + value.length);
        }
    }
}
