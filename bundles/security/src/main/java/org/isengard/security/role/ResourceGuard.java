package org.isengard.security.role;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Index;
import org.isengard.api.security.Identity;
import org.isengard.runtime.swap.Lease;

/**
 * Whether the resource that the path of a request names is visible. The index hides what is not; this check comes before any
 * route, so that no cache of a feature answers either.
 */
public final class ResourceGuard {
    private static final Pattern REST = Pattern.compile("/(patients|studies|series|instances)/([^/]+)(/.*)?");
    private static final Pattern DICOM_WEB =
            Pattern.compile("/dicom-web/(?:studies/([^/]+)(?:/.*)?|series/([^/]+)(?:/.*)?|instances/([^/]+)(?:/.*)?)");

    private final Lease<Index> index;

    /** @param index asked for users who do not see everything */
    public ResourceGuard(Lease<Index> index) {
        this.index = index;
    }

    /**
     * {@return whether the path names a resource that is there and that the user does not see}
     *
     * @throws IOException when the index does not come in time
     */
    public boolean hides(Identity identity, String path) throws IOException {
        if (identity.visibility().everything()) {
            return false;
        }
        Matcher rest = REST.matcher(path);
        if (rest.matches()) {
            ResourceLevel level = ResourceLevel.valueOf(
                    switch (rest.group(1)) {
                        case "patients" -> "PATIENT";
                        case "studies" -> "STUDY";
                        case "series" -> "SERIES";
                        default -> "INSTANCE";
                    });
            String id = rest.group(2);
            return index.use(
                    present -> !exists(present, level, id, identity) && exists(present, level, id, Identity.SERVER));
        }
        Matcher web = DICOM_WEB.matcher(path);
        if (web.matches()) {
            String uid = web.group(1) != null ? web.group(1) : web.group(2) != null ? web.group(2) : web.group(3);
            return index.use(present -> {
                List<Index.Ref> all = present.lookup(uid);
                return !all.isEmpty() && identity.run(() -> present.lookup(uid)).isEmpty();
            });
        }
        return false;
    }

    private static boolean exists(Index index, ResourceLevel level, String id, Identity identity) {
        return identity.run(() -> index.exists(level, id));
    }
}
