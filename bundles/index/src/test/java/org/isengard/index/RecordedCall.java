package org.isengard.index;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.runtime.Json;

/** A call in memory: what is asked and what is answered. */
final class RecordedCall implements Request, Response {
    private final String method;
    private final String path;
    private final Map<String, List<String>> query = new LinkedHashMap<>();
    private final byte[] body;
    private final Map<String, String> requestHeaders;
    private Map<String, String> variables = Map.of();

    private int status = 200;
    private final Map<String, String> headers = new HashMap<>();
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

    RecordedCall(String method, String uri, String body, Map<String, String> requestHeaders) {
        this.method = method;
        int mark = uri.indexOf('?');
        path = mark < 0 ? uri : uri.substring(0, mark);
        if (mark >= 0) {
            for (String argument : uri.substring(mark + 1).split("&")) {
                String[] parts = argument.split("=", 2);
                query.put(parts[0], List.of(parts.length < 2 ? "" : parts[1]));
            }
        }
        this.body = body.getBytes(StandardCharsets.UTF_8);
        this.requestHeaders = requestHeaders;
    }

    RecordedCall with(Map<String, String> found) {
        variables = found;
        return this;
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    @Override
    public JsonNode json() throws IOException {
        return Json.MAPPER.readTree(answer.size() > 0 ? answer.toByteArray() : body);
    }

    @Override
    public String text() {
        return new String(answer.size() > 0 ? answer.toByteArray() : body, StandardCharsets.UTF_8);
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
        return variables.get(name);
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name)).map(values -> values.get(0));
    }

    @Override
    public Map<String, List<String>> query() {
        return query;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(requestHeaders.get(name));
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
        return Arrays.copyOf(body, Math.min(limit, body.length));
    }

    @Override
    public Caller caller() {
        return Caller.PLUGIN;
    }

    @Override
    public Response status(int httpStatus) {
        status = httpStatus;
        return this;
    }

    @Override
    public Response header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    @Override
    public void json(JsonNode node) throws IOException {
        answer.write(Json.MAPPER.writeValueAsBytes(node));
    }

    @Override
    public void json(JsonWriter writer) throws IOException {
        try (JsonGenerator json = Json.FACTORY.createGenerator(answer)) {
            writer.write(json);
        }
    }

    @Override
    public void text(String text) {
        answer.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void bytes(byte[] bytes, String contentType) {
        answer.writeBytes(bytes);
    }

    @Override
    public OutputStream stream(String contentType, long length) {
        return answer;
    }

    @Override
    public void file(Path file, long offset, long length, String contentType) throws IOException {
        answer.write(Files.readAllBytes(file), (int) offset, (int) length);
    }

    @Override
    public void redirect(String location) {
        headers.put("Location", location);
    }
}
