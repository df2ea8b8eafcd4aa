package org.isengard.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/** The parts of a {@code multipart/form-data} body (RFC 7578), one stream after the other. */
final class FormFiles {
    private static final Pattern BOUNDARY =
            Pattern.compile("(?i).*;\\s*boundary\\s*=\\s*(?:\"([^\"]{1,70})\"|([^;\\s]{1,70})).*");
    private static final int MAX_HEADERS = 16 << 10;

    private final InputStream in;
    private final byte[] delimiter;
    private Part current;
    private boolean started;
    private boolean ended;

    FormFiles(InputStream in, String contentType) {
        Matcher m = BOUNDARY.matcher(contentType);
        if (!m.matches()) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "The Content-Type has no boundary");
        }
        this.in = in;
        delimiter = ("\r\n--" + (m.group(1) != null ? m.group(1) : m.group(2))).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** {@return the next part, null after the last one} */
    InputStream next() throws IOException {
        if (!started) {
            started = true;
            // The first delimiter may stand without the line break in front.
            new Part(2).skipRest();
        } else if (current != null) {
            current.skipRest();
        }
        if (ended || !readHeaders()) {
            return null;
        }
        current = new Part(0);
        return current;
    }

    /** Reads up to the empty line; false at the closing delimiter. */
    private boolean readHeaders() throws IOException {
        int a = in.read();
        int b = in.read();
        if (a == '-' && b == '-') {
            ended = true;
            return false;
        }
        if (b < 0) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "The form ends after a delimiter");
        }
        int line = 0;
        for (int count = 0; count < MAX_HEADERS; count++) {
            int c = in.read();
            if (c < 0) {
                throw new IsengardException(ErrorCode.BAD_REQUEST, "The form ends within the headers of a part");
            }
            if (c == '\n') {
                if (line == 0) {
                    return true;
                }
                line = 0;
            } else if (c != '\r') {
                line++;
            }
        }
        throw new IsengardException(ErrorCode.BAD_REQUEST, "The headers of a part are too long");
    }

    /** The bytes up to the next delimiter, found with the border table of Knuth, Morris and Pratt. */
    private final class Part extends InputStream {
        private final int[] border = new int[delimiter.length + 1];
        private final byte[] pending = new byte[delimiter.length];
        private int matched;
        private int flush;
        private int flushed;
        private boolean done;

        Part(int alreadyMatched) {
            matched = alreadyMatched;
            border[0] = -1;
            for (int i = 0, k = -1; i < delimiter.length; ) {
                while (k >= 0 && delimiter[i] != delimiter[k]) {
                    k = border[k];
                }
                border[++i] = ++k;
            }
        }

        void skipRest() throws IOException {
            byte[] buffer = new byte[1 << 13];
            int n = read(buffer, 0, buffer.length);
            while (n >= 0) {
                n = read(buffer, 0, buffer.length);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = 0;
            while (n < length) {
                if (flushed < flush) {
                    bytes[offset + n++] = pending[flushed++];
                } else if (done || !advance()) {
                    break;
                }
            }
            return n == 0 && length > 0 ? -1 : n;
        }

        /** Takes one byte; what turns out to be no delimiter is put up for flushing. False at the delimiter. */
        private boolean advance() throws IOException {
            int c = in.read();
            if (c < 0) {
                throw new IsengardException(ErrorCode.BAD_REQUEST, "The form ends within a part");
            }
            int before = matched;
            while (matched >= 0 && delimiter[matched] != (byte) c) {
                matched = border[matched];
            }
            matched++;
            flush = before + 1 - matched;
            flushed = 0;
            for (int i = 0; i < flush; i++) {
                pending[i] = i < before ? delimiter[i] : (byte) c;
            }
            done = matched == delimiter.length;
            return !done;
        }
    }
}
