package org.isengard.rest.kit.content;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The header Content-Disposition of an answer that has the name of a file (RFC 6266). A name that is ASCII is written as
 * Orthanc writes it, {@code filename="name"}; any other one is written twice, in ASCII and in UTF-8 ({@code filename*}, RFC
 * 8187), so that all clients save it under a readable name.
 */
public final class ContentDisposition {
    /** The most characters of a name that are sent; file systems take 255. */
    private static final int LONGEST = 1000;

    /** RFC 8187 section 3.2.1: the characters that need no percent. */
    private static final String PLAIN = "!#$&+-.^_`|~";

    private ContentDisposition() {}

    /**
     * Makes the value of the header.
     *
     * @param name as a client or the configuration gives it; quotes and control characters are left out, and slashes of
     *     both kinds become {@code _}, so that the name can neither end the header nor name a directory
     */
    public static String of(String name) {
        String safe = name.replaceAll("[\"\\p{Cntrl}]", "").replaceAll("[/\\\\]", "_");
        if (safe.length() > LONGEST) {
            safe = safe.substring(0, safe.offsetByCodePoints(0, safe.codePointCount(0, LONGEST - 1)));
        }
        String ascii = safe.replaceAll("[^\\x20-\\x7e]", "_");
        if (ascii.equals(safe)) {
            return "filename=\"" + ascii + "\"";
        }
        return "attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" + percent(safe);
    }

    private static String percent(String text) {
        StringBuilder out = new StringBuilder(3 * text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) b;
            boolean plain =
                    c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || PLAIN.indexOf(c) >= 0;
            if (plain) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return out.toString();
    }
}
