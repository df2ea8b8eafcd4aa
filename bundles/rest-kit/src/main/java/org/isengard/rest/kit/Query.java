package org.isengard.rest.kit;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/** The arguments behind the question mark of a URI. */
public final class Query {
    private Query() {}

    /**
     * Reads the arguments in order of appearance; one without a value has "".
     *
     * @param text without the question mark; null for none
     * @throws IsengardException BAD_REQUEST when it is badly encoded
     */
    public static Map<String, List<String>> parse(String text) {
        if (text == null || text.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String argument : text.split("&")) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            String value = equals < 0 ? "" : argument.substring(equals + 1);
            if (!name.isEmpty()) {
                query.computeIfAbsent(decode(name), n -> new ArrayList<>(1)).add(decode(value));
            }
        }
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "Badly encoded query: " + text, e);
        }
    }
}
