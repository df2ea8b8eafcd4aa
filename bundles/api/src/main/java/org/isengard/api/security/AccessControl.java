package org.isengard.api.security;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
     * @param headers by their names in lower case; of several headers of one name the first
     * @param certificateName common name of the client's certificate, "" without one
     */
    record Attempt(
            String method,
            String path,
            Map<String, List<String>> query,
            String remoteIp,
            Map<String, String> headers,
            String certificateName) {
        public Attempt {
            headers = Map.copyOf(headers);
        }

        /** {@return the value of a header by its name in any case, null for none} */
        public String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    /**
     * The decision. Either there is an identity, or a status to answer with.
     *
     * @param status 401, 403, 404, 429 or 503; 0 when the request may come in
     * @param user who is refused, "" where he is not known
     * @param retryAfter seconds after which the client may try again, 0 for no such time
     * @param message for the client
     * @param pending whether a plugin that is being swapped has to decide, so that it is worth to ask again in a moment
     */
    record Decision(
            Optional<Identity> identity, int status, String user, long retryAfter, String message, boolean pending) {
        public static Decision allow(Identity identity) {
            return new Decision(Optional.of(identity), 0, identity.username(), 0, "", false);
        }

        public static Decision refuse(int status, String user, String message) {
            return new Decision(Optional.empty(), status, user, 0, message, false);
        }

        public static Decision later(int status, String user, long seconds, String message) {
            return new Decision(Optional.empty(), status, user, seconds, message, false);
        }

        /** The plugin that has to decide is away; where it does not come back in time, this is the answer. */
        public static Decision pending(String user, String message) {
            return new Decision(Optional.empty(), 503, user, 5, message, true);
        }
    }

    Decision decide(Attempt attempt);

    /** {@return what a remote AE title may do and see; {@link Identity#SERVER} where AE titles have no roles} */
    Identity ofModality(String callingAet);
}
