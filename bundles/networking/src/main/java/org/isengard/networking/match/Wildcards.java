package org.isengard.networking.match;

import java.util.Collection;
import java.util.regex.Pattern;

/** Orthanc's patterns of UIDs: {@code *} for any text, {@code ?} for any character. */
public final class Wildcards {
    private final Pattern pattern;

    private Wildcards(Pattern pattern) {
        this.pattern = pattern;
    }

    public static Wildcards anyOf(Collection<String> patterns) {
        var alternatives = new StringBuilder();
        for (String text : patterns) {
            if (alternatives.length() > 0) {
                alternatives.append('|');
            }
            for (char c : text.trim().toCharArray()) {
                alternatives.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return new Wildcards(Pattern.compile(alternatives.toString()));
    }

    public boolean matches(String text) {
        return pattern.matcher(text).matches();
    }
}
