package org.isengard.dicom.charset;

/** Turns the bytes of a value into characters and back. Immutable and safe for use by several threads. */
public interface TextCodec {
    /** Bytes that mean nothing in this character set become U+FFFD. */
    String decode(byte[] bytes, int offset, int length, Delimiters delimiters);

    /** Characters outside this character set become '?'. */
    byte[] encode(String text, Delimiters delimiters);

    boolean canEncode(String text);
}
