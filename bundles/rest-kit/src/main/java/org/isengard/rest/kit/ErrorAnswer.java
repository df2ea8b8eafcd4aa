package org.isengard.rest.kit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.DicomException;
import org.isengard.rest.kit.content.UnreadBody;
import org.isengard.runtime.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what a handler threw into Orthanc's JSON error answer. */
public final class ErrorAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswer.class);

    /** Set by the bundle http on a request whose body it refuses: the status to answer with. */
    private static final String BODY_STATUS = "isengard.body.status";

    private ErrorAnswer() {}

    /** {@return the error as one of Orthanc's} */
    public static IsengardException translate(Throwable thrown) {
        if (thrown instanceof IsengardException known) {
            return known;
        }
        if (thrown instanceof JsonProcessingException || thrown instanceof DicomException) {
            return new IsengardException(ErrorCode.BAD_FILE_FORMAT, String.valueOf(thrown.getMessage()), thrown);
        }
        if (thrown instanceof StackOverflowError) {
            return new IsengardException(ErrorCode.BAD_REQUEST, "Too deeply nested", thrown);
        }
        return new IsengardException(ErrorCode.INTERNAL_ERROR, String.valueOf(thrown), thrown);
    }

    /** {@return the error of a path that is known, but not with this method; status 405} */
    public static IsengardException wrongMethod(String allowed) {
        return new IsengardException(ErrorCode.BAD_REQUEST, 405, "The methods of this path are " + allowed, null);
    }

    /**
     * The body of an error answer.
     *
     * @param method of the failed call, in Orthanc's words ({@code GET})
     */
    public static byte[] body(IsengardException e, String method, String uri) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = Json.FACTORY.createGenerator(out)) {
            json.writeStartObject();
            if (!e.details().isEmpty()) {
                json.writeStringField("Details", e.details());
            }
            json.writeStringField("HttpError", e.httpStatus() == 503 ? "Service Unavailable" : reason(e.httpStatus()));
            json.writeNumberField("HttpStatus", e.httpStatus());
            json.writeStringField("Message", e.error().text());
            json.writeStringField("Method", method);
            json.writeStringField("OrthancError", e.error().text());
            json.writeNumberField("OrthancStatus", e.error().code());
            json.writeStringField("Uri", uri);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    static void send(HttpServletRequest request, HttpServletResponse response, Throwable thrown) throws IOException {
        if (response.isCommitted()) {
            // The status is already with the client: only a broken connection tells that the answer is not whole.
            if (!(thrown instanceof EOFException)) {
                LOG.info("{} {} broke off: {}", request.getMethod(), request.getRequestURI(), String.valueOf(thrown));
            }
            BrokenConnection.close(request);
            throw thrown instanceof IOException io ? io : new IOException(thrown);
        }
        IsengardException e = request.getAttribute(BODY_STATUS) instanceof Integer status
                ? new IsengardException(ErrorCode.BAD_REQUEST, status, bodyRefusal(status), thrown)
                : translate(thrown);
        if (e.error() == ErrorCode.INTERNAL_ERROR) {
            LOG.error("{} {}", request.getMethod(), request.getRequestURI(), thrown);
        } else {
            LOG.debug("{} {}: {} {}", request.getMethod(), request.getRequestURI(), e.error(), e.details());
        }
        send(request, response, e);
    }

    /** Sends an error; nothing may have been sent before. */
    public static void send(HttpServletRequest request, HttpServletResponse response, IsengardException e)
            throws IOException {
        response.resetBuffer();
        UnreadBody.settle(request, response);
        response.setStatus(e.httpStatus());
        if (e.httpStatus() == 503) {
            response.setHeader("Retry-After", "5");
        }
        response.setHeader("Content-Disposition", null);
        if (Boolean.FALSE.equals(request.getAttribute(RoutingFilter.DESCRIBE_ERRORS))) {
            response.setContentLength(0);
            return;
        }
        byte[] body = body(e, request.getMethod(), request.getRequestURI());
        // Orthanc labels the JSON of its errors so.
        response.setContentType("text/plain");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static String bodyRefusal(int status) {
        return status == 413
                ? "The body is larger than MaximumRequestBodySizeMB allows"
                : "The body comes slower than HttpMinimumBodyRate allows";
    }

    private static String reason(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 415 -> "Unsupported Media Type";
            default -> "Internal Server Error";
        };
    }
}
