package org.isengard.rest.kit;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.Request;
import org.isengard.rest.kit.content.EncodedBody;
import org.isengard.runtime.Json;

/** A call that came by HTTP. */
final class HttpRequest implements Request {
    private static final int MAX_TEXT = 16 << 20;
    private static final int MAX_JSON = 64 << 20;

    /** Request attribute, {@code byte[]}: the body of a search, which another feature may have to answer again. */
    private static final String BODY = "isengard.body";

    private final HttpServletRequest request;
    private final String path;
    private final Map<String, String> variables;
    private final Caller caller;
    private final boolean isSearch;
    private Map<String, List<String>> query;

    HttpRequest(HttpServletRequest request, String path, Routes.Found route, Caller caller) {
        this.request = request;
        this.path = path;
        variables = route.variables();
        isSearch = route.reads();
        this.caller = caller;
    }

    static String path(HttpServletRequest request) {
        String info = request.getPathInfo();
        String path = info == null ? request.getServletPath() : request.getServletPath() + info;
        return path.isEmpty() ? "/" : path;
    }

    @Override
    public String method() {
        return "HEAD".equals(request.getMethod()) ? "GET" : request.getMethod();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String path(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("No {" + name + "} in the route");
        }
        return value;
    }

    @Override
    public Optional<String> query(String name) {
        List<String> values = query().get(name);
        return values == null ? Optional.empty() : Optional.of(values.get(0));
    }

    @Override
    public Map<String, List<String>> query() {
        if (query == null) {
            // The servlet's own parameters would swallow form bodies.
            query = Query.parse(request.getQueryString());
        }
        return query;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    @Override
    public InputStream body() throws IOException {
        String encoding = request.getHeader("Content-Encoding");
        InputStream in = request.getInputStream();
        if (encoding == null || encoding.isEmpty() || "identity".equalsIgnoreCase(encoding)) {
            return in;
        }
        if ("gzip".equalsIgnoreCase(encoding)) {
            return new EncodedBody(encoding, in, compressed -> new GZIPInputStream(compressed, 1 << 16));
        }
        if ("deflate".equalsIgnoreCase(encoding)) {
            return new EncodedBody(encoding, in, InflaterInputStream::new);
        }
        throw new IsengardException(ErrorCode.BAD_REQUEST, "Unsupported Content-Encoding: " + encoding);
    }

    @Override
    public long bodyLength() {
        return request.getHeader("Content-Encoding") == null ? request.getContentLengthLong() : -1;
    }

    @Override
    public byte[] bytes(int limit) throws IOException {
        if (request.getAttribute(BODY) instanceof byte[] kept) {
            return kept;
        }
        byte[] bytes = read(limit);
        if (isSearch) {
            request.setAttribute(BODY, bytes);
        }
        return bytes;
    }

    private byte[] read(int limit) throws IOException {
        if (bodyLength() > limit) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "The body is longer than " + limit + " bytes");
        }
        InputStream body = body();
        byte[] bytes = body.readNBytes(limit);
        if (bytes.length == limit && body.read() >= 0) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "The body is longer than " + limit + " bytes");
        }
        return bytes;
    }

    @Override
    public String text() throws IOException {
        return new String(bytes(MAX_TEXT), StandardCharsets.UTF_8);
    }

    @Override
    public JsonNode json() throws IOException {
        JsonNode node = Json.MAPPER.readTree(bytes(MAX_JSON));
        if (node == null || node.isMissingNode()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "The body is empty, JSON was expected");
        }
        return node;
    }

    @Override
    public Caller caller() {
        return caller;
    }
}
