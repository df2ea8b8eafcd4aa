package org.isengard.security.role;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.isengard.api.IsengardException;
import org.isengard.api.security.Identity;
import org.isengard.api.security.Visibility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteRulesTest {
    private final RouteRules rules = new RouteRules(List.of());

    @ParameterizedTest
    @CsvSource({
        "GET, /studies, view",
        "HEAD, /studies, view",
        "GET, /instances/a/preview, view",
        "GET, /instances/a/file, download",
        "GET, /studies/a/archive, download",
        "POST, /studies/a/archive, download",
        "GET, /instances/a/attachments/dicom/data, download",
        "DELETE, /studies/a, delete",
        "POST, /tools/bulk-delete, delete",
        "DELETE, /dicom-web/studies/1.2, delete",
        "POST, /studies/a/anonymize, anonymize",
        "POST, /studies/a/modify, modify",
        "PUT, /studies/a/metadata/1024, modify",
        "DELETE, /studies/a/attachments/1024, modify",
        "PUT, /studies/a/labels/x, edit-labels",
        "POST, /instances, upload",
        "POST, /dicom-web/studies, upload",
        "POST, /modalities/pacs/store, send",
        "POST, /modalities/pacs/query, q-r-remote-modalities",
        "PUT, /modalities/pacs, settings",
        "POST, /tools/find, view",
        "POST, /tools/execute-script, all",
        "POST, /tools/reset, all",
        "DELETE, /changes, all",
        "GET, /a-plugin/of/somebody, all",
        "PUT, /tools/log-level, settings",
        "GET, /administration/options, settings",
        "PUT, /administration/options, all",
        "GET, /dicom-web/studies/1.2/metadata, view",
        "GET, /dicom-web/studies/1.2/series/1.3/instances/1.4/frames/1, view",
        "GET, /dicom-web/studies/1.2/series/1.3/instances/1.4, download",
        "GET, /auth/audit-logs, audit-logs",
        "PUT, /auth/settings/roles, admin-permissions"
    })
    void eachRouteNeedsItsPermission(String method, String path, String permission) {
        RouteRule rule = rules.of(method, path);
        assertTrue(rule.allows(with(permission)), path);
        assertTrue(rule.allows(with("all")), path);
        for (String other : Permissions.ALL_NAMES) {
            if (!other.equals(permission) && !other.equals("all")) {
                assertFalse(rule.allows(with(other)), () -> method + " " + path + " with " + other);
            }
        }
    }

    @Test
    void rulesOfTheConfigurationComeFirst() throws Exception {
        AuthorizationOptions options = AuthorizationOptions.parse("""
                {"Roles": {"r": {"permissions": ["view"], "authorized-labels": ["a"]}},
                 "UserRoles": {"alice": ["r"], "*": "r"},
                 "UncheckedResources": ["/my/page"], "UncheckedFolders": ["/static"],
                 "Permissions": [["get|post", "^/my-plugin/", "view|download"]]}
                """);
        RouteRules own = new RouteRules(options.rules());
        assertTrue(own.of("POST", "/my-plugin/x").allows(with("download")));
        assertFalse(own.of("DELETE", "/my-plugin/x").allows(with("download")));
        assertFalse(own.of("GET", "/not/my-plugin/x").allows(with("download")));
        assertTrue(own.of("GET", "/my/page").everybody());
        assertFalse(own.of("GET", "/my/pages").everybody());
        assertFalse(own.of("PUT", "/my/page").everybody());
        assertTrue(own.of("GET", "/static/a/b.js").everybody());
        assertEquals(Set.of("r"), options.rolesOf("somebody"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Roles\": {\"r\": {\"permissions\": [\"vieww\"]}}}",
                "{\"Roles\": {\"r\": {\"permission\": [\"view\"]}}}",
                "{\"Roles\": {\"r\": []}}",
                "{\"Roles\": {\"r\": {\"authorized-labels\": \"*\"}}}",
                "{\"UserRoles\": {\"alice\": [\"nobody\"]}}",
                "{\"UserRoles\": [\"alice\"]}",
                "{\"AnonymousRoles\": [\"nobody\"]}",
                "{\"Authenticators\": {\"a\": 1}}",
                "{\"Authorizers\": [1]}",
                "{\"Permissions\": {\"a\": 1}}",
                "{\"Permissions\": [[\"get\", \"(\", \"view\"]]}",
                "{\"Permissions\": [[\"fetch\", \"/\", \"view\"]]}",
                "{\"Permissions\": [[\"get\", \"/\", \"vieww\"]]}",
                "{\"Permissions\": [[\"get\", \"/\"]]}"
            })
    void whatCannotBeUnderstoodIsRefused(String section) {
        assertThrows(IsengardException.class, () -> AuthorizationOptions.parse(section));
    }

    @Test
    void withoutSectionThereAreNoRoles() throws Exception {
        assertFalse(AuthorizationOptions.parse("{}").enabled());
        assertFalse(
                AuthorizationOptions.parse("{\"Enable\": false, \"Roles\": {}}").enabled());
        assertTrue(AuthorizationOptions.parse("{\"Roles\": {}}").enabled());
    }

    private static Identity with(String permission) {
        return new Identity("alice", Set.of(permission), Visibility.EVERYTHING);
    }
}
