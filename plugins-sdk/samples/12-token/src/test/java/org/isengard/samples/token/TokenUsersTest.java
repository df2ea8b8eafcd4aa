package org.isengard.samples.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.isengard.api.security.AccessControl.Attempt;
import org.isengard.api.security.Authenticator.Answer;
import org.isengard.api.security.Authorizer.Action;
import org.isengard.api.security.Authorizer.Opinion;
import org.isengard.api.security.Identity;
import org.isengard.api.security.Visibility;
import org.junit.jupiter.api.Test;

class TokenUsersTest {
    private final TokenUsers users = new TokenUsers(config("s3cret alice *", "pa55 bob cardiology research"));

    @Test
    void aTokenGivesItsUser() {
        Identity alice = users.authenticate(request("s3cret")).identity().orElseThrow();
        assertEquals(new Identity("alice", Set.of("all"), Visibility.EVERYTHING), alice);
        Identity bob = users.authenticate(request("pa55")).identity().orElseThrow();
        assertEquals(Visibility.ofLabels(Set.of("cardiology", "research")), bob.visibility());
    }

    @Test
    void anotherTokenIsRefusedAndNoneIsNotOurs() {
        assertEquals(
                "The token is not known",
                users.authenticate(request("guess")).refusal().orElseThrow());
        assertEquals(Answer.notMine(), users.authenticate(new Attempt("GET", "/", Map.of(), "::1", Map.of(), "")));
    }

    @Test
    void lockedStudiesAreReadAlone() {
        assertEquals(Opinion.NO, users.authorize(Identity.SERVER, action("DELETE", "locked")));
        assertEquals(Opinion.NONE, users.authorize(Identity.SERVER, action("GET", "locked")));
        assertEquals(Opinion.NONE, users.authorize(Identity.SERVER, action("DELETE", "research")));
    }

    @Test
    void aTokenNeedsAUser() {
        TokenUsers.Config broken = config("s3cret");
        assertThrows(IllegalArgumentException.class, () -> new TokenUsers(broken));
    }

    private static Attempt request(String token) {
        return new Attempt("GET", "/studies", Map.of(), "127.0.0.1", Map.of("x-token", token), "");
    }

    private static Action action(String method, String label) {
        return new Action(method, "/studies/a", Optional.of(ResourceLevel.STUDY), Optional.of("a"), Set.of(label));
    }

    private static TokenUsers.Config config(String... tokens) {
        return new TokenUsers.Config() {
            @Override
            public String[] Tokens() {
                return tokens;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return TokenUsers.Config.class;
            }
        };
    }
}
