package org.isengard.webdav;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.content.ByteRange;
import org.isengard.webdav.xml.DavXml;

/** Paths, properties and file ranges, for all calls of WebDAV. */
final class DavCall {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Opens the content of a file from an offset on. */
    @FunctionalInterface
    interface Content {
        InputStream open(long offset) throws IOException;
    }

    private DavCall() {}

    /** {@return the segments of the path below {@code /webdav}} */
    static List<String> path(Request request) {
        String path = request.path("path");
        return Arrays.stream(path.split("/")).filter(one -> !one.isEmpty()).toList();
    }

    static String httpDate(Instant time) {
        return HTTP_DATE.format(time);
    }

    /**
     * {@return the properties of a resource (RFC 4918 section 15), as XML}
     *
     * @param type of the content, "" for a folder
     */
    static Map<String, String> properties(String name, Instant modified, String type, long length, String tag) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("displayname", DavXml.text(name));
        properties.put("creationdate", modified.truncatedTo(ChronoUnit.SECONDS).toString());
        properties.put("getlastmodified", httpDate(modified));
        if (type.isEmpty()) {
            properties.put("resourcetype", "<D:collection/>");
        } else {
            properties.put("resourcetype", "");
            properties.put("getcontentlength", Long.toString(length));
            properties.put("getcontenttype", type);
            properties.put("getetag", DavXml.text(tag));
        }
        return properties;
    }

    /**
     * Sends a file or the range of it that the client asks for.
     *
     * @param path where the bytes are, if they are in a file
     */
    static void send(
            Request request,
            Response response,
            String type,
            long size,
            Instant modified,
            String tag,
            Optional<Path> path,
            Content content)
            throws IOException {
        response.header("ETag", tag).header("Last-Modified", httpDate(modified)).header("Accept-Ranges", "bytes");
        if (request.header("If-None-Match").filter(tag::equals).isPresent()) {
            response.status(304);
            return;
        }
        // A range of another version would be of no use (RFC 9110 section 13.1.5).
        boolean same = request.header("If-Range").map(one -> one.equals(tag)).orElse(true);
        Optional<ByteRange> range = same ? ByteRange.of(request, size) : Optional.empty();
        long first = range.map(ByteRange::first).orElse(0L);
        long length = range.map(ByteRange::length).orElse(size);
        range.ifPresent(one -> response.status(206).header("Content-Range", one.contentRange(size)));
        if (path.isPresent()) {
            response.file(path.get(), first, length, type);
            return;
        }
        try (InputStream in = content.open(first)) {
            OutputStream out = response.stream(type, length);
            byte[] buffer = new byte[1 << 16];
            for (long left = length; left > 0; ) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new IOException("The file is shorter than the index says");
                }
                out.write(buffer, 0, n);
                left -= n;
            }
        }
    }

    static IsengardException refuse(int status, String why) {
        ErrorCode code = status == 404
                ? ErrorCode.UNKNOWN_RESOURCE
                : status == 403 ? ErrorCode.FORBIDDEN : ErrorCode.BAD_REQUEST;
        return new IsengardException(code, status, why, null);
    }

    /** {@return the header Depth: 0, 1 or {@link Integer#MAX_VALUE} for infinity, which is meant without the header} */
    static int depth(Request request) {
        String depth =
                request.header("Depth").map(String::strip).orElse("infinity").toLowerCase(Locale.ROOT);
        return switch (depth) {
            case "0" -> 0;
            case "1" -> 1;
            case "infinity" -> Integer.MAX_VALUE;
            default -> throw refuse(400, "Depth is 0, 1 or infinity, not " + depth);
        };
    }
}
