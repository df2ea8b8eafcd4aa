package org.isengard.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Index;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.security.Identity;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;
import org.isengard.security.token.ApiKeys;
import org.isengard.security.token.Share;
import org.isengard.security.token.Shares;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /auth/tokens}: links for others, as Orthanc Explorer 2 makes them; {@code /auth/api-keys}: keys of programs. */
@Component(service = Filter.class)
@Feature(isengard_feature = "security")
public final class TokenRoutes extends RoutingFilter {
    private static final Logger LOG = LoggerFactory.getLogger(TokenRoutes.class);
    private static final Duration INSTANT = Duration.ofHours(1);
    private static final Duration PUBLICATION = Duration.ofDays(30);
    private static final Duration LONGEST = Duration.ofDays(3_660);
    private static final int MOST_RESOURCES = 100;
    private static final String VIEW = "view";
    private static final String DOWNLOAD = "download";

    private final SecurityControl control;

    @Activate
    public TokenRoutes(@Reference SecurityControl control) {
        super(new Routes());
        this.control = control;
        routes().get("/auth/tokens", this::list);
        routes().put("/auth/tokens/{type}", this::share);
        routes().post("/auth/tokens/decode", this::decode);
        routes().delete("/auth/tokens/{id}", this::revoke);
        routes().get("/auth/api-keys", this::keys);
        routes().post("/auth/api-keys", this::makeKey);
        routes().delete("/auth/api-keys/{id}", this::deleteKey);
    }

    /** Makes a link: {@code {"ID": ..., "Resources": [{"OrthancId", "DicomUid", "Level"}], "ExpirationDate": ...}}. */
    private void share(Request request, Response response) throws IOException {
        Shares shares = control.shares();
        String type = request.path("type");
        JsonNode body = request.json();
        Set<String> permissions = new TreeSet<>();
        permissions.add(VIEW);
        if (type.startsWith(DOWNLOAD) || type.startsWith("resource")) {
            permissions.add(DOWNLOAD);
        }
        if (body.has("Permissions")) {
            permissions = new TreeSet<>(texts(body.get("Permissions"), "Permissions"));
            if (!Set.of(VIEW, DOWNLOAD).containsAll(permissions) || permissions.isEmpty()) {
                throw bad("The permissions of a link are view and download");
            }
        }
        for (String permission : permissions) {
            if (!Identity.current().may(permission)) {
                throw new IsengardException(
                        ErrorCode.FORBIDDEN, "The user cannot give away the permission " + permission);
            }
        }
        Share share = new Share(
                UUID.randomUUID().toString(),
                type,
                body.path("ID").asText(),
                Identity.current().username(),
                studies(body.path("Resources")),
                permissions,
                expiry(body, type.contains("instant") ? INSTANT : PUBLICATION));
        String token = shares.make(share);
        LOG.info("The user {} made the link {} ({}) to {}", share.user(), share.id(), type, share.studies());
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.set("Request", body);
        answer.put("Token", token);
        answer.put("ID", share.id());
        if (type.startsWith(DOWNLOAD)) {
            String study = share.studies().iterator().next();
            answer.put("Url", "/studies/" + study + "/archive?token=" + token);
        } else {
            answer.putNull("Url");
        }
        response.json(answer);
    }

    /** The studies of a request, each of which its user has to see. */
    private Set<String> studies(JsonNode resources) throws IOException {
        if (!resources.isArray() || resources.isEmpty() || resources.size() > MOST_RESOURCES) {
            throw bad("\"Resources\" must be a list of 1 to " + MOST_RESOURCES + " resources");
        }
        Set<String> studies = new LinkedHashSet<>();
        for (JsonNode resource : resources) {
            String level = resource.path("Level").asText("study");
            if (!level.equalsIgnoreCase("study") && !level.equalsIgnoreCase("patient")) {
                throw bad("A link is to studies or patients, not to the level \"" + level + "\"");
            }
            ResourceLevel of = level.equalsIgnoreCase("study") ? ResourceLevel.STUDY : ResourceLevel.PATIENT;
            studies.addAll(control.index().use(index -> found(index, of, resource)));
        }
        return studies;
    }

