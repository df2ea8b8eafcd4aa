package org.isengard.http;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Ends a request whose body is larger than the server takes (413) or comes slower than it waits for (408): a handler
 * holds a thread while it reads a body.
 *
 * @param minimumRate bytes per second that a body has to reach on average after {@link #GRACE}, 0 for none
 * @param maximumBytes 0 for no limit
 */
record BodyLimits(long minimumRate, long maximumBytes) implements HttpConfiguration.Customizer {
    /** A client may need a moment before its body begins, for instance to read it from a disk. */
    static final long GRACE = TimeUnit.SECONDS.toNanos(10);

    /** Attribute of a request whose body was refused: the status to answer with. */
    private static final String STATUS = "isengard.body.status";

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        if (maximumBytes > 0 && request.getLength() > maximumBytes) {
            throw tooLarge();
        }
        return hasBody(request) ? new Limited(request) : request;
    }

    private static boolean hasBody(Request request) {
        return request.getLength() > 0
                || request.getLength() < 0
                        && (request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
                                || request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2);
    }

    private HttpException.RuntimeException tooLarge() {
        return new HttpException.RuntimeException(
                HttpStatus.PAYLOAD_TOO_LARGE_413, "The body is larger than MaximumRequestBodySizeMB allows");
    }

    /** Counts only the time in which the server waits for the client, not that in which it works. */
    private final class Limited extends Request.Wrapper {
        private long bytes;
        private long waited;
        private long waitingSince;
        private boolean waiting;
        private Content.Chunk failure;

        private Limited(Request request) {
            super(request);
        }

        @Override
        public Content.Chunk read() {
            if (failure != null) {
                return failure;
            }
            Content.Chunk chunk = super.read();
            if (chunk == null) {
                if (!waiting) {
                    waiting = true;
                    waitingSince = System.nanoTime();
                }
                return null;
            }
            if (waiting) {
                waiting = false;
                waited += System.nanoTime() - waitingSince;
            }
            bytes += chunk.remaining();
            if (Content.Chunk.isFailure(chunk) || chunk.isLast() && bytes <= limit()) {
                return chunk;
            }
            if (bytes > limit()) {
                return fail(chunk, tooLarge());
            }
            // In doubles: the product of nanoseconds and a rate may exceed a long.
            if (waited > GRACE && bytes * 1e9 < (double) minimumRate * waited) {
                return fail(
                        chunk,
                        new HttpException.RuntimeException(
                                HttpStatus.REQUEST_TIMEOUT_408,
                                "The body comes slower than HttpMinimumBodyRate allows"));
            }
            return chunk;
        }

        private long limit() {
            return maximumBytes == 0 ? Long.MAX_VALUE : maximumBytes;
        }

        private Content.Chunk fail(Content.Chunk chunk, HttpException.RuntimeException why) {
            chunk.release();
            // Read by the routing kit, which does not know Jetty and describes the error to the client.
            setAttribute(STATUS, why.getCode());
            failure = Content.Chunk.from(why, true);
            return failure;
        }
    }
}
