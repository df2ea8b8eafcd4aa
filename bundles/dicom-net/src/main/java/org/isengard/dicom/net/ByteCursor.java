package org.isengard.dicom.net;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads a bounded part of a received PDU, big endian; whatever exceeds the bound breaks the protocol. */
final class ByteCursor {
    private final byte[] bytes;
    private int position;
    private final int end;

    ByteCursor(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    int remaining() {
        return end - position;
    }

    int u8() throws AssociationException {
        need(1);
        return bytes[position++] & 0xff;
    }

    int u16() throws AssociationException {
        return u8() << 8 | u8();
    }

    long u32() throws AssociationException {
        return (long) u16() << 16 | u16();
    }

    void skip(int count) throws AssociationException {
        need(count);
        position += count;
    }

    /** The next {@code length} bytes as a cursor of their own. */
    ByteCursor part(int length) throws AssociationException {
        need(length);
        var part = new ByteCursor(bytes, position, length);
        position += length;
        return part;
    }

    byte[] take(int length) throws AssociationException {
        need(length);
        byte[] taken = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return taken;
    }

    /** Text without padding: AE titles and UIDs come with spaces, and from some senders with zero bytes. */
    String text(int length) throws AssociationException {
        need(length);
        String text = new String(bytes, position, length, StandardCharsets.ISO_8859_1);
        position += length;
        int from = 0;
        int to = text.length();
        while (from < to && text.charAt(from) <= ' ') {
            from++;
        }
        while (to > from && text.charAt(to - 1) <= ' ') {
            to--;
        }
        return text.substring(from, to);
    }

    String rest() throws AssociationException {
        return text(remaining());
    }

    private void need(int count) throws AssociationException {
        if (count < 0 || count > remaining()) {
            throw new AssociationException("PDU item of " + count + " bytes exceeds the " + remaining() + " left");
        }
    }
}
