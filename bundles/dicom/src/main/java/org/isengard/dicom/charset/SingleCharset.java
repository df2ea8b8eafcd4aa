package org.isengard.dicom.charset;

import java.nio.charset.Charset;

/** One character set without code extension. */
public final class SingleCharset implements TextCodec {
    private final Charset charset;

    public SingleCharset(Charset charset) {
        this.charset = charset;
    }

    @Override
    public String decode(byte[] bytes, int offset, int length, Delimiters delimiters) {
        return new String(bytes, offset, length, charset);
    }

    @Override
    public byte[] encode(String text, Delimiters delimiters) {
        return text.getBytes(charset);
    }

    @Override
    public boolean canEncode(String text) {
        return charset.newEncoder().canEncode(text);
    }
}
