package org.isengard.security.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.api.security.AccessControl.Attempt;
import org.isengard.api.security.Authorizer;
import org.isengard.api.security.Authorizer.Action;
import org.isengard.api.security.Authorizer.Opinion;
import org.isengard.api.security.Identity;
import org.isengard.rest.kit.access.AccessPlugins;
import org.isengard.rest.kit.access.AccessPlugins.Absence;
import org.isengard.rest.kit.access.AccessPlugins.Kind;
import org.isengard.runtime.swap.LazyServices.Registered;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AuthorizersTest {
    private final BoundedCalls calls = new BoundedCalls(TimeUnit.SECONDS.toNanos(10));
    private final List<Registered<Authorizer>> services = new ArrayList<>();
    private final List<String> ids = new ArrayList<>(List.of("a"));
    private AccessPlugins plugins;
    private Authorizers authorizers;

    @BeforeEach
    void begin() throws IOException {
        plugins = new AccessPlugins("{}", System::nanoTime, TimeUnit.SECONDS.toNanos(60), new Properties());
        authorizers = new Authorizers(plugins, calls, () -> List.copyOf(services), this::actions);
    }

    @AfterEach
    void end() {
        calls.close();
    }

    private List<Action> actions(String method, String path) {
        return ids.stream()
                .map(id -> new Action(method, path, Optional.of(ResourceLevel.STUDY), Optional.of(id), Set.of(id)))
                .toList();
    }

    private void add(String bundle, Authorizer service) {
        plugins.came(Kind.AUTHORIZER, bundle);
        services.add(new Registered<>(bundle, service));
    }

    private Authorizers.Ruling ask(String method) throws IOException {
        return authorizers.ask(Identity.SERVER, new Attempt(method, "/studies/a", Map.of(), "::1", Map.of(), ""));
    }

    @Test
    void withoutPluginsThereIsNoOpinion() throws IOException {
        assertEquals(Authorizers.Ruling.NONE, ask("GET"));
    }

    @Test
    void oneNoBeatsEveryYes() throws IOException {
        add("yes", (caller, action) -> Opinion.YES);
        assertEquals(Opinion.YES, ask("GET").opinion());
        add("none", (caller, action) -> Opinion.NONE);
        assertEquals(Opinion.YES, ask("GET").opinion());
        add("no", (caller, action) -> Opinion.NO);
        add("later", (caller, action) -> Opinion.YES);
        assertEquals(new Authorizers.Ruling(Opinion.NO, "no", Optional.empty()), ask("GET"));
    }

    @Test
    void ofSeveralResourcesEachCounts() throws IOException {
        add(
                "labels",
                (caller, action) -> action.labels().contains("a")
                        ? Opinion.YES
                        : action.labels().contains("locked") ? Opinion.NO : Opinion.NONE);
        assertEquals(Opinion.YES, ask("GET").opinion());
        ids.add("b");
        assertEquals(Opinion.NONE, ask("GET").opinion());
        ids.add("locked");
        assertEquals(Opinion.NO, ask("GET").opinion());
    }

    @Test
    void headIsAskedAsGet() throws IOException {
        add("readers", (caller, action) -> action.method().equals("GET") ? Opinion.YES : Opinion.NO);
        assertEquals(Opinion.YES, ask("HEAD").opinion());
        assertEquals(Opinion.NO, ask("DELETE").opinion());
    }

    @Test
    void withoutOneThatIsNeededNobodyDecides() throws IOException {
        add("yes", (caller, action) -> Opinion.YES);
        plugins.need(Kind.AUTHORIZER, "ward");
        assertEquals(Authorizers.Ruling.without(new Absence("ward", true)), ask("GET"));
    }

    @Test
    void oneThatThrowsLetsNobodyIn() {
        add("broken", (caller, action) -> {
            throw new IllegalStateException("on purpose");
        });
        assertEquals(
                ErrorCode.INTERNAL_ERROR,
                assertThrows(IsengardException.class, () -> ask("GET")).error());
    }
}
