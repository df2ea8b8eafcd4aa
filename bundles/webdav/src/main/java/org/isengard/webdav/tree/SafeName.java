package org.isengard.webdav.tree;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Names of files and folders that come from DICOM tags: harmless as segments of a path on every system, and unique within their
 * folder, whatever the case of their letters.
 */
public final class SafeName {
    /** Longest name in bytes of UTF-8; file systems take 255, and a suffix may follow. */
    static final int LONGEST = 200;

    private static final String FORBIDDEN = "/\\:*?\"<>|%;";

    private final Set<String> taken = new HashSet<>();

    /** {@return the text without what a path, Windows or a terminal takes for something else; "_" for nothing} */
    public static String of(String text) {
        String normal = Normalizer.normalize(text, Normalizer.Form.NFC);
        StringBuilder name = new StringBuilder();
        int bytes = 0;
        for (int i = 0; i < normal.length(); ) {
            int c = normal.codePointAt(i);
            i += Character.charCount(c);
            int type = Character.getType(c);
            boolean harmless = FORBIDDEN.indexOf(c) < 0
                    && type != Character.CONTROL
                    && type != Character.FORMAT
                    && type != Character.SURROGATE
                    && type != Character.UNASSIGNED
                    && type != Character.LINE_SEPARATOR
                    && type != Character.PARAGRAPH_SEPARATOR;
            int shown = harmless ? c : '_';
            bytes += new String(Character.toChars(shown)).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > LONGEST) {
                break;
            }
            name.appendCodePoint(shown);
        }
        // Windows takes no name that ends with a dot or a space; "." and ".." are no names at all.
        int end = name.length();
        while (end > 0 && (name.charAt(end - 1) == '.' || Character.isWhitespace(name.charAt(end - 1)))) {
            end--;
        }
        String safe = name.substring(0, end).strip();
        return safe.isEmpty() ? "_" : safe;
    }

    /** {@return the form in which two names of a folder are compared: macOS decomposes letters, Windows ignores case} */
    public static String key(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    /** {@return the name of a resource whose plain name another one of the folder has} */
    public static String withId(String name, String id) {
        int dot = name.endsWith(".dcm") ? name.length() - 4 : name.length();
        return name.substring(0, dot) + " (" + id.substring(0, Math.min(8, id.length())) + ")" + name.substring(dot);
    }

    /** {@return the name that a resource has in the folder: its plain name, or one with its identifier} */
    public String unique(String name, String id) {
        if (taken.add(key(name))) {
            return name;
        }
        String longer = withId(name, id);
        if (!taken.add(key(longer))) {
            longer = name + " (" + id + ")";
            taken.add(key(longer));
        }
        return longer;
    }
}
