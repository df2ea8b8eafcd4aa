package org.isengard.index.rows;

/**
 * Text fields in one column. Fields end with RS (U+001E); RS, SUB and NUL inside a field are written as SUB and a
 * letter, since PostgreSQL's text has no NUL.
 */
public final class Packed {
    public static final char END = '\u001e';

    private static final char ESCAPE = '\u001a';

    private Packed() {}

    public static void append(StringBuilder out, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case END -> out.append(ESCAPE).append('e');
                case ESCAPE -> out.append(ESCAPE).append('s');
                case '\0' -> out.append(ESCAPE).append('0');
                default -> out.append(c);
            }
        }
        out.append(END);
    }

    public static String unescape(String packed, int from, int to) {
        int escape = packed.indexOf(ESCAPE, from);
        if (escape < 0 || escape >= to) {
            return packed.substring(from, to);
        }
        StringBuilder out = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            char c = packed.charAt(i);
            if (c == ESCAPE && i + 1 < to) {
                c = switch (packed.charAt(++i)) {
                    case 'e' -> END;
                    case '0' -> '\0';
                    default -> ESCAPE;
                };
            }
            out.append(c);
        }
        return out.toString();
    }
}
