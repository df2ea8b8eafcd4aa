package org.isengard.index.rows;

/** Orthanc's identifiers (five groups of eight hex digits) and the 20 bytes of SHA-1 they stand for. */
public final class PublicId {
    public static final int LENGTH = 20;

    private static final int TEXT_LENGTH = 44;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private PublicId() {}

    /** {@return the bytes, or null when the text is no identifier} */
    public static byte[] parse(String text) {
        if (text.length() != TEXT_LENGTH) {
            return null;
        }
        byte[] bytes = new byte[LENGTH];
        int at = 0;
        for (int i = 0; i < LENGTH; i++) {
            if (i > 0 && i % 4 == 0 && text.charAt(at++) != '-') {
                return null;
            }
            int high = digit(text.charAt(at++));
            int low = digit(text.charAt(at++));
            if ((high | low) < 0) {
                return null;
            }
            bytes[i] = (byte) (high << 4 | low);
        }
        return bytes;
    }

    private static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }

    public static String toText(byte[] bytes) {
        return toText(bytes, 0);
    }

    public static String toText(byte[] bytes, int offset) {
        char[] text = new char[TEXT_LENGTH];
        int at = 0;
        for (int i = 0; i < LENGTH; i++) {
            if (i > 0 && i % 4 == 0) {
                text[at++] = '-';
            }
            int b = bytes[offset + i] & 0xff;
            text[at++] = HEX[b >> 4];
            text[at++] = HEX[b & 15];
        }
        return new String(text);
    }
}
