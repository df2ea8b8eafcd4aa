package org.isengard.rest.kit.content;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;

/** One range of bytes that a client asked for (RFC 9110 section 14). */
public record ByteRange(long first, long length) {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * Reads the Range header; several ranges at once are not supported and give the whole, as the RFC allows.
     *
     * @throws IsengardException with status 416 when the range is outside of the body
     */
    public static Optional<ByteRange> of(Request request, long size) {
        Matcher m = RANGE.matcher(request.header("Range").orElse(""));
        if (!m.matches() || (m.group(1).isEmpty() && m.group(2).isEmpty())) {
            return Optional.empty();
        }
        long first;
        long last;
        if (m.group(1).isEmpty()) {
            first = Math.max(0, size - Long.parseLong(m.group(2)));
            last = size - 1;
        } else {
            first = Long.parseLong(m.group(1));
            last = m.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(m.group(2)));
        }
        if (first > last) {
            throw new IsengardException(
                    ErrorCode.PARAMETER_OUT_OF_RANGE, 416, "The range is outside of the " + size + " bytes", null);
        }
        return Optional.of(new ByteRange(first, last - first + 1));
    }

    /** {@return the value of the header Content-Range} */
    public String contentRange(long size) {
        return "bytes " + first + "-" + (first + length - 1) + "/" + size;
    }
}
