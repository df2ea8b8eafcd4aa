package org.isengard.scripting;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.RestClient;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;

/** Answers calls as a test wants, and notes them. */
final class RestStub implements RestClient {
    /** What a test wants. */
    @FunctionalInterface
    interface Script {
        Answer answer(String call, String body) throws IOException;
    }

    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    volatile Script script = (call, body) -> of(404, "{}");

    static Answer of(int status, String body) {
        return new Answer(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Answer call(
            String method, String uri, Map<String, String> headers, byte[] body, Caller caller, boolean builtinOnly)
            throws IOException {
        String call = method + " " + uri;
        calls.add(call);
        return script.answer(call, new String(body, StandardCharsets.UTF_8));
    }

    int count(String call) {
        return Collections.frequency(List.copyOf(calls), call);
    }

    ServerFunctions functions() {
        return new ServerFunctions(
                () -> this,
                new Lease<>("feature index", new SwapTimeout(0)),
                "{}",
                new HttpFunctions.Settings(1, "", true));
    }
}
