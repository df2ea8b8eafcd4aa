package org.isengard.api.security;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says who the caller of a request by HTTP is. The server asks all registered authenticators before its own users, the one of
 * highest service ranking first, until one knows the caller or refuses the request. Where no authenticator knows the caller, the
 * server looks for a user of its own, a link, a key or a client certificate.
 *
 * <p>While an authenticator is registered, every request needs a caller: one that nobody knows is answered with 401, also where
 * the server has no {@code RegisteredUsers}, unless {@code Authorization.AnonymousRoles} lets it in. The server keeps to this
 * until it ends: while the plugin is swapped, a request waits for it (60 s, then 503), unless it has a right password, link or key
 * of the server. An authenticator that only filters requests is an {@link Authorizer}.
 */
@ConsumerType
public interface Authenticator {
    /**
     * What an authenticator says about a request.
     *
     * @param identity the caller
     * @param refusal the reason for the caller why the request is answered with 401
     */
    record Answer(Optional<Identity> identity, Optional<String> refusal) {
        private static final Answer NOT_MINE = new Answer(Optional.empty(), Optional.empty());

        /**
         * The request comes from this caller. The server enforces permissions and visibility of the identity, also where its
         * own users have no roles.
         */
        public static Answer caller(Identity identity) {
            return new Answer(Optional.of(identity), Optional.empty());
        }

        /** The request has no credentials of the kind that this authenticator knows: the next one is asked. */
        public static Answer notMine() {
            return NOT_MINE;
        }

        /**
         * The request has credentials of this kind, and they do not hold.
         *
         * @param reason for the caller: it should not tell how to guess better
         */
        public static Answer refuse(String reason) {
            return new Answer(Optional.empty(), Optional.of(reason));
        }
    }

    /**
     * Called for each request, several at once, on a thread of the server's that has the rights of the server. An answer that
     * takes longer than 10 s is not waited for: the request is answered with 503, and the thread is interrupted.
     *
     * @throws org.isengard.api.IsengardException to answer the request with this error
     * @throws Exception any other one: the request is answered with status 500, and the log names the plugin
     */
    Answer authenticate(AccessControl.Attempt request) throws Exception;
}
