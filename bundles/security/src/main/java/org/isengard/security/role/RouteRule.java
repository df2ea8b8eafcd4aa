package org.isengard.security.role;

import java.util.Set;
import java.util.regex.Pattern;
import org.isengard.api.security.Identity;

/**
 * The permissions of which a user needs one for certain routes.
 *
 * @param methods in upper case; empty for every method
 * @param path matches the whole path
 * @param permissions empty: everybody whom the server knows
 * @param everybody whether even a client without a user may call the route
 */
public record RouteRule(Set<String> methods, Pattern path, Set<String> permissions, boolean everybody) {
    public RouteRule {
        methods = Set.copyOf(methods);
        permissions = Set.copyOf(permissions);
    }

    boolean covers(String method, String requested) {
        return (methods.isEmpty() || methods.contains(method))
                && path.matcher(requested).matches();
    }

    /** {@return whether a user may call the route} */
    public boolean allows(Identity identity) {
        return permissions.isEmpty()
                || identity.may(Identity.ALL)
                || permissions.stream().anyMatch(identity.permissions()::contains);
    }
}
