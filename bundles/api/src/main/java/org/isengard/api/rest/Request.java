package org.isengard.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** One call of the REST API, from HTTP or in process. */
@ProviderType
public interface Request {
    /** {@return GET, POST, PUT, DELETE, ...; HEAD arrives as GET} */
    String method();

    /** {@return the decoded path without the query, always with a leading slash, without a trailing one} */
    String path();

    /** The text that stands for {@code {name}} in the route's template; what {@code {name:*}} stands for has slashes. */
    String path(String name);

    /** {@return the first value of a query argument; "" for an argument without a value} */
    Optional<String> query(String name);

    /** {@return all query arguments in order of appearance} */
    Map<String, List<String>> query();

    default boolean hasQuery(String name) {
        return query(name).isPresent();
    }

    Optional<String> header(String name);

    /** {@return the body, already freed of any Content-Encoding} */
    InputStream body() throws IOException;

    /** {@return the announced length of the body in bytes, -1 when unknown or encoded} */
    long bodyLength();

    /**
     * Reads the whole body.
     *
     * @throws org.isengard.api.IsengardException BAD_REQUEST when it is longer than {@code limit} bytes
     */
    byte[] bytes(int limit) throws IOException;

    /** {@return the whole body as UTF-8 text, at most 16 MiB} */
    String text() throws IOException;

    /**
     * Reads the whole body as JSON (comments allowed, as in Orthanc), at most 64 MiB.
     *
     * @throws org.isengard.api.IsengardException BAD_FILE_FORMAT when it is not JSON
     */
    JsonNode json() throws IOException;

    Caller caller();
}
