package org.isengard.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.Request;
import org.isengard.runtime.Json;

/** A call made in process. */
final class InProcessRequest implements Request {
    private final String method;
    private final String path;
    private final Map<String, String> variables;
    private final Map<String, List<String>> query;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final byte[] body;
    private final Caller caller;

    InProcessRequest(
            String method,
            String path,
            Map<String, String> variables,
            Map<String, List<String>> query,
            Map<String, String> headers,
            byte[] body,
            Caller caller) {
        this.method = method;
        this.path = path;
        this.variables = variables;
        this.query = query;
        this.headers.putAll(headers);
        this.body = body;
        this.caller = caller;
    }

    @Override
    public String method() {
        return method;
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
        List<String> values = query.get(name);
        return values == null ? Optional.empty() : Optional.of(values.get(0));
    }

    @Override
    public Map<String, List<String>> query() {
        return query;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    @Override
    public InputStream body() {
        return new ByteArrayInputStream(body);
    }

    @Override
    public long bodyLength() {
        return body.length;
    }

    @Override
    public byte[] bytes(int limit) {
        if (body.length > limit) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "The body is longer than " + limit + " bytes");
        }
        return body.clone();
    }

    @Override
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public JsonNode json() throws IOException {
        JsonNode node = Json.MAPPER.readTree(body);
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
