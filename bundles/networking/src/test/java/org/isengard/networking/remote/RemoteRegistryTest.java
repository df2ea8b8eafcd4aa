package org.isengard.networking.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RemoteRegistryTest {
    private final Map<String, String> properties = new ConcurrentHashMap<>();

    private Index index() {
        return (Index) Proxy.newProxyInstance(
                Index.class.getClassLoader(),
                new Class<?>[] {Index.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "globalProperty" -> Optional.ofNullable(properties.get((String) arguments[0]));
                    case "setGlobalProperty" -> {
                        properties.put((String) arguments[0], (String) arguments[1]);
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }

    private static RemoteRegistry<JsonNode> registry(Lease<Index> database) {
        return new RemoteRegistry<>("Remotes", "{\"a\": [1]}", (name, json) -> json, json -> json, database);
    }

    @Test
    void aCallerWaitsForAnIndexThatIsSwapped() throws Exception {
        Lease<Index> lease = new Lease<>("feature index", new SwapTimeout(20_000_000_000L));
        RemoteRegistry<JsonNode> registry = registry(lease);
        CompletableFuture<Integer> waiting =
                CompletableFuture.supplyAsync(() -> registry.all().size());
        assertThrows(TimeoutException.class, () -> waiting.get(100, TimeUnit.MILLISECONDS));
        lease.offer(index());
        assertEquals(1, waiting.get(10, TimeUnit.SECONDS));
        registry.put("b", registry.all().get("a"));
        assertEquals(2, registry(lease).all().size());
        registry.remove("a");
        assertEquals(1, registry(lease).all().size());
    }

    @Test
    void withoutAnIndexTheAnswerIsThatTheServiceIsUnavailable() {
        RemoteRegistry<JsonNode> registry = registry(new Lease<>("feature index", new SwapTimeout(0)));
        IsengardException refused = assertThrows(IsengardException.class, registry::all);
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, refused.error());
    }
}
