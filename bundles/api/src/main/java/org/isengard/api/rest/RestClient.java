package org.isengard.api.rest;

import java.io.IOException;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** Calls the REST API in process, without a socket. */
@ProviderType
public interface RestClient {
    /**
     * Runs one call.
     *
     * @param uri path with optional query
     * @param builtinOnly leave out routes of plugins
     */
    Answer call(String method, String uri, Map<String, String> headers, byte[] body, Caller caller, boolean builtinOnly)
            throws IOException;

    /** Status, headers (lower-case names) and body of an answer. */
    record Answer(int status, Map<String, String> headers, byte[] body) {
        public Answer {
            headers = Map.copyOf(headers);
        }
    }
}
