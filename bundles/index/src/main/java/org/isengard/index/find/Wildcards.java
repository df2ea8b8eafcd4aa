package org.isengard.index.find;

import org.isengard.api.index.FindRequest.Constraint;
import org.isengard.api.index.FindRequest.Match;

/** Wildcards of DICOM ({@code *} and {@code ?}, PS3.4 section C.2.2.2.4) in SQL. */
final class Wildcards {
    private static final int MAX_LIKE = 200;

    /** LIKE takes time exponential in the number of wildcards; patterns with more are compared elsewhere. */
    private static final int MAX_STARS = 4;

    private Wildcards() {}

    /** {@return whether the database is not asked to compare the pattern of a constraint} */
    static boolean areIntricate(Constraint constraint) {
        if (constraint.match() != Match.WILDCARD) {
            return false;
        }
        String pattern = constraint.values().get(0);
        return pattern.length() > MAX_LIKE
                || pattern.chars().filter(c -> c == '*').count() > MAX_STARS;
    }

    /** {@return a pattern of LIKE, with the backslash as escape} */
    static String like(String pattern) {
        StringBuilder like = new StringBuilder(pattern.length() + 8);
        boolean star = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '*') {
                if (!star) {
                    like.append('%');
                }
            } else if (c == '?') {
                like.append('_');
            } else {
                if (c == '%' || c == '_' || c == '\\') {
                    like.append('\\');
                }
                like.append(c);
            }
            star = c == '*';
        }
        return like.toString();
    }

    /** {@return the least text above all texts with a prefix, null when there is none} */
    static String successor(String prefix) {
        int[] points = prefix.codePoints().toArray();
        for (int i = points.length - 1; i >= 0; i--) {
            int next = points[i] + 1;
            if (next == Character.MIN_SURROGATE) {
                next = Character.MAX_SURROGATE + 1;
            }
            if (next <= Character.MAX_CODE_POINT) {
                return new String(points, 0, i) + Character.toString(next);
            }
        }
        return null;
    }
}
