package org.isengard.networking.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/**
 * Another Orthanc, of the option {@code OrthancPeers}.
 *
 * @param url of the root of its REST API, with a slash at the end
 * @param username "" for none
 * @param headers sent with each request
 * @param certificateFile our certificate towards it, "" for none
 * @param keyFile its private key where that is in a file of its own
 * @param timeout in seconds, 0: as configured for all
 * @param own fields of the user that mean nothing to us
 */
record Peer(
        String name,
        String url,
        String username,
        String password,
        Map<String, String> headers,
        String certificateFile,
        String keyFile,
        String keyPassword,
        boolean pkcs11,
        int timeout,
        Map<String, JsonNode> own) {
    private static final String HEADERS = "HttpHeaders";
    private static final String CERTIFICATE = "CertificateFile";
    private static final String KEY = "CertificateKeyFile";
    private static final String KEY_PASSWORD = "CertificateKeyPassword";
    private static final Set<String> FIELDS =
            Set.of("Url", "URL", "Username", "Password", HEADERS, CERTIFICATE, KEY, KEY_PASSWORD, "Pkcs11", "Timeout");

    Peer {
        headers = Map.copyOf(headers);
        own = Map.copyOf(own);
    }

    /**
     * Reads a peer: an array {@code [URL]} or {@code [URL, user name, password]}, or an object.
     *
     * @throws IsengardException BAD_FILE_FORMAT
     */
    static Peer parse(String name, JsonNode node) {
        if (node.isArray()) {
            if (node.size() != 1 && node.size() != 3) {
                throw bad("needs an URL, or an URL, a user name and a password");
            }
            return new Peer(
                    name,
                    url(node.path(0)),
                    text(node.path(1), "user name"),
                    text(node.path(2), "password"),
                    Map.of(),
                    "",
                    "",
                    "",
                    false,
                    0,
                    Map.of());
        }
        if (!node.isObject()) {
            throw bad("must be an array or an object");
        }
        Map<String, JsonNode> own = new TreeMap<>();
        node.properties().forEach(field -> {
            if (!FIELDS.contains(field.getKey())) {
                own.put(field.getKey(), field.getValue());
            }
        });
        JsonNode pkcs11 = node.path("Pkcs11");
        JsonNode timeout = node.path("Timeout");
        if (!pkcs11.isMissingNode() && !pkcs11.isBoolean()) {
            throw bad("has a \"Pkcs11\" that is not true or false");
        }
        if (!timeout.isMissingNode() && (!timeout.isInt() || timeout.intValue() < 0)) {
            throw bad("has a \"Timeout\" that is no number of seconds");
        }
        return new Peer(
                name,
                url(node.has("Url") ? node.path("Url") : node.path("URL")),
                text(node.path("Username"), "Username"),
                text(node.path("Password"), "Password"),
                headers(node.path(HEADERS)),
                text(node.path(CERTIFICATE), CERTIFICATE),
                text(node.path(KEY), KEY),
                text(node.path(KEY_PASSWORD), KEY_PASSWORD),
                pkcs11.asBoolean(),
                timeout.asInt(),
                own);
    }

    private static Map<String, String> headers(JsonNode node) {
        if (!node.isMissingNode() && !node.isObject()) {
            throw bad("has \"HttpHeaders\" that are no object");
        }
        Map<String, String> headers = new TreeMap<>();
        node.properties().forEach(field -> headers.put(field.getKey(), text(field.getValue(), HEADERS)));
        return headers;
    }

    private static String url(JsonNode node) {
        String text = text(node, "Url");
        try {
            URI uri = URI.create(text);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null) {
                return text.endsWith("/") ? text : text + "/";
            }
        } catch (IllegalArgumentException e) {
            throw bad("has the URL \"" + text + "\": " + e.getMessage());
        }
        throw bad("needs an URL that starts with http:// or https://, not \"" + text + "\"");
    }

    private static String text(JsonNode node, String field) {
        if (!node.isMissingNode() && !node.isTextual()) {
            throw bad("has a \"" + field + "\" that is no text");
        }
        return node.asText();
    }

    private static IsengardException bad(String why) {
        return new IsengardException(ErrorCode.BAD_FILE_FORMAT, "A peer " + why);
    }

    URI resolve(String path) {
        return URI.create(url + path);
    }

    /** {@return where it is, but not what it is told so that it believes who we are} */
    Peer withoutSecrets() {
        return new Peer(name, url, username, "", Map.of(), certificateFile, keyFile, "", pkcs11, timeout, Map.of());
    }

    /** {@return what {@link #parse} reads} */
    ObjectNode toJson() {
        ObjectNode json = common();
        if (!username.isEmpty() || !password.isEmpty()) {
            json.put("Password", password);
        }
        if (!keyPassword.isEmpty()) {
            json.put(KEY_PASSWORD, keyPassword);
        }
        ObjectNode named = json.putObject(HEADERS);
        new TreeMap<>(headers).forEach(named::put);
        return json;
    }

    /** {@return what clients may see: without secrets, of headers only their names} */
    ObjectNode toPublicJson() {
        ObjectNode json = common();
        if (!username.isEmpty() || !password.isEmpty()) {
            json.putNull("Password");
        }
        if (!keyPassword.isEmpty()) {
            json.putNull(KEY_PASSWORD);
        }
        ArrayNode names = json.putArray(HEADERS);
        new TreeMap<>(headers).keySet().forEach(names::add);
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
        if (!keyFile.isEmpty()) {
            json.put(KEY, keyFile);
        }
        own.forEach(json::set);
        return json;
    }

    /** Without the secrets, since it may be logged. */
    @Override
    public String toString() {
        return "Peer[" + name + ", " + url + "]";
    }
}
