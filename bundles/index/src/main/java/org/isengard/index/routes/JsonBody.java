package org.isengard.index.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;

/** Bodies of searches and bulk operations, where Orthanc calls what is no JSON a bad request. */
public final class JsonBody {
    private JsonBody() {}

    /** @throws IsengardException BAD_REQUEST when the body is not JSON */
    public static JsonNode read(Request request) throws IOException {
        try {
            return request.json();
        } catch (JsonProcessingException e) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "The body is not JSON", e);
        } catch (IsengardException e) {
            throw e.error() == ErrorCode.BAD_FILE_FORMAT
                    ? new IsengardException(ErrorCode.BAD_REQUEST, e.details(), e)
                    : e;
        }
    }

    /** @throws IsengardException BAD_REQUEST when the body is not a JSON object */
    public static JsonNode object(Request request) throws IOException {
        JsonNode body = read(request);
        if (!body.isObject()) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "The body must be a JSON object");
        }
        return body;
    }
}
