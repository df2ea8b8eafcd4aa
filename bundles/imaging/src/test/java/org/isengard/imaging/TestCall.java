package org.isengard.imaging;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.ErrorAnswer;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;

/** One GET and its answer, without a server. */
final class TestCall implements Response {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status = 200;

    static TestCall get(RoutingFilter filter, String uri, Map<String, String> headers) throws IOException {
        TestCall answer = new TestCall();
        int mark = uri.indexOf('?');
        String path = mark < 0 ? uri : uri.substring(0, mark);
        try {
            boolean known = filter.answer("GET", path, variables -> request(uri, path, variables, headers), answer);
            if (!known) {
                answer.status = 404;
            }
        } catch (IOException | RuntimeException e) {
            answer.status = ErrorAnswer.translate(e).httpStatus();
        }
        return answer;
    }

    private static Request request(
            String uri, String path, Map<String, String> variables, Map<String, String> headers) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        int mark = uri.indexOf('?');
        for (String pair : mark < 0 ? new String[0] : uri.substring(mark + 1).split("&")) {
            int equals = pair.indexOf('=');
            query.put(
                    equals < 0 ? pair : pair.substring(0, equals),
                    List.of(equals < 0 ? "" : pair.substring(equals + 1)));
        }
        Map<String, String> lower = new HashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(java.util.Locale.ROOT), value));
        return new Request() {
            @Override
            public String method() {
                return "GET";
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
                return Optional.ofNullable(lower.get(name.toLowerCase(java.util.Locale.ROOT)));
            }

            @Override
            public InputStream body() {
                return InputStream.nullInputStream();
            }

            @Override
            public long bodyLength() {
                return 0;
            }

            @Override
            public byte[] bytes(int limit) {
                return new byte[0];
            }

            @Override
            public String text() {
                return "";
            }

            @Override
            public JsonNode json() throws IOException {
                throw new IOException("There is no body");
            }

            @Override
            public Caller caller() {
                return Caller.PLUGIN;
            }
        };
    }

    int status() {
        return status;
    }

    byte[] body() {
        return body.toByteArray();
    }

    @Override
    public Response status(int httpStatus) {
        status = httpStatus;
        return this;
    }

    @Override
    public Response header(String name, String value) {
        return this;
    }

    @Override
    public void json(JsonNode node) throws IOException {
        body.write(Json.MAPPER.writeValueAsBytes(node));
    }

    @Override
    public void json(JsonWriter writer) throws IOException {
        try (JsonGenerator json = Json.FACTORY.createGenerator(body)) {
            writer.write(json);
        }
    }

    @Override
    public void text(String text) throws IOException {
        body.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void bytes(byte[] bytes, String contentType) throws IOException {
        body.write(bytes);
    }

    @Override
    public OutputStream stream(String contentType, long length) {
        return body;
    }

    @Override
    public void file(Path file, long offset, long length, String contentType) throws IOException {
        throw new IOException("Not used by images");
    }

    @Override
    public void redirect(String location) {
        status = 307;
    }
}
