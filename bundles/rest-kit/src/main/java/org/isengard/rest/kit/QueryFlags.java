package org.isengard.rest.kit;

import java.util.Locale;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;

/**
 * Flags in the query of a URI. {@code ?expand}, {@code ?expand=1} and {@code ?expand=true} set a flag, {@code ?expand=0},
 * {@code ?expand=false} and no argument do not. Capitals are taken, too: Python's clients write {@code True}.
 */
public final class QueryFlags {
    private QueryFlags() {}

    /** @throws IsengardException BAD_PARAMETER_TYPE when the value is no Boolean */
    public static boolean isSet(Request request, String name) {
        return isSet(request, name, false);
    }

    /**
     * Reads a flag of which the absence means something else than "no".
     *
     * @throws IsengardException BAD_PARAMETER_TYPE when the value is no Boolean
     */
    public static boolean isSet(Request request, String name, boolean whenAbsent) {
        String value = request.query(name).orElse(null);
        if (value == null) {
            return whenAbsent;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "", "1", "true" -> true;
            case "0", "false" -> false;
            default ->
                throw new IsengardException(
                        ErrorCode.BAD_PARAMETER_TYPE, "Argument \"" + name + "\" must be true or false, not " + value);
        };
    }
}
