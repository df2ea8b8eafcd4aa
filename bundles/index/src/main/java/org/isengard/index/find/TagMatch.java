package org.isengard.index.find;

import java.util.List;
import org.isengard.api.index.FindRequest.Constraint;
import org.isengard.api.index.FindRequest.Match;
import org.isengard.index.rows.Normalized;

/** Compares values with constraints (PS3.4 section C.2.2.2). */
public final class TagMatch {
    private TagMatch() {}

    /** @param value null when there is no such tag */
    public static boolean matches(Constraint constraint, String value) {
        if (value == null) {
            return !constraint.mandatory();
        }
        boolean exact = constraint.caseSensitive();
        List<String> wanted = constraint.values();
        if (constraint.match() == Match.WILDCARD) {
            return exact
                    ? wildcard(wanted.get(0).strip(), value.strip())
                    : wildcard(Normalized.uncut(wanted.get(0)), Normalized.uncut(value));
        }
        String text = form(constraint, value);
        return switch (constraint.match()) {
            case EQUAL -> isEqual(constraint.tag(), text, form(constraint, wanted.get(0)));
            case LIST -> wanted.stream().anyMatch(one -> isEqual(constraint.tag(), text, form(constraint, one)));
            case RANGE -> inRange(text, form(constraint, wanted.get(0)), form(constraint, wanted.get(1)));
            case WILDCARD -> throw new IllegalStateException("Decided above");
        };
    }

    /** A stored integer with leading zeros is also found by its value. */
    private static boolean isEqual(int tag, String stored, String wanted) {
        return stored.equals(wanted) || Normalized.number(tag, stored).equals(wanted);
    }

    private static String form(Constraint constraint, String value) {
        return constraint.caseSensitive() ? value.strip() : Normalized.of(constraint.tag(), value);
    }

    private static boolean inRange(String value, String from, String to) {
        return !value.isEmpty()
                && (from.isEmpty() || value.compareTo(from) >= 0)
                && (to.isEmpty() || value.compareTo(to) <= 0);
    }

    /** Matches {@code *} and {@code ?} in time proportional to the product of the lengths, whatever the pattern. */
    public static boolean wildcard(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
