package org.isengard.scripting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.RestClient;
import org.isengard.api.store.KeyValueStores;
import org.isengard.runtime.swap.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions of the server that scripts call. Wrong arguments and calls that fail give nil, as in Orthanc, with a
 * line in the log.
 */
final class ServerFunctions {
    private static final Logger LOG = LoggerFactory.getLogger(ServerFunctions.class);
    private static final byte[] NO_BODY = new byte[0];

    private static final long SERVER_PATIENCE_NANOS = 60_000_000_000L;
    private static final long PAUSE_NANOS = 50_000_000;

    private final Supplier<RestClient> rest;
    private final KeyValueFunctions keyValues;
    private final String configuration;
    private final HttpFunctions.Settings http;

    /**
     * @param rest gives null while it is not there
     * @param stores which a script waits for while the index is swapped
     */
    ServerFunctions(
            Supplier<RestClient> rest,
            Lease<KeyValueStores> stores,
            String configuration,
            HttpFunctions.Settings http) {
        this.rest = rest;
        keyValues = new KeyValueFunctions(stores);
        this.configuration = configuration;
        this.http = http;
    }

    /** Calls the REST API as a script; waits a bounded time for it to be there. */
    RestClient.Answer call(String method, String uri, Map<String, String> headers, byte[] body, boolean builtinOnly)
            throws IOException {
        long end = System.nanoTime() + SERVER_PATIENCE_NANOS;
        for (RestClient client = rest.get(); System.nanoTime() < end; client = rest.get()) {
            if (client != null) {
                return client.call(method, uri, headers, body, Caller.LUA, builtinOnly);
            }
            pause();
        }
        throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The REST API is not there");
    }

    /**
     * {@return the body of what was answered with 200}
     *
     * @throws IOException with any other answer
     * @throws IsengardException SERVICE_UNAVAILABLE for 503
     */
    byte[] answer(String method, String path, byte[] body) throws IOException {
        RestClient.Answer answer = call(method, path, Map.of(), body, false);
        if (answer.status() == 200) {
            return answer.body();
        }
        String text = method + " " + path + " answered " + answer.status() + " "
                + new String(answer.body(), StandardCharsets.UTF_8);
        if (answer.status() == 503) {
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, text);
        }
        throw new IOException(text);
    }

    static void pause() {
        LockSupport.parkNanos(PAUSE_NANOS);
        if (Thread.currentThread().isInterrupted()) {
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The server stops");
        }
    }

    /** Waits until the index answers; false when it does not in time. */
    boolean awaitServer() {
        long end = System.nanoTime() + SERVER_PATIENCE_NANOS;
        while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            if (answers()) {
                return true;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return false;
    }

    /** {@return whether the index and its resources answer now} */
    boolean answers() {
        try {
            RestClient client = rest.get();
            return client != null
                    && isAnswered(client, "/changes?limit=1")
                    && isAnswered(client, "/instances?since=0&limit=1");
        } catch (IOException | RuntimeException e) {
            LOG.debug("The server is not ready", e);
            return false;
        }
    }

    private static boolean isAnswered(RestClient client, String path) throws IOException {
        return client.call("GET", path, Map.of(), NO_BODY, Caller.LUA, true).status() == 200;
    }

    /** {@return the functions by name, with a state of their own (credentials, timeout) for one Lua} */
    Map<String, ProxyExecutable> forSession() {
        Map<String, ProxyExecutable> functions = new LinkedHashMap<>();
        functions.put("RestApiGet", arguments -> rest("GET", false, arguments));
        functions.put("RestApiDelete", arguments -> rest("DELETE", false, arguments));
        functions.put("RestApiPost", arguments -> rest("POST", true, arguments));
        functions.put("RestApiPut", arguments -> rest("PUT", true, arguments));
        functions.put("_ConfigurationJson", arguments -> configuration);
        new HttpFunctions(http).addTo(functions);
        keyValues.addTo(functions);
        return functions;
    }

    /** RestApiGet(uri, builtin, headers) and RestApiPost(uri, body, builtin, headers). */
    private Object rest(String method, boolean hasBody, Value... arguments) {
        int builtin = hasBody ? 2 : 1;
        if (arguments.length < builtin || !arguments[0].isString() || (hasBody && !arguments[1].isString())) {
            LOG.error("A script called RestApi{} with wrong arguments", method);
            return null;
        }
        String uri = arguments[0].asString();
        byte[] body = hasBody ? bytes(arguments[1]) : NO_BODY;
        boolean builtinOnly =
                arguments.length > builtin && arguments[builtin].isBoolean() && arguments[builtin].asBoolean();
        Map<String, String> headers = arguments.length > builtin + 1 ? headers(arguments[builtin + 1]) : Map.of();
        try {
            RestClient.Answer answer = call(method, uri, headers, body, builtinOnly);
            if (answer.status() < 200 || answer.status() >= 300) {
                LOG.error("A script called {} {}, which answered {}", method, uri, answer.status());
                return null;
            }
            return ByteBuffer.wrap(answer.body());
        } catch (IOException | RuntimeException e) {
            LOG.error("A script called {} {}, which failed", method, uri, e);
            return null;
        }
    }

    static byte[] bytes(Value text) {
        if (text.hasBufferElements()) {
            byte[] bytes = new byte[Math.toIntExact(text.getBufferSize())];
            text.readBuffer(0, bytes, 0, bytes.length);
            return bytes;
        }
        return text.asString().getBytes(StandardCharsets.UTF_8);
    }

    /** {@return a table of texts, names in lower case} */
    static Map<String, String> headers(Value table) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (table.hasMembers() && !table.isString()) {
            for (String name : table.getMemberKeys()) {
                Value value = table.getMember(name);
                headers.put(name.toLowerCase(Locale.ROOT), value.isString() ? value.asString() : value.toString());
            }
        }
        return headers;
    }
}
