package org.isengard.index.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.runtime.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The section {@code PostgreSQL} of the configuration, with the names and defaults of Orthanc's plugin.
 *
 * @param url of the JDBC driver
 * @param place what an operator knows the database by; without password
 * @param schema null for that of the connection
 * @param connections of this server, at least 2
 * @param exclusive whether no other server may use the database (Lock)
 */
public record PostgresOptions(
        String url,
        String place,
        String username,
        String password,
        String schema,
        int connections,
        boolean exclusive,
        Database.Patience patience) {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresOptions.class);

    /** Fields of Orthanc's plugin that have no effect here. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "EnableVerboseLogs",
            "HousekeepingInterval",
            "PrepareIndex",
            "StorageConnectionsCount",
            "TransactionMode",
            "UseDynamicConnectionPool",
            "AllowInconsistentChildCounts",
            "TracesIntervalInSeconds");

    /** Parameters of libpq's URIs, by the names the driver has for them. */
    private static final Map<String, String> URI_PARAMETERS = Map.of(
            "sslmode", "sslmode",
            "sslrootcert", "sslrootcert",
            "sslcert", "sslcert",
            "sslkey", "sslkey",
            "connect_timeout", "connectTimeout",
            "application_name", "ApplicationName",
            "options", "options");

    private static final int MAX_CONNECTIONS = 1000;
    private static final int CONNECT_SECONDS = 10;

    /** {@return the options, empty when the index is not to be on PostgreSQL} */
    public static Optional<PostgresOptions> read(String json) {
        Fields fields;
        try {
            fields = new Fields(Json.MAPPER.readTree(json.isBlank() ? "{}" : json));
        } catch (JsonProcessingException e) {
            throw wrong("is not a JSON object");
        }
        if (fields.flag("EnableStorage", false)) {
            throw wrong(".EnableStorage: files are not stored in PostgreSQL, only the index is");
        }
        if (!fields.flag("EnableIndex", false)) {
            return Optional.empty();
        }
        String application = fields.text("ApplicationName", "isengard");
        boolean ssl = fields.flag("EnableSsl", false);
        String username = fields.text("Username", "orthanc");
        String password = fields.text("Password", "orthanc");
        String schema = fields.text("Schema", "");
        String host = fields.text("Host", "localhost");
        int port = fields.number("Port", 5432, 1, 65_535);
        String database = fields.text("Database", "orthanc");
        String uri = fields.text("ConnectionUri", "");
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("ApplicationName", application);
        parameters.put("connectTimeout", Integer.toString(CONNECT_SECONDS));
        parameters.put("tcpKeepAlive", "true");
        if (!schema.isEmpty()) {
            parameters.put("currentSchema", schema);
        }
        String place;
        if (uri.isEmpty()) {
            parameters.put("sslmode", ssl ? "require" : "disable");
            place = (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/" + encode(database);
        } else {
            Parsed parsed = parse(uri);
            parameters.putAll(parsed.parameters);
            place = parsed.place;
            username = parsed.username == null ? username : parsed.username;
            password = parsed.password == null ? password : parsed.password;
        }
        StringBuilder url = new StringBuilder("jdbc:postgresql://").append(place);
        char separator = '?';
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            url.append(separator).append(parameter.getKey()).append('=').append(encode(parameter.getValue()));
            separator = '&';
        }
        Database.Patience patience = new Database.Patience(
                fields.number("MaximumConnectionRetries", 10, 0, 1_000_000),
                fields.number("ConnectionRetryInterval", 5, 0, 3600));
        int connections = Math.max(2, fields.number("IndexConnectionsCount", 50, 1, MAX_CONNECTIONS));
        boolean lock = fields.flag("Lock", true);
        fields.warn();
        return Optional.of(new PostgresOptions(
                url.toString(),
                place,
                username,
                password,
                schema.isEmpty() ? null : schema,
                connections,
                lock,
                patience));
    }

    /** {@code postgresql://user:password@host:port,host:port/database?parameter=value}, as libpq has it. */
    private static Parsed parse(String uri) {
        String rest = uri.startsWith("jdbc:") ? uri.substring("jdbc:".length()) : uri;
        int scheme = rest.indexOf("://");
        if (scheme < 0 || !Set.of("postgresql", "postgres").contains(rest.substring(0, scheme))) {
            throw wrong(".ConnectionUri must begin with postgresql://");
        }
        rest = rest.substring(scheme + 3);
        int question = rest.indexOf('?');
        Map<String, String> parameters = new LinkedHashMap<>();
        if (question >= 0) {
            for (String parameter : rest.substring(question + 1).split("&")) {
                int equals = parameter.indexOf('=');
                String name = equals < 0 ? parameter : parameter.substring(0, equals);
                String known = URI_PARAMETERS.get(name);
                if (known == null || equals < 0) {
                    throw wrong(".ConnectionUri: the parameter \"" + name + "\" is not supported");
                }
                parameters.put(known, decode(parameter.substring(equals + 1)));
            }
            rest = rest.substring(0, question);
        }
        String username = null;
        String password = null;
        int at = rest.lastIndexOf('@');
        if (at >= 0) {
            String[] user = rest.substring(0, at).split(":", 2);
            username = decode(user[0]);
            password = user.length > 1 ? decode(user[1]) : null;
            rest = rest.substring(at + 1);
        }
        int slash = rest.indexOf('/');
        String hosts = slash < 0 ? rest : rest.substring(0, slash);
        String database = slash < 0 ? "" : rest.substring(slash + 1);
        if (database.isEmpty()) {
            database = username == null ? "orthanc" : username;
        }
        String place = (hosts.isEmpty() ? "localhost" : hosts) + "/" + encode(decode(database));
        return new Parsed(place, username, password, parameters);
    }

    private record Parsed(String place, String username, String password, Map<String, String> parameters) {}

    /** {@code +} is a plus in a URI, and the driver reads it as one only when it is written so. */
    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw wrong(".ConnectionUri: bad percent sign");
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static IsengardException wrong(String what) {
        return new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, "Option \"PostgreSQL\"" + what);
    }

    /** Reads fields by their kinds and notes which were asked for. */
    private static final class Fields {
        private final JsonNode section;
        private final Map<String, JsonNode> left = new LinkedHashMap<>();

        Fields(JsonNode section) {
            if (!section.isObject()) {
                throw wrong(" must be an object");
            }
            this.section = section;
            section.properties().forEach(field -> left.put(field.getKey(), field.getValue()));
        }

        private JsonNode take(String name, JsonNode otherwise) {
            left.remove(name);
            JsonNode value = section.get(name);
            return value == null || value.isNull() ? otherwise : value;
        }

        boolean flag(String name, boolean otherwise) {
            JsonNode value = take(name, BooleanNode.valueOf(otherwise));
            if (!value.isBoolean()) {
                throw wrong("." + name + " must be true or false, not " + value);
            }
            return value.booleanValue();
        }

        String text(String name, String otherwise) {
            JsonNode value = take(name, TextNode.valueOf(otherwise));
            // An environment variable of digits only comes as a number.
            if (!value.isTextual() && !value.isIntegralNumber()) {
                throw wrong("." + name + " must be a text");
            }
            return value.asText();
        }

        int number(String name, int otherwise, int least, int most) {
            JsonNode value = take(name, IntNode.valueOf(otherwise));
            if (!value.canConvertToInt() || value.intValue() < least || value.intValue() > most) {
                throw wrong("." + name + " must be a whole number from " + least + " to " + most + ", not " + value);
            }
            return value.intValue();
        }

        void warn() {
            for (String name : left.keySet()) {
                if (WITHOUT_EFFECT.contains(name)) {
                    LOG.debug("PostgreSQL.{} has no effect here", name);
                } else if (!name.startsWith("_") && !name.startsWith("//")) {
                    LOG.warn("The option \"PostgreSQL.{}\" is not known and has no effect", name);
                }
            }
        }
    }
}
