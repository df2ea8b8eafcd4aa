package org.isengard.api.rest;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** Decides whether a request by HTTP may come in. All registered filters must allow it; calls in process are not asked. */
@ConsumerType
public interface RequestFilter {
    /**
     * Called after the user is known and before any route.
     *
     * @param path decoded, without the query
     * @param headers names in lower case
     * @return false to answer 403
     * @throws org.isengard.api.IsengardException the error to answer
     */
    boolean allows(String method, String path, Caller caller, Map<String, String> headers);
}
