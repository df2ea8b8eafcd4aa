package org.isengard.scripting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.RestClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions of the server that scripts call. Wrong arguments and calls that fail give nil, as in Orthanc, with a
 * line in the log.
 */
final class ServerFunctions {
    private static final Logger LOG = LoggerFactory.getLogger(ServerFunctions.class);
    private static final byte[] NO_BODY = new byte[0];

    private final RestClient rest;
    private final String configuration;

    ServerFunctions(RestClient rest, String configuration) {
        this.rest = rest;
        this.configuration = configuration;
    }

    /** {@return the functions by name, with a state of their own (credentials, timeout) for one Lua} */
    Map<String, ProxyExecutable> forSession() {
        Map<String, ProxyExecutable> functions = new LinkedHashMap<>();
        functions.put("RestApiGet", arguments -> rest("GET", false, arguments));
        functions.put("RestApiDelete", arguments -> rest("DELETE", false, arguments));
        functions.put("RestApiPost", arguments -> rest("POST", true, arguments));
        functions.put("RestApiPut", arguments -> rest("PUT", true, arguments));
        functions.put("_ConfigurationJson", arguments -> configuration);
        new HttpFunctions().addTo(functions);
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
            RestClient.Answer answer = rest.call(method, uri, headers, body, Caller.LUA, builtinOnly);
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
