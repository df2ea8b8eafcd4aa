package org.isengard.api.security;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/** Decides about each request by HTTP, before any route sees it. */
@ProviderType
public interface AccessControl {
    /**
     * A request.
     *
     * @param path decoded, without the query and a slash at the end
     * @param query arguments of the query by name
     * @param remoteIp numeric address
     * @param header gives the value of a header by its name, null for none
     * @param certificateName common name of the client's certificate, "" without one
     */
    record Attempt(
            String method,
            String path,
            Map<String, List<String>> query,
            String remoteIp,
            Function<String, String> header,
            String certificateName) {}

    /**
     * The decision. Either there is an identity, or a status to answer with.
     *
     * @param status 401, 403, 404, 429 or 503; 0 when the request may come in
     * @param user who is refused, "" where he is not known
     * @param retryAfter seconds after which the client may try again, 0 for no such time
     * @param message for the client
     */
    record Decision(Optional<Identity> identity, int status, String user, long retryAfter, String message) {
        public static Decision allow(Identity identity) {
            return new Decision(Optional.of(identity), 0, identity.username(), 0, "");
        }

        public static Decision refuse(int status, String user, String message) {
            return new Decision(Optional.empty(), status, user, 0, message);
        }

        public static Decision later(int status, String user, long seconds, String message) {
            return new Decision(Optional.empty(), status, user, seconds, message);
        }
    }

    Decision decide(Attempt attempt);

    /** {@return what a remote AE title may do and see; {@link Identity#SERVER} where AE titles have no roles} */
    Identity ofModality(String callingAet);
}