    private static List<String> found(Index index, ResourceLevel level, JsonNode resource) {
        String id = resource.path("OrthancId").asText();
        String uid = resource.path("DicomUid").asText();
        if (id.isEmpty() && !uid.isEmpty()) {
            id = index.lookup(uid).stream()
                    .filter(ref -> ref.level() == level)
                    .map(Index.Ref::id)
                    .findFirst()
                    .orElse("");
        }
        if (id.isEmpty() || !index.exists(level, id)) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No such resource: " + resource);
        }
        return level == ResourceLevel.STUDY
                ? List.of(id)
                : index.findIds(FindRequest.all(ResourceLevel.STUDY, Set.of()).within(level, id));
    }

    /** {@return the end: {@code ExpirationDate} (ISO 8601), or {@code ValidityDuration} in seconds, or a usual time} */
    private static Instant expiry(JsonNode body, Duration usual) {
        Instant now = Instant.now();
        Instant end = now.plus(usual);
        JsonNode date = body.path("ExpirationDate");
        JsonNode seconds = body.path("ValidityDuration");
        if (date.isTextual() && !date.asText().isEmpty()) {
            try {
                end = Instant.parse(date.asText());
            } catch (DateTimeParseException e) {
                throw bad("\"ExpirationDate\" must be like 2030-12-31T11:00:00Z");
            }
        } else if (seconds.isIntegralNumber() && seconds.canConvertToInt()) {
            end = now.plusSeconds(seconds.asInt());
        } else if (!date.isMissingNode() && !date.isNull() && !date.asText().isEmpty()
                || !seconds.isMissingNode() && !seconds.isNull()) {
            throw bad("\"ExpirationDate\" must be a text, \"ValidityDuration\" a number of seconds");
        }
        if (!end.isAfter(now) || end.isAfter(now.plus(LONGEST))) {
            throw bad("The end must be in the future and within ten years");
        }
        return end;
    }

    /** Tells a page what a token is for: {@code {"TokenKey": "token", "TokenValue": ...}}. */
    private void decode(Request request, Response response) throws IOException {
        Shares.Read read =
                control.shares().read(request.json().path("TokenValue").asText());
        ObjectNode answer = Json.MAPPER.createObjectNode();
        if (read.share().isPresent()) {
            Share share = read.share().get();
            answer.put("TokenType", share.type());
            answer.put("ExpirationDate", share.expires().toString());
            ArrayNode resources = answer.putArray("Resources");
            share.studies()
                    .forEach(
                            study -> resources.addObject().put("Level", "study").put("OrthancId", study));
        } else {
            answer.put("ErrorCode", read.error().equals("expired") ? "expired" : "invalid");
        }
        response.json(answer);
    }

    private void list(Request request, Response response) throws IOException {
        ArrayNode all = Json.MAPPER.createArrayNode();
        for (Share share : control.shares().list()) {
            ObjectNode one = all.addObject();
            one.put("ID", share.id())
                    .put("Type", share.type())
                    .put("Name", share.name())
                    .put("User", share.user());
            new TreeSet<>(share.studies()).forEach(one.putArray("Studies")::add);
            new TreeSet<>(share.permissions()).forEach(one.putArray("Permissions")::add);
            one.put("ExpirationDate", share.expires().toString());
        }
        response.json(all);
    }

    private void revoke(Request request, Response response) throws IOException {
        if (!control.shares().revoke(request.path("id"))) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No such link: " + request.path("id"));
        }
        LOG.info("The user {} revoked the link {}", Identity.current().username(), request.path("id"));
    }

    private void keys(Request request, Response response) throws IOException {
        ArrayNode all = Json.MAPPER.createArrayNode();
        control.apiKeys().list().forEach(key -> all.add(key.shown()));
        response.json(all);
    }

    /** Makes a key: {@code {"User": name, "Roles": [...], "ExpirationDate": ...}}. */
    private void makeKey(Request request, Response response) throws IOException {
        ApiKeys keys = control.apiKeys();
        JsonNode body = request.json();
        String user = body.path("User").asText();
        Set<String> roles = texts(body.path("Roles"), "Roles");
        if (user.isEmpty() || user.length() > 200 || roles.isEmpty()) {
            throw bad("A key needs \"User\", a name, and \"Roles\", a list");
        }
        JsonNode known = control.roles().document().path("roles");
        for (String role : roles) {
            if (!known.has(role)) {
                throw bad("There is no role \"" + role + "\"");
            }
        }
        Map.Entry<String, String> made = keys.make(user, roles, expiry(body, Duration.ofDays(365)));
        LOG.info("The user {} made the API key {} of {}", Identity.current().username(), made.getKey(), user);
        response.json(Json.MAPPER.createObjectNode().put("ID", made.getKey()).put("Key", made.getValue()));
    }

    private void deleteKey(Request request, Response response) throws IOException {
        if (!control.apiKeys().delete(request.path("id"))) {
            throw new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "No such key: " + request.path("id"));
        }
        LOG.info("The user {} deleted the API key {}", Identity.current().username(), request.path("id"));
    }

    private static Set<String> texts(JsonNode list, String name) {
        if (!list.isArray() || list.size() > MOST_RESOURCES) {
            throw bad("\"" + name + "\" must be a list of at most " + MOST_RESOURCES + " texts");
        }
        Set<String> texts = new LinkedHashSet<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private static IsengardException bad(String message) {
        return new IsengardException(ErrorCode.BAD_REQUEST, message);
    }
}
