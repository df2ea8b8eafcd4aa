package org.isengard.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Answers errors that Jetty finds before any route is asked, such as a path that is no UTF-8 or a head that is too long, in
 * the form of Orthanc's other errors.
 *
 * <p>Threading: any threads.
 */
final class JsonErrors extends ErrorHandler {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int RETRY_SECONDS = 5;

    private enum Kind {
        THEIRS(8, "Bad request"),
        ABSENT(36, "The service is temporarily unavailable"),
        OURS(-1, "Internal error");

        final int number;
        final String text;

        Kind(int number, String text) {
            this.number = number;
            this.text = text;
        }

        static Kind of(int status) {
            if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
                return ABSENT;
            }
            return status < HttpStatus.INTERNAL_SERVER_ERROR_500 ? THEIRS : OURS;
        }
    }

    @Override
    protected void generateResponse(
            Request request, Response response, int status, String reason, Throwable cause, Callback callback)
            throws IOException {
        Kind kind = Kind.of(status);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            if (reason != null) {
                json.writeStringField("Details", reason);
            }
            json.writeStringField("HttpError", HttpStatus.getMessage(status));
            json.writeNumberField("HttpStatus", status);
            json.writeStringField("Message", kind.text);
            json.writeStringField("Method", request.getMethod());
            json.writeStringField("OrthancError", kind.text);
            json.writeNumberField("OrthancStatus", kind.number);
            json.writeStringField("Uri", request.getHttpURI().getPath());
            json.writeEndObject();
        }
        // Where the next request begins is not known; Jetty closes, but does not always say so.
        response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        if (kind == Kind.ABSENT) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_SECONDS);
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.write(true, ByteBuffer.wrap(body.toByteArray()), callback);
    }
}
