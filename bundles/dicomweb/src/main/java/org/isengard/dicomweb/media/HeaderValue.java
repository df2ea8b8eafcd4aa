package org.isengard.dicomweb.media;

/** Reads the value of a header piece by piece: tokens, quoted strings, separators with blanks around them. */
final class HeaderValue {
    private final String text;
    private int at;

    HeaderValue(String text) {
        this.text = text;
    }

    private void blanks() {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
    }

    boolean atEnd() {
        blanks();
        return at >= text.length();
    }

    /** Passes a separator; false when something else stands there. */
    boolean skip(char separator) {
        blanks();
        if (at < text.length() && text.charAt(at) == separator) {
            at++;
            return true;
        }
        return false;
    }

    /** Passes what is left up to a comma. */
    void skipToComma() {
        boolean quoted = false;
        while (at < text.length() && (quoted || text.charAt(at) != ',')) {
            quoted ^= text.charAt(at++) == '"';
        }
    }

    /** {@return the characters up to a separator, "" if there are none} */
    String token() {
        blanks();
        int start = at;
        while (at < text.length() && ";,=\"".indexOf(text.charAt(at)) < 0 && text.charAt(at) > ' ') {
            at++;
        }
        return text.substring(start, at);
    }

    /** {@return a token that may hold an equals sign, or the content of a quoted string; null when its end is missing} */
    String value() {
        if (!skip('"')) {
            int start = at;
            while (at < text.length() && ";,".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at).strip();
        }
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\' && at < text.length()) {
                c = text.charAt(at++);
            }
            value.append(c);
        }
        return null;
    }
}
