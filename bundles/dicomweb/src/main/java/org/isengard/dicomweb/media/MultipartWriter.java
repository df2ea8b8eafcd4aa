package org.isengard.dicomweb.media;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.isengard.api.rest.Response;

/** Writes an answer of several parts (RFC 2387) to its stream; nothing of it is held. */
public final class MultipartWriter implements Closeable {
    private final OutputStream out;
    private final String boundary;
    private boolean begun;

    private MultipartWriter(OutputStream out, String boundary) {
        this.out = out;
        this.boundary = boundary;
    }

    /**
     * Opens the body of an answer.
     *
     * @param type of the parts, with its parameters
     */
    public static MultipartWriter open(Response response, String type) throws IOException {
        String boundary = boundary();
        OutputStream out = response.stream("multipart/related; type=\"" + type + "\"; boundary=" + boundary, -1);
        return new MultipartWriter(out, boundary);
    }

    /** A writer for a stream that is no answer. */
    public static MultipartWriter of(OutputStream out, String boundary) {
        return new MultipartWriter(out, boundary);
    }

    public static String boundary() {
        return "isengard-" + UUID.randomUUID();
    }

    /**
     * Starts a part; the next part or the end closes it.
     *
     * @param location the address of the content, "" for none
     * @param length of the content in bytes, -1 when it is unknown
     * @return takes the content; not to be closed
     */
    public OutputStream part(String type, String location, long length) throws IOException {
        StringBuilder head = new StringBuilder(256);
        head.append(begun ? "\r\n--" : "--")
                .append(boundary)
                .append("\r\nContent-Type: ")
                .append(type);
        if (length >= 0) {
            head.append("\r\nContent-Length: ").append(length);
        }
        if (!location.isEmpty()) {
            head.append("\r\nContent-Location: ").append(location);
        }
        head.append("\r\n\r\n");
        begun = true;
        out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
        return out;
    }

    /** Writes the last boundary; the stream stays open. */
    @Override
    public void close() throws IOException {
        out.write(((begun ? "\r\n--" : "--") + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
