package org.isengard.security;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.util.TreeSet;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.api.security.Identity;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.isengard.runtime.Json;
import org.isengard.security.role.Permissions;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /auth/user/profile} and {@code /auth/settings/...}, as Orthanc Explorer 2 asks for them. */
@Component(service = Filter.class)
@Feature(isengard_feature = "security")
public final class AuthRoutes extends RoutingFilter {
    /** Seconds for which a page may keep the profile. */
    private static final int VALIDITY = 60;

    private final SecurityControl control;

    @Activate
    public AuthRoutes(@Reference SecurityControl control) {
        super(new Routes());
        this.control = control;
        routes().get("/auth/user/profile", this::profile);
        routes().get("/auth/settings/roles", (request, response) -> response.json(roles()));
        routes().put("/auth/settings/roles", this::replaceRoles);
        routes().get("/auth/settings/permissions", this::permissions);
    }

    private void profile(Request request, Response response) throws IOException {
        Identity identity = Identity.current();
        ObjectNode profile = Json.MAPPER.createObjectNode();
        profile.put("name", identity.username());
        profile.put("user-id", identity.username());
        profile.putArray("groups");
        new TreeSet<>(identity.permissions()).forEach(profile.putArray("permissions")::add);
        var labels = profile.putArray("authorized-labels");
        if (identity.visibility().everything()) {
            labels.add("*");
        } else {
            new TreeSet<>(identity.visibility().labels()).forEach(labels::add);
        }
        profile.put("validity", VALIDITY);
        // Our own fields: the explorer leaves out what the configuration switches off.
        profile.put("roles-enabled", control.hasRoles());
        profile.put("audit-logs-enabled", control.hasAudit());
        response.json(profile);
    }

    private ObjectNode roles() {
        control.requireRoles();
        return control.roles().document();
    }

    private void replaceRoles(Request request, Response response) throws IOException {
        control.requireRoles();
        control.roles().replace(request.json());
        response.json(control.roles().document());
    }

    private void permissions(Request request, Response response) throws IOException {
        response.json(json -> {
            json.writeStartArray();
            for (String name : Permissions.ALL_NAMES) {
                json.writeString(name);
            }
            json.writeEndArray();
        });
    }
}
