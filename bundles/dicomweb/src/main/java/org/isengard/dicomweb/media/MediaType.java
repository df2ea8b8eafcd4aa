package org.isengard.dicomweb.media;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A media type or a range of them (RFC 9110 section 8.3.1).
 *
 * @param type lower case, such as {@code multipart/related} or {@code image/*}
 * @param parameters by lower-case name, in their order, values without quotes
 */
public record MediaType(String type, Map<String, String> parameters) {
    private static final int LONGEST = 4096;

    public MediaType {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** {@return the media type that a text names; empty when it is none} */
    public static Optional<MediaType> parse(String text) {
        if (text == null || text.length() > LONGEST) {
            return Optional.empty();
        }
        HeaderValue in = new HeaderValue(text);
        return Optional.ofNullable(read(in)).filter(type -> in.atEnd());
    }

    /** Reads one media type up to a comma or the end; null when there is none. */
    static MediaType read(HeaderValue in) {
        String type = in.token().toLowerCase(Locale.ROOT);
        if (type.equals("*")) {
            type = "*/*";
        }
        int slash = type.indexOf('/');
        if (slash <= 0 || slash != type.lastIndexOf('/') || slash == type.length() - 1) {
            return null;
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        while (in.skip(';')) {
            String name = in.token().toLowerCase(Locale.ROOT);
            if (name.isEmpty()) {
                continue;
            }
            String value = in.skip('=') ? in.value() : "";
            if (value == null) {
                return null;
            }
            parameters.putIfAbsent(name, value);
        }
        return new MediaType(type, parameters);
    }

    /** {@return a parameter, "" if it is absent} */
    public String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** Whether this range covers a type, such as {@code image/*} covers {@code image/png}. */
    public boolean covers(String other) {
        return type.equals(other)
                || type.equals("*/*")
                || type.endsWith("/*") && other.startsWith(type.substring(0, type.length() - 1));
    }

    public boolean isMultipart() {
        return type.equals("multipart/related");
    }

    /** {@return the type of the parts of {@code multipart/related}, lower case without parameters; "" if none is named} */
    public String partType() {
        String root = parameter("type").toLowerCase(Locale.ROOT).strip();
        int end = root.indexOf(';');
        return end < 0 ? root : root.substring(0, end).strip();
    }

    /** {@return the UID that the parameter transfer-syntax names, {@code *} for any, "" for none} */
    public String transferSyntax() {
        String own = parameter("transfer-syntax");
        if (own.isEmpty() && isMultipart()) {
            // Some clients write it into the quoted type of the parts.
            return parse(parameter("type"))
                    .map(root -> root.parameter("transfer-syntax"))
                    .orElse("");
        }
        return own;
    }
}
