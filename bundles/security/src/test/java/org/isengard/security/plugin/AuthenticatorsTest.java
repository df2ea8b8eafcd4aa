package org.isengard.security.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.security.AccessControl.Attempt;
import org.isengard.api.security.Authenticator;
import org.isengard.api.security.Authenticator.Answer;
import org.isengard.api.security.Identity;
import org.isengard.api.security.Visibility;
import org.isengard.rest.kit.access.AccessPlugins;
import org.isengard.rest.kit.access.AccessPlugins.Absence;
import org.isengard.rest.kit.access.AccessPlugins.Kind;
import org.isengard.runtime.swap.LazyServices.Registered;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AuthenticatorsTest {
    private static final Attempt ATTEMPT = new Attempt("GET", "/studies", Map.of(), "127.0.0.1", Map.of(), "");
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final AtomicLong now = new AtomicLong();
    private final BoundedCalls calls = new BoundedCalls(TimeUnit.MILLISECONDS.toNanos(200));
    private final List<Registered<Authenticator>> services = new ArrayList<>();
    private AccessPlugins plugins;
    private Authenticators authenticators;

    @BeforeEach
    void begin() throws IOException {
        plugins = new AccessPlugins("{}", now::get, PATIENCE, new Properties());
        authenticators = new Authenticators(plugins, calls, () -> List.copyOf(services));
    }

    @AfterEach
    void end() {
        calls.close();
    }

    private void add(String bundle, Authenticator service) {
        plugins.came(Kind.AUTHENTICATOR, bundle);
        services.add(new Registered<>(bundle, service));
    }

    private void remove(String bundle) {
        services.removeIf(one -> one.bundle().equals(bundle));
        plugins.left(Kind.AUTHENTICATOR, bundle);
    }

    private static Identity user(String name) {
        return new Identity(name, Set.of("view"), Visibility.EVERYTHING);
    }

    private ErrorCode failure() {
        return assertThrows(IsengardException.class, () -> authenticators.ask(ATTEMPT))
                .error();
    }

    @Test
    void withoutPluginsNobodyIsAsked() {
        assertEquals(Authenticators.Outcome.without(Optional.empty()), authenticators.ask(ATTEMPT));
        assertFalse(authenticators.areNeeded());
    }

    @Test
    void theOneOfHighestRankingThatKnowsTheCallerDecides() {
        add("low", request -> Answer.caller(user("low")));
        add("high", request -> Answer.caller(user("high")));
        add("highest", request -> Answer.notMine());
        assertEquals(Optional.of(user("high")), authenticators.ask(ATTEMPT).identity());
    }

    @Test
    void aRefusalEndsTheQuestions() {
        add("low", request -> Answer.caller(user("low")));
        add("high", request -> Answer.refuse("expired"));
        Authenticators.Outcome outcome = authenticators.ask(ATTEMPT);
        assertEquals(Optional.of("expired"), outcome.refusal());
        assertEquals(Optional.empty(), outcome.identity());
    }

    @Test
    void aCallerThatNobodyElseKnowsWaitsForThePluginThatIsAway() {
        add("token", request -> Answer.caller(user("token")));
        add("other", request -> Answer.notMine());
        remove("token");
        Authenticators.Outcome outcome = authenticators.ask(ATTEMPT);
        assertEquals(Optional.of(new Absence("token", true)), outcome.absence());
        assertEquals(Optional.empty(), outcome.identity());
        assertTrue(authenticators.areNeeded());
        add("token", request -> Answer.notMine());
        assertEquals(Authenticators.Outcome.without(Optional.empty()), authenticators.ask(ATTEMPT));
    }

    @Test
    void aCallerThatAnotherKnowsDoesNotWait() {
        add("token", request -> Answer.notMine());
        add("other", request -> Answer.caller(user("other")));
        remove("token");
        assertEquals(Optional.of(user("other")), authenticators.ask(ATTEMPT).identity());
    }

    @Test
    void oneThatThrowsLetsNobodyIn() {
        add("broken", request -> {
            throw new IllegalStateException("on purpose");
        });
        assertEquals(ErrorCode.INTERNAL_ERROR, failure());
        services.clear();
        services.add(new Registered<>("broken", request -> {
            throw new NoClassDefFoundError("on purpose");
        }));
        assertEquals(ErrorCode.INTERNAL_ERROR, failure());
        services.clear();
        services.add(new Registered<>("broken", request -> null));
        assertEquals(ErrorCode.INTERNAL_ERROR, failure());
        services.clear();
        services.add(new Registered<>("broken", request -> {
            throw new IsengardException(ErrorCode.FORBIDDEN, "not from here");
        }));
        assertEquals(ErrorCode.FORBIDDEN, failure());
    }

    @Test
    void oneThatFailsSinceItLeavesIsWaitedFor() {
        add("token", request -> {
            remove("token");
            throw new IllegalStateException("deactivated");
        });
        assertEquals(
                Optional.of(new Absence("token", true)),
                authenticators.ask(ATTEMPT).absence());
    }

    @Test
    void oneThatHangsLetsNobodyInAndIsNotWaitedForEver() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        add("slow", request -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return Answer.caller(user("slow"));
        });
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, failure());
        assertTrue(interrupted.await(10, TimeUnit.SECONDS));
    }

    @Test
    void oneThatDoesNotActivateIsWaitedFor() {
        add("token", request -> Answer.notMine());
        Authenticators never = new Authenticators(plugins, calls, () -> {
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "does not activate");
        });
        assertTrue(never.ask(ATTEMPT).absence().orElseThrow().brief());
        now.addAndGet(PATIENCE);
        assertFalse(never.ask(ATTEMPT).absence().orElseThrow().brief());
    }
}
