package org.isengard.security.login;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Name and password of HTTP Basic (RFC 7617), in UTF-8. */
public record BasicCredentials(String name, String password) {
    private static final String SCHEME = "Basic ";

    /** {@return the credentials of a header Authorization; empty when it is missing, of another kind or broken} */
    public static Optional<BasicCredentials> of(String header) {
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        try {
            String text = new String(
                    Base64.getDecoder().decode(header.substring(SCHEME.length()).trim()), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            // Without a colon there is no password: the name shows in the log all the same.
            return Optional.of(
                    colon < 0
                            ? new BasicCredentials(text, "")
                            : new BasicCredentials(text.substring(0, colon), text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
