package org.isengard.testkit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.Handler;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.rest.RestClient;
import org.isengard.api.rest.RestRoutes;
import org.isengard.api.rest.Router;

/**
 * A REST API in memory: runs the routes that are {@linkplain #add added}, answers others with 404, and remembers who was
 * called. For the plugin's own routes under test and for the server's routes that it calls.
 */
public final class FakeRest implements RestClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One call as it came. */
    public record Call(String method, String uri, String body) {}

    private record Route(String method, List<String> template, Handler handler) {}

    private final List<Route> routes = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();

    /** Adds the routes of a plugin; those added later go first, as with a higher ranking. */
    public FakeRest add(RestRoutes provider) {
        List<Route> added = new ArrayList<>();
        provider.declare(new Collector(added));
        routes.addAll(0, added);
        return this;
    }

    /** Answers one route with a text. */
    public FakeRest answer(String method, String template, int status, String body) {
        routes.add(
                0,
                new Route(
                        method,
                        segments(template),
                        (request, response) -> response.status(status).text(body)));
        return this;
    }

    /** {@return all calls so far, the oldest first} */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** {@return the answer to a call by a client} */
    public Answer call(String method, String uri, String body) throws IOException {
        return call(
                method,
                uri,
                Map.of(),
                body.getBytes(StandardCharsets.UTF_8),
                new Caller(Caller.Origin.REST_API, "127.0.0.1", ""),
                false);
    }

    @Override
    public Answer call(
            String method, String uri, Map<String, String> headers, byte[] body, Caller caller, boolean builtinOnly)
            throws IOException {
        calls.add(new Call(method, uri, new String(body, StandardCharsets.UTF_8)));
        int question = uri.indexOf('?');
        String path = question < 0 ? uri : uri.substring(0, question);
        Map<String, List<String>> query = query(question < 0 ? "" : uri.substring(question + 1));
        Made made = new Made();
        try {
            for (Route route : routes) {
                Map<String, String> variables = match(route.template, segments(path));
                if (route.method.equals(method) && variables != null) {
                    route.handler.handle(new Asked(method, path, variables, query, headers, body, caller), made);
                    return made.answer();
                }
            }
        } catch (IsengardException e) {
            return new Answer(
                    e.httpStatus(),
                    Map.of("content-type", "text/plain"),
                    e.error().text().getBytes(StandardCharsets.UTF_8));
        }
        return new Answer(404, Map.of(), new byte[0]);
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/")) {
            if (!segment.isEmpty()) {
                segments.add(segment);
            }
        }
        return segments;
    }

    /** {@return what stands for the variables; null when the path does not fit} */
    private static Map<String, String> match(List<String> template, List<String> path) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < template.size(); i++) {
            String part = template.get(i);
            if (part.endsWith(":*}")) {
                variables.put(
                        part.substring(1, part.length() - 3),
                        String.join("/", path.subList(Math.min(i, path.size()), path.size())));
                return variables;
            }
            if (i >= path.size()) {
                return null;
            }
            if (part.startsWith("{")) {
                variables.put(part.substring(1, part.length() - 1), path.get(i));
            } else if (!part.equals(path.get(i))) {
                return null;
            }
        }
        return template.size() == path.size() ? variables : null;
    }

    private static Map<String, List<String>> query(String text) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String argument : text.split("&")) {
            if (!argument.isEmpty()) {
                int equals = argument.indexOf('=');
                String name = equals < 0 ? argument : argument.substring(0, equals);
                String value = equals < 0 ? "" : argument.substring(equals + 1);
                query.computeIfAbsent(URLDecoder.decode(name, StandardCharsets.UTF_8), n -> new ArrayList<>())
                        .add(URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private record Collector(List<Route> routes) implements Router {
        private Router add(String method, String template, Handler handler) {
            routes.add(new Route(method, segments(template), handler));
            return this;
        }

        @Override
        public Router get(String template, Handler handler) {
            return add("GET", template, handler);
        }

        @Override
        public Router post(String template, Handler handler) {
            return add("POST", template, handler);
        }

        @Override
        public Router put(String template, Handler handler) {
            return add("PUT", template, handler);
        }

        @Override
        public Router delete(String template, Handler handler) {
            return add("DELETE", template, handler);
        }
    }

    private record Asked(
            String method,
            String path,
            Map<String, String> variables,
            Map<String, List<String>> query,
            Map<String, String> headers,
            byte[] content,
            Caller caller)
            implements Request {
        @Override
        public String path(String name) {
            return Optional.ofNullable(variables.get(name))
                    .orElseThrow(() -> new IllegalArgumentException("No {" + name + "} in the route"));
        }

        @Override
        public Optional<String> query(String name) {
            return Optional.ofNullable(query.get(name)).map(values -> values.get(0));
        }

        @Override
        public Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .findFirst();
        }

        @Override
        public InputStream body() {
            return new ByteArrayInputStream(content);
        }

        @Override
        public long bodyLength() {
            return content.length;
        }

        @Override
        public byte[] bytes(int limit) {
            if (content.length > limit) {
                throw new IsengardException(ErrorCode.BAD_REQUEST, "The body is longer than " + limit + " bytes");
            }
            return content.clone();
        }

        @Override
        public String text() {
            return new String(content, StandardCharsets.UTF_8);
        }

        @Override
        public JsonNode json() {
            try {
                return JSON.readTree(content);
            } catch (IOException e) {
                throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, String.valueOf(e.getMessage()), e);
            }
        }
    }

    private static final class Made implements Response {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final Map<String, String> headers = new HashMap<>();
        private int status = 200;

        Answer answer() {
            return new Answer(status, headers, body.toByteArray());
        }

        @Override
        public Response status(int httpStatus) {
            status = httpStatus;
            return this;
        }

        @Override
        public Response header(String name, String value) {
            headers.put(name.toLowerCase(Locale.ROOT), value);
            return this;
        }

        @Override
        public void json(JsonNode node) throws IOException {
            bytes(JSON.writeValueAsBytes(node), "application/json");
        }

        @Override
        public void json(JsonWriter writer) throws IOException {
            try (JsonGenerator json = JSON.createGenerator(stream("application/json", -1))) {
                writer.write(json);
            }
        }

        @Override
        public void text(String text) throws IOException {
            bytes(text.getBytes(StandardCharsets.UTF_8), "text/plain");
        }

        @Override
        public void bytes(byte[] bytes, String contentType) throws IOException {
            stream(contentType, bytes.length).write(bytes);
        }

        @Override
        public OutputStream stream(String contentType, long length) {
            header("content-type", contentType);
            return body;
        }

        @Override
        public void file(Path file, long offset, long length, String contentType) throws IOException {
            try (InputStream in = Files.newInputStream(file)) {
                in.skipNBytes(offset);
                stream(contentType, length).write(in.readNBytes(Math.toIntExact(length)));
            }
        }

        @Override
        public void redirect(String location) {
            status(307).header("location", location);
        }
    }
}
