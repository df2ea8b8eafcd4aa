package org.isengard.rest.kit.content;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/**
 * The body of a request with a Content-Encoding. What is not encoded so is the fault of the client, a connection that breaks
 * while it is read is not: only the former becomes BAD_REQUEST.
 */
public final class EncodedBody extends FilterInputStream {
    /** Undoes the encoding. */
    @FunctionalInterface
    public interface Decoder {
        InputStream decode(InputStream encoded) throws IOException;
    }

    private final String encoding;

    /** @throws IsengardException BAD_REQUEST when the body does not begin as the encoding wants it */
    public EncodedBody(String encoding, InputStream encoded, Decoder decoder) throws IOException {
        super(null);
        this.encoding = encoding;
        in = translated(() -> decoder.decode(encoded));
    }

    @Override
    public int read() throws IOException {
        return translated(in::read);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return translated(() -> in.read(bytes, offset, length));
    }

    @Override
    public long skip(long count) throws IOException {
        return translated(() -> in.skip(count));
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T translated(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (ZipException e) {
            throw bad(e);
        } catch (EOFException e) {
            // The server has an exception of its own for connections that end early.
            if (e.getClass() == EOFException.class) {
                throw bad(e);
            }
            throw e;
        }
    }

    private IsengardException bad(IOException e) {
        return new IsengardException(
                ErrorCode.BAD_REQUEST, "The body is not encoded as " + encoding + ": " + e.getMessage(), e);
    }
}
