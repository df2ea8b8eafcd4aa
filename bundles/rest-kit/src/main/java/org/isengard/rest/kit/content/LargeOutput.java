package org.isengard.rest.kit.content;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Sends large arrays in pieces: given as a whole to a socket that takes a part of it at a time, an array is copied out of
 * the heap again for each part.
 */
public final class LargeOutput extends FilterOutputStream {
    /** Below this size in bytes an array is sent as it is. */
    public static final int LARGE = 1 << 16;

    private final DirectOutput direct;

    public LargeOutput(OutputStream out) {
        super(out);
        direct = DirectOutput.of(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length < LARGE) {
            out.write(bytes, offset, length);
            return;
        }
        int at = offset;
        int end = offset + length;
        while (at < end) {
            ByteBuffer buffer = direct.buffer(end - at);
            int n = buffer.remaining();
            buffer.put(bytes, at, n);
            direct.write(buffer.flip());
            at += n;
        }
    }
}
