package org.isengard.dicomweb.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/**
 * Reads a message of several parts (RFC 2046 section 5.1) as a stream, one part after the other. Headers, the number of
 * parts and the boundary are bounded; the content of a part is as long as it is and nothing of it is held.
 *
 * <p>A message that ends without its last boundary is an error: part of it may be missing.
 */
public final class MultipartReader {
    /** Most parts of one message. */
    public static final int MOST_PARTS = 200_000;

    private static final int LONGEST_BOUNDARY = 200;
    private static final int LONGEST_HEADERS = 16_384;
    private static final int BUFFER = 1 << 16;

    /**
     * One part. Its content ends where the next part is asked for.
     *
     * @param headers by lower-case name
     */
    public record Part(Map<String, String> headers, InputStream content) {
        /** {@return the media type; empty when there is none, or none that can be read} */
        public Optional<MediaType> type() {
            return MediaType.parse(headers.get("content-type"));
        }

        public String location() {
            return headers.getOrDefault("content-location", "");
        }
    }

    private final InputStream in;
    private final byte[] delimiter;
    private final byte[] buffer = new byte[BUFFER];
    private int start;
    private int end;
    private boolean exhausted;
    private int parts;
    private Content current;
    private boolean finished;

    /**
     * Begins to read.
     *
     * @param in not closed here
     * @throws IsengardException BAD_REQUEST when the boundary is impossible
     */
    public MultipartReader(InputStream in, String boundary) {
        if (boundary.isEmpty()
                || boundary.length() > LONGEST_BOUNDARY
                || !boundary.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw bad("The boundary of the message must have 1 to " + LONGEST_BOUNDARY + " visible characters");
        }
        this.in = in;
        delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
        // The first delimiter may stand at the very beginning: the line end in front of it is lent.
        buffer[0] = '\r';
        buffer[1] = '\n';
        end = 2;
    }

    /**
     * Goes to the next part; what is left of the current one is passed over.
     *
     * @return null at the end of the message
     * @throws IsengardException BAD_REQUEST when the message breaks off or a bound is passed
     */
    public Part next() throws IOException {
        if (finished) {
            return null;
        }
        if (current == null) {
            current = new Content(-1);
        }
        current.skipAll();
        if (isLast()) {
            finished = true;
            return null;
        }
        if (++parts > MOST_PARTS) {
            throw bad("The message has more than " + MOST_PARTS + " parts");
        }
        Map<String, String> headers = headers();
        current = new Content(declared(headers));
        return new Part(Collections.unmodifiableMap(headers), current);
    }

    /** Reads what follows a delimiter on its line; true for the last one. */
    private boolean isLast() throws IOException {
        int first = need();
        if (first == '-') {
            if (need() != '-') {
                throw bad("A boundary is followed by something else");
            }
            return true;
        }
        while (first == ' ' || first == '\t') {
            first = need();
        }
        if (first == '\r') {
            first = need();
        }
        if (first != '\n') {
            throw bad("A boundary is followed by something else");
        }
        return false;
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        int budget = LONGEST_HEADERS;
        String name = null;
        while (true) {
            StringBuilder line = new StringBuilder();
            for (int c = need(); c != '\n'; c = need()) {
                if (--budget < 0) {
                    throw bad("The headers of a part are longer than " + LONGEST_HEADERS + " bytes");
                }
                line.append((char) c);
            }
            if (--budget < 0) {
                throw bad("The headers of a part are longer than " + LONGEST_HEADERS + " bytes");
            }
            String text = line.toString().stripTrailing();
            if (text.isEmpty()) {
                return headers;
            }
            int colon = text.indexOf(':');
            if (Character.isWhitespace(text.charAt(0)) && name != null) {
                // A folded line goes on with the value before it.
                headers.merge(name, text.strip(), (before, more) -> before + " " + more);
            } else if (colon <= 0) {
                throw bad("A part has a header line without a colon");
            } else {
                name = text.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                headers.putIfAbsent(name, text.substring(colon + 1).strip());
            }
        }
    }

    private static long declared(Map<String, String> headers) {
        String length = headers.get("content-length");
        if (length == null) {
            return -1;
        }
        if (!length.matches("\\d{1,18}")) {
            throw bad("A part has an impossible Content-Length: " + length);
        }
        return Long.parseLong(length);
    }

    private int need() throws IOException {
        if (start == end && !fill()) {
            throw broken();
        }
        return buffer[start++] & 0xff;
    }

    /** Reads more into the buffer; false at the end of the stream. */
    private boolean fill() throws IOException {
        if (exhausted) {
            return false;
        }
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        int n = in.read(buffer, end, buffer.length - end);
        if (n < 0) {
            exhausted = true;
            return false;
        }
        end += n;
        return true;
    }

    private static IsengardException broken() {
        return bad("The message ends without its last boundary");
    }

    private static IsengardException bad(String why) {
        return new IsengardException(ErrorCode.BAD_REQUEST, why);
    }

    /** The bytes up to the next delimiter, which is passed with the last of them. */
    private final class Content extends InputStream {
        private final long declared;
        private long count;
        private boolean ended;

        Content(long declared) {
            this.declared = declared;
        }

        void skipAll() throws IOException {
            while (!ended) {
                int n = available(true);
                start += n;
                count += n;
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int n = ended || this != current ? 0 : available(false);
            if (n == 0) {
                if (declared >= 0 && count != declared) {
                    throw new IOException("A part has " + count + " bytes and claims to have " + declared);
                }
                return -1;
            }
            n = Math.min(n, length);
            System.arraycopy(buffer, start, bytes, offset, n);
            start += n;
            count += n;
            return n;
        }

        /** {@return how many bytes in the buffer belong to the content; 0 at its end, when the delimiter is passed} */
        private int available(boolean skipping) throws IOException {
            while (true) {
                int at = find();
                if (at > start) {
                    return at - start;
                }
                if (end - start >= delimiter.length) {
                    start += delimiter.length;
                    ended = true;
                    return 0;
                }
                if (!fill()) {
                    if (skipping) {
                        throw broken();
                    }
                    throw new IOException("The message ends within a part");
                }
            }
        }

        /** {@return where the delimiter starts, or may start; the end of the buffer if it does not} */
        private int find() {
            for (int i = start; i < end; i++) {
                if (buffer[i] == '\r') {
                    int k = 1;
                    while (k < delimiter.length && i + k < end && buffer[i + k] == delimiter[k]) {
                        k++;
                    }
                    if (k == delimiter.length || i + k == end) {
                        return i;
                    }
                }
            }
            return end;
        }
    }
}
