package org.isengard.security.role;

import java.util.List;

/** The permissions, by the names that Orthanc's authorization plugin and Orthanc Explorer 2 use. */
public final class Permissions {
    public static final List<String> ALL_NAMES = List.of(
            "admin-permissions",
            "all",
            "anonymize",
            "api-view",
            "audit-logs",
            "delete",
            "download",
            "edit-labels",
            "modify",
            "q-r-remote-modalities",
            "send",
            "settings",
            "share",
            "upload",
            "view");

    private Permissions() {}
}
