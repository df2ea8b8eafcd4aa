package org.isengard.api.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** The answer to a call; a handler that writes nothing answers 200 with an empty text body. */
@ProviderType
public interface Response {
    Response status(int httpStatus);

    Response header(String name, String value);

    void json(JsonNode body) throws IOException;

    /** Streams JSON; the generator is closed for the writer. An object that is not yet sent when it fails becomes an error answer. */
    void json(JsonWriter writer) throws IOException;

    /** Text in UTF-8 of type {@code text/plain}. */
    void text(String body) throws IOException;

    void bytes(byte[] body, String contentType) throws IOException;

    /**
     * Opens the body for streaming.
     *
     * @param length in bytes, -1 when unknown
     */
    OutputStream stream(String contentType, long length) throws IOException;

    /** Sends a region of a file by the fastest way there is. */
    void file(Path file, long offset, long length, String contentType) throws IOException;

    void redirect(String location) throws IOException;

    /** Writes JSON. */
    @FunctionalInterface
    interface JsonWriter {
        void write(JsonGenerator json) throws IOException;
    }
}
