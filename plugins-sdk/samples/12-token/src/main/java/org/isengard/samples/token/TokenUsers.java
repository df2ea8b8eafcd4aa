package org.isengard.samples.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.isengard.api.plugin.Plugin;
import org.isengard.api.security.AccessControl.Attempt;
import org.isengard.api.security.Authenticator;
import org.isengard.api.security.Authorizer;
import org.isengard.api.security.Identity;
import org.isengard.api.security.Visibility;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Knows callers by a token in the header {@code X-Token}. Each token has a user and the labels of the studies that he sees, or
 * {@code *} for a user who may do everything:
 *
 * <pre>"token" : { "Tokens" : [ "s3cret alice *", "pa55 bob cardiology research" ] }</pre>
 *
 * <p>Without this section the plugin does not start, and the server lets nobody in. Nobody deletes or changes a study with the label {@code locked}.
 */
@Plugin(id = "token", version = "1.0", description = "Knows callers by a token in a header")
@Component(
        service = {Authenticator.class, Authorizer.class},
        configurationPid = "isengard.plugin.token",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class TokenUsers implements Authenticator, Authorizer {
    /** The options of the section, by their names. */
    @interface Config {
        String[] Tokens() default {};
    }

    private static final String HEADER = "X-Token";
    private static final String EVERYTHING = "*";
    private static final String LOCKED = "locked";
    private static final Set<String> PERMISSIONS = Set.of("view", "download", "upload", "delete");

    /** Digest of a token -> its user: how long a look-up takes tells nothing about the tokens. */
    private final Map<String, Identity> users = new HashMap<>();

    @Activate
    public TokenUsers(Config config) {
        for (String line : config.Tokens()) {
            String[] words = line.strip().split("\\s+");
            if (words.length < 2) {
                throw new IllegalArgumentException("One of the Tokens has no user");
            }
            Set<String> labels = Set.copyOf(Arrays.asList(words).subList(2, words.length));
            users.put(
                    digest(words[0]),
                    labels.contains(EVERYTHING)
                            ? new Identity(words[1], Set.of(Identity.ALL), Visibility.EVERYTHING)
                            : new Identity(words[1], PERMISSIONS, Visibility.ofLabels(labels)));
        }
    }

    @Override
    public Answer authenticate(Attempt request) {
        String token = request.header(HEADER);
        if (token == null) {
            return Answer.notMine();
        }
        Identity user = users.get(digest(token));
        return user == null ? Answer.refuse("The token is not known") : Answer.caller(user);
    }

    @Override
    public Opinion authorize(Identity caller, Action action) {
        return action.labels().contains(LOCKED) && !action.method().equals("GET") ? Opinion.NO : Opinion.NONE;
    }

    private static String digest(String token) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
