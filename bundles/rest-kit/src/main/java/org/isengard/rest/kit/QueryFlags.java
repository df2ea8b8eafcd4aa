package org.isengard.networking.remote;

import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;

/** Flags in the query of a URI: {@code ?expand}, {@code ?expand=true} and {@code ?expand=1} set a flag. */
public final class QueryFlags {
    private QueryFlags() {}

    /** @throws IsengardException BAD_PARAMETER_TYPE when the value is no Boolean */
    public static boolean isSet(Request request, String name) {
        if (!request.hasQuery(name)) {
            return false;
        }
        String value = request.query(name).orElse("");
        return switch (value) {
            case "", "1", "true" -> true;
            case "0", "false" -> false;
            default ->
                throw new IsengardException(
                        ErrorCode.BAD_PARAMETER_TYPE, "Argument \"" + name + "\" must be true or false, not " + value);
        };
    }
}
