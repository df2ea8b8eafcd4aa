package org.isengard.security.role;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.rest.kit.access.AccessPlugins;
import org.isengard.runtime.Json;

/**
 * The section {@code Authorization} of the configuration.
 *
 * @param enabled whether users have roles; without, every user may do everything
 * @param roles as the configuration has them
 * @param userRoles name of a user, or {@code *} for those that are not named -> names of roles
 * @param anonymousRoles roles of clients without a user
 * @param modalityRoles AE title, or {@code *} for those that are not named -> names of roles; empty: AE titles have no roles
 * @param rules rules that come before those of the server
 */
public record AuthorizationOptions(
        boolean enabled,
        Map<String, Role> roles,
        Map<String, Set<String>> userRoles,
        Set<String> anonymousRoles,
        Optional<Map<String, Set<String>>> modalityRoles,
        List<RouteRule> rules) {
    private static final String SECTION = "Authorization.";
    private static final String EVERYBODY = "*";

    public AuthorizationOptions {
        roles = Map.copyOf(roles);
        userRoles = Map.copyOf(userRoles);
        anonymousRoles = Set.copyOf(anonymousRoles);
        rules = List.copyOf(rules);
    }

    /**
     * Reads the section.
     *
     * @throws IsengardException INCOMPATIBLE_CONFIGURATIONS naming the option that cannot be used
     */
    public static AuthorizationOptions parse(String json) throws IOException {
        JsonNode section = json.isBlank() ? MissingNode.getInstance() : Json.MAPPER.readTree(json);
        for (AccessPlugins.Kind kind : AccessPlugins.Kind.values()) {
            try {
                Role.texts(section.path(kind.option()), kind.option());
            } catch (IsengardException e) {
                throw wrong(e.details());
            }
        }
        boolean enabled = !"false".equalsIgnoreCase(section.path("Enable").asText("true"));
        for (String name : List.of(
                "UserRoles",
                "ModalityRoles",
                "AnonymousRoles",
                "Permissions",
                "UncheckedResources",
                "UncheckedFolders")) {
            if (enabled && section.has(name) && !section.has("Roles")) {
                throw wrong(name + " needs Roles");
            }
        }
        if (!enabled || !section.has("Roles")) {
            return new AuthorizationOptions(false, Map.of(), Map.of(), Set.of(), Optional.empty(), List.of());
        }
        try {
            Map<String, Role> roles = section.has("Roles") ? Role.parse(section.get("Roles")) : Map.<String, Role>of();
            return new AuthorizationOptions(
                    true,
                    roles,
                    named(roles, section, "UserRoles"),
                    known(roles, section.path("AnonymousRoles"), "AnonymousRoles"),
                    section.has("ModalityRoles")
                            ? Optional.of(named(roles, section, "ModalityRoles"))
                            : Optional.empty(),
                    rules(section));
        } catch (IsengardException e) {
            throw wrong(e.details());
        }
    }

    private static Map<String, Set<String>> named(Map<String, Role> roles, JsonNode section, String option) {
        if (section.has(option) && !section.get(option).isObject()) {
            throw wrong(option + " must be an object: name -> list of roles");
        }
        Map<String, Set<String>> named = new HashMap<>();
        for (Map.Entry<String, JsonNode> user : section.path(option).properties()) {
            named.put(user.getKey(), known(roles, user.getValue(), option + " of \"" + user.getKey() + "\""));
        }
        return named;
    }

    private static Set<String> known(Map<String, Role> roles, JsonNode names, String what) {
        Set<String> known = names.isTextual() ? Set.of(names.textValue()) : Role.texts(names, what);
        for (String name : known) {
            if (!roles.containsKey(name)) {
                throw wrong("The " + what + " name an unknown role \"" + name + "\"");
            }
        }
        return known;
    }

    /** Rules as Orthanc's plugin has them, {@code ["get|post", "^/path$", "all|view"]}, and paths for everybody. */
    private static List<RouteRule> rules(JsonNode section) {
        List<RouteRule> rules = new ArrayList<>();
        Role.texts(section.path("UncheckedResources"), "UncheckedResources")
                .forEach(path -> rules.add(open(Pattern.quote(path))));
        Role.texts(section.path("UncheckedFolders"), "UncheckedFolders")
                .forEach(path -> rules.add(open(Pattern.quote(path.endsWith("/") ? path : path + "/") + ".*")));
        if (section.has("Permissions") && !section.get("Permissions").isArray()) {
            throw wrong("Permissions must be a list of rules");
        }
        for (JsonNode rule : section.path("Permissions")) {
            if (!rule.isArray() || rule.size() != 3 || !rule.get(0).isTextual()) {
                throw wrong(
                        "Each of the Permissions is a list of method, regular expression and permissions, not " + rule);
            }
            Set<String> permissions = RouteRules.permissions(rule.get(2).asText());
            for (String permission : permissions) {
                if (!Permissions.ALL_NAMES.contains(permission)) {
                    throw wrong("The rule " + rule + " has an unknown permission \"" + permission + "\"");
                }
            }
            Set<String> methods = RouteRules.permissions(rule.get(0).asText().toUpperCase(Locale.ROOT));
            if (!Set.of("GET", "POST", "PUT", "DELETE").containsAll(methods) || methods.isEmpty()) {
                throw wrong("The methods of the rule " + rule + " must be of get, post, put, delete");
            }
            try {
                // As in the plugin, the expression may be found anywhere in the path.
                Pattern path = Pattern.compile("(?s).*(?:" + rule.get(1).asText() + ").*");
                rules.add(new RouteRule(methods, path, permissions, false));
            } catch (PatternSyntaxException e) {
                throw wrong("The rule " + rule + " has no regular expression: " + e.getDescription());
            }
        }
        return rules;
    }

    private static RouteRule open(String path) {
        return new RouteRule(Set.of("GET"), Pattern.compile(path), Set.of(), true);
    }

    /** {@return the names of the roles of a user, by the configuration} */
    public Set<String> rolesOf(String user) {
        return userRoles.getOrDefault(user, userRoles.getOrDefault(EVERYBODY, Set.of()));
    }

    /** {@return the names of the roles of an AE title; empty when AE titles have no roles} */
    public Optional<Set<String>> rolesOfModality(String aet) {
        return modalityRoles.map(named -> named.getOrDefault(aet, named.getOrDefault(EVERYBODY, Set.of())));
    }

    private static IsengardException wrong(String message) {
        return new IsengardException(
                ErrorCode.INCOMPATIBLE_CONFIGURATIONS,
                message.startsWith("\"" + SECTION) ? message : "\"Authorization\": " + message);
    }
}
