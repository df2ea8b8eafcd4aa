package org.isengard.api.security;

import java.util.Optional;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says whether a caller may make a request by HTTP. The server asks all registered authorizers once it knows the caller: one
 * {@link Opinion#NO} refuses the request with 403; else one {@link Opinion#YES} lets a known caller in whose permissions lack
 * the route; else the permissions decide.
 *
 * <p>An authorizer sees the route and the resource that the path names. Lists, searches and archives of several resources name
 * none: what they show is limited by the visibility of the caller's {@link Identity}, which no authorizer widens.
 *
 * <p>Once an authorizer is registered, the server lets no request in without it until the server ends: while the plugin is
 * swapped, requests wait for it (60 s, then 503).
 */
@ConsumerType
public interface Authorizer {
    /** Whether a caller may do something. */
    enum Opinion {
        YES,
        NO,
        /** The other authorizers and the permissions of the caller decide. */
        NONE
    }

    /**
     * What a caller wants to do. For a path of DICOMweb that names an UID of several resources, the server asks about each.
     *
     * @param method in upper case; GET for HEAD, too
     * @param path decoded, without the query and a slash at the end
     * @param level of the resource that the path names, if it names one
     * @param id Orthanc identifier of this resource, which need not exist; empty where there is no level
     * @param labels of the study that the resource is or belongs to; of the patient for a patient; empty without a resource
     */
    record Action(String method, String path, Optional<ResourceLevel> level, Optional<String> id, Set<String> labels) {
        public Action {
            labels = Set.copyOf(labels);
        }
    }

    /**
     * Called for each request, several at once, on a thread of the server's that has the rights of the server. An answer that
     * takes longer than 10 s is not waited for: the request is answered with 503, and the thread is interrupted.
     *
     * @param caller username "" for a client without a user
     * @throws org.isengard.api.IsengardException to answer the request with this error
     * @throws Exception any other one: the request is answered with status 500, and the log names the plugin
     */
    Opinion authorize(Identity caller, Action action) throws Exception;
}
