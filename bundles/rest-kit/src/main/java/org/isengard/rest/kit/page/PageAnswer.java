package org.isengard.rest.kit.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.page.PageFiles.Encoding;
import org.isengard.rest.kit.page.PageFiles.PageFile;

/** Answers requests for the files of a page: encoding, entity tag, life time in caches, and headers for the safety of the page. */
public final class PageAnswer {
    private static final int NOT_MODIFIED = 304;

    private final PageFiles files;
    private final String policy;

    /** @param policy the header Content-Security-Policy of each answer */
    public PageAnswer(PageFiles files, String policy) {
        this.files = files;
        this.policy = policy;
    }

    /** Sends a file, or status 304 where the client has it. */
    public void send(PageFile file, Request request, Response response) throws IOException {
        Encoding encoding =
                AcceptedEncoding.of(request.header("Accept-Encoding").orElse(""), file.encodings());
        // One tag for each encoding: a cache must not mix them (RFC 9110 section 8.8.3).
        String tag = '"' + file.tag() + '-' + encoding.name().charAt(0) + '"';
        headers(response).header("ETag", tag);
        response.header("Cache-Control", file.immutable() ? "public, max-age=31536000, immutable" : "no-cache");
        if (file.compressed()) {
            response.header("Vary", "Accept-Encoding");
        }
        if (names(request.header("If-None-Match"), tag)) {
            response.status(NOT_MODIFIED);
            return;
        }
        if (encoding != Encoding.IDENTITY) {
            response.header("Content-Encoding", encoding == Encoding.GZIP ? "gzip" : "br");
        }
        try (InputStream in = files.open(file, encoding)) {
            OutputStream out = response.stream(file.contentType(), encoding == Encoding.IDENTITY ? file.length() : -1);
            in.transferTo(out);
        }
    }

    /** Sends what is made for this request; no cache keeps it. */
    public void send(String contentType, byte[] content, Response response) throws IOException {
        headers(response).header("Cache-Control", "no-cache");
        response.stream(contentType, content.length).write(content);
    }

    private Response headers(Response response) {
        return response.header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Content-Security-Policy", policy);
    }

    private static boolean names(Optional<String> header, String tag) {
        for (String known : header.orElse("").split(",")) {
            String strong = known.strip().startsWith("W/") ? known.strip().substring(2) : known.strip();
            if (strong.equals(tag) || strong.equals("*")) {
                return true;
            }
        }
        return false;
    }
}
