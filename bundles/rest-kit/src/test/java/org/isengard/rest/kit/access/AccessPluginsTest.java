package org.isengard.rest.kit.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.isengard.rest.kit.access.AccessPlugins.Absence;
import org.isengard.rest.kit.access.AccessPlugins.Kind;
import org.junit.jupiter.api.Test;

class AccessPluginsTest {
    private static final long PATIENCE = 100;

    private final Properties memory = new Properties();
    private long now = 1_000;

    private AccessPlugins plugins(String authorization) throws IOException {
        return new AccessPlugins(authorization, () -> now, PATIENCE, memory);
    }

    @Test
    void withoutPluginsNothingIsNeeded() throws IOException {
        AccessPlugins none = plugins("{}");
        assertFalse(none.isAny());
        assertEquals(Optional.empty(), none.absent(Kind.AUTHENTICATOR, Set.of()));
    }

    @Test
    void aServiceThatLeavesIsNeededAndWaitedForAWhile() throws IOException {
        AccessPlugins plugins = plugins("{}");
        plugins.came(Kind.AUTHENTICATOR, "token");
        assertTrue(plugins.isAny() && plugins.isAny(Kind.AUTHENTICATOR));
        assertFalse(plugins.isAny(Kind.AUTHORIZER));
        assertEquals(Optional.empty(), plugins.absent(Kind.AUTHENTICATOR, Set.of("token")));
        now += 10 * PATIENCE;
        // The caller saw it leave before this class was told.
        assertEquals(Optional.of(new Absence("token", true)), plugins.absent(Kind.AUTHENTICATOR, Set.of()));
        plugins.left(Kind.AUTHENTICATOR, "token");
        now += PATIENCE - 1;
        assertEquals(Optional.of(new Absence("token", true)), plugins.absent(Kind.AUTHENTICATOR, Set.of()));
        now++;
        assertEquals(Optional.of(new Absence("token", false)), plugins.absent(Kind.AUTHENTICATOR, Set.of()));
        plugins.came(Kind.AUTHENTICATOR, "token");
        assertEquals(Optional.empty(), plugins.absent(Kind.AUTHENTICATOR, Set.of("token")));
    }

    @Test
    void thoseOfTheConfigurationAreNeededFromTheStart() throws IOException {
        AccessPlugins plugins = plugins("{\"Authenticators\": [\"token\"], \"Authorizers\": [\"ward\", \"night\"]}");
        assertTrue(plugins.isAny());
        assertEquals(Optional.of(new Absence("token", true)), plugins.absent(Kind.AUTHENTICATOR, Set.of("ward")));
        assertEquals(Optional.of(new Absence("night", true)), plugins.absent(Kind.AUTHORIZER, Set.of("ward")));
    }

    @Test
    void theNextInstanceOfThisBundleKnowsThemStill() throws IOException {
        plugins("{}").came(Kind.AUTHORIZER, "ward");
        AccessPlugins next = plugins("{}");
        assertTrue(next.isAny());
        assertEquals(Optional.of(new Absence("ward", true)), next.absent(Kind.AUTHORIZER, Set.of()));
    }

    @Test
    void ofSeveralThatAreAwayOneThatMayComeBackIsNamed() throws IOException {
        AccessPlugins plugins = plugins("{}");
        plugins.need(Kind.AUTHENTICATOR, "z");
        plugins.need(Kind.AUTHENTICATOR, "gone");
        now += PATIENCE;
        plugins.came(Kind.AUTHENTICATOR, "b");
        plugins.left(Kind.AUTHENTICATOR, "b");
        assertEquals(Optional.of(new Absence("b", true)), plugins.absent(Kind.AUTHENTICATOR, Set.of()));
    }
}
