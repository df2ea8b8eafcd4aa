package org.isengard.dicomweb.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;

/** The fields that the bodies of requests to servers have in common. */
final class ClientRequest {
    /** They are not written to the files of jobs. */
    private static final Set<String> SECRET = Set.of("authorization", "cookie", "proxy-authorization");

    private ClientRequest() {}

    /** @throws IsengardException BAD_FILE_FORMAT when the body is no JSON object */
    static JsonNode body(Request request) throws IOException {
        JsonNode body = request.json();
        if (!body.isObject()) {
            throw bad("A JSON object is expected");
        }
        return body;
    }

    /** {@return the path {@code Uri}, whose arguments stand in a field of their own} */
    static String uri(JsonNode body) {
        String uri = text(body, "Uri");
        if (uri.isEmpty()) {
            throw bad("The field \"Uri\" is missing");
        }
        if (uri.indexOf('?') >= 0 || uri.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw bad("The field \"Uri\" must be a path; the arguments of the query stand in \"Arguments\"");
        }
        return uri;
    }

    static String text(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (!value.isMissingNode() && !value.isTextual()) {
            throw bad("The field \"" + field + "\" must be a text");
        }
        return value.asText();
    }

    /** {@return a field with texts by name, such as {@code Arguments} or {@code HttpHeaders}} */
    static Map<String, String> texts(JsonNode body, String field) {
        Map<String, String> texts = new LinkedHashMap<>();
        JsonNode value = body.path(field);
        if (!value.isMissingNode() && !value.isObject()) {
            throw bad("The field \"" + field + "\" must be an object");
        }
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            if (!entry.getValue().isValueNode()) {
                throw bad("The values in \"" + field + "\" must be texts");
            }
            texts.put(entry.getKey(), entry.getValue().asText());
        }
        return texts;
    }

    /** {@return headers as JSON for the file of a job, without those that are secret} */
    static ObjectNode withoutSecrets(Map<String, String> headers) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        headers.forEach((name, value) -> {
            if (!SECRET.contains(name.toLowerCase(Locale.ROOT))) {
                json.put(name, value);
            }
        });
        return json;
    }

    static IsengardException bad(String why) {
        return new IsengardException(ErrorCode.BAD_FILE_FORMAT, why);
    }
}
