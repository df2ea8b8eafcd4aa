package org.isengard.dicomweb.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/**
 * Another DICOMweb server, of the option {@code DicomWeb.Servers}.
 *
 * @param url of its service, with a slash at the end
 * @param username "" for none
 * @param headers sent with each request, such as Authorization
 * @param certificateFile our certificate towards it, "" for none
 * @param timeout in seconds, 0: as configured for all
 * @param own further fields: HasDelete, HasWadoRsUniversalTransferSyntax and those of the user
 */
record WebServer(
        String name,
        String url,
        String username,
        String password,
        Map<String, String> headers,
        String certificateFile,
        boolean pkcs11,
        int timeout,
        Map<String, JsonNode> own) {
    private static final String HEADERS = "HttpHeaders";
    private static final String CERTIFICATE = "CertificateFile";
    private static final String KEY = "CertificateKeyFile";
    private static final String KEY_PASSWORD = "CertificateKeyPassword";
    private static final String PASSWORD = "Password";
    private static final Set<String> FIELDS =
            Set.of("Url", "Username", PASSWORD, HEADERS, CERTIFICATE, KEY, KEY_PASSWORD, "Pkcs11", "Timeout");

    WebServer {
        headers = Collections.unmodifiableMap(new TreeMap<>(headers));
        own = Collections.unmodifiableMap(new TreeMap<>(own));
    }

    /**
     * Reads a server: an array {@code [URL]} or {@code [URL, user name, password]}, or an object.
     *
     * @throws IsengardException BAD_FILE_FORMAT
     */
    static WebServer parse(String name, JsonNode node) {
        if (node.isArray()) {
            if (node.size() != 1 && node.size() != 3) {
                throw bad("needs an URL, or an URL, a user name and a password");
            }
            return new WebServer(
                    name,
                    url(text(node.path(0), "Url")),
                    text(node.path(1), "user name"),
                    text(node.path(2), "password"),
                    Map.of(),
                    "",
                    false,
                    0,
                    Map.of());
        }
        if (!node.isObject()) {
            throw bad("must be an array or an object");
        }
        Map<String, JsonNode> own = new TreeMap<>();
        Map<String, String> headers = new TreeMap<>();
        node.properties().forEach(field -> {
            if (!FIELDS.contains(field.getKey())) {
                own.put(field.getKey(), field.getValue());
            }
        });
        if (!node.path(HEADERS).isMissingNode() && !node.path(HEADERS).isObject()) {
            throw bad("has \"HttpHeaders\" that are no object");
        }
        node.path(HEADERS).properties().forEach(field -> headers.put(field.getKey(), text(field.getValue(), HEADERS)));
        JsonNode timeout = node.path("Timeout");
        if (!timeout.isMissingNode() && (!timeout.isInt() || timeout.intValue() < 0)) {
            throw bad("has a \"Timeout\" that is no number of seconds");
        }
        return new WebServer(
                name,
                url(text(node.path("Url"), "Url")),
                text(node.path("Username"), "Username"),
                text(node.path(PASSWORD), PASSWORD),
                headers,
                text(node.path(CERTIFICATE), CERTIFICATE),
                node.path("Pkcs11").asBoolean(),
                timeout.asInt(),
                own);
    }

    private static String url(String text) {
        try {
            URI uri = URI.create(text);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null) {
                return text.endsWith("/") ? text : text + "/";
            }
        } catch (IllegalArgumentException e) {
            throw bad("has the URL \"" + text + "\": " + e.getMessage());
        }
        throw bad("needs an \"Url\" that starts with http:// or https://, not \"" + text + "\"");
    }

    private static String text(JsonNode node, String field) {
        if (!node.isMissingNode() && !node.isTextual()) {
            throw bad("has a \"" + field + "\" that is no text");
        }
        return node.asText();
    }

    private static IsengardException bad(String why) {
        return new IsengardException(ErrorCode.BAD_FILE_FORMAT, "A DICOMweb server " + why);
    }

    /** {@return a field that is true or false, in JSON or as text} */
    boolean flag(String field, boolean otherwise) {
        JsonNode value = own.get(field);
        if (value == null) {
            return otherwise;
        }
        return value.isBoolean()
                ? value.booleanValue()
                : value.asText().equals("1") || value.asText().equalsIgnoreCase("true");
    }

    boolean hasDelete() {
        return flag("HasDelete", false);
    }

    /** {@return what {@link #parse} reads} */
    ObjectNode toJson() {
        ObjectNode json = common();
        if (!username.isEmpty() || !password.isEmpty()) {
            json.put(PASSWORD, password);
        }
        ObjectNode named = json.putObject(HEADERS);
        headers.forEach(named::put);
        own.forEach(json::set);
        return json;
    }

    /** {@return what clients may see: without secrets, of headers only their names, further fields as text} */
    ObjectNode toPublicJson() {
        ObjectNode json = common();
        if (!username.isEmpty() || !password.isEmpty()) {
            json.putNull(PASSWORD);
        }
        ArrayNode names = json.putArray(HEADERS);
        headers.keySet().forEach(names::add);
        own.forEach((field, value) -> {
            if (value.isBoolean()) {
                json.put(field, value.booleanValue() ? "1" : "0");
            } else if (value.isValueNode()) {
                json.put(field, value.asText());
            } else {
                json.set(field, value);
            }
        });
        return json;
    }

    private ObjectNode common() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("Url", url)
                .put("Pkcs11", pkcs11)
                .put("Timeout", timeout);
        if (!username.isEmpty() || !password.isEmpty()) {
            json.put("Username", username);
        }
        if (!certificateFile.isEmpty()) {
            json.put(CERTIFICATE, certificateFile);
        }
        return json;
    }

    /** Without the secrets, since it may be logged. */
    @Override
    public String toString() {
        return "WebServer[" + name + ", " + url + "]";
    }
}
