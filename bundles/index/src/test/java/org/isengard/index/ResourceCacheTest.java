package org.isengard.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.Resource;
import org.junit.jupiter.api.Test;

class ResourceCacheTest {
    private final ResourceCache cache = new ResourceCache();

    private static Resource study(boolean stable) {
        return new Resource(
                ResourceLevel.STUDY, "id", "parent", Map.of(), List.of(), Map.of(), List.of(), Set.of(), stable, false);
    }

    private Resource get(Resource read) {
        return cache.get(ResourceLevel.STUDY, "id", Set.of(), () -> Optional.of(read))
                .orElseThrow();
    }

    @Test
    void whatWasReadIsKnownUntilTheNextCommit() {
        Resource first = get(study(false));
        assertEquals(first, get(study(true)));
        cache.forget();
        assertTrue(get(study(true)).stable());
    }

    @Test
    void whatWasReadBeforeACommitIsNotKeptAfterIt() {
        cache.get(ResourceLevel.STUDY, "id", Set.of(), () -> {
            Resource old = study(false);
            get(study(false));
            cache.forget();
            return Optional.of(old);
        });
        assertTrue(get(study(true)).stable());
    }

    @Test
    void norIfNothingWasKnownThen() {
        cache.get(ResourceLevel.STUDY, "id", Set.of(), () -> {
            cache.forget();
            return Optional.of(study(false));
        });
        assertTrue(get(study(true)).stable());
    }

    @Test
    void whatIsNotThereIsAskedForAgain() {
        assertTrue(
                cache.get(ResourceLevel.STUDY, "id", Set.of(), Optional::empty).isEmpty());
        assertTrue(get(study(true)).stable());
    }

    @Test
    void ofSeveralOnlyThoseNotKnownAreReadAndTheOrderStays() {
        cache.get(ResourceLevel.STUDY, "b", Set.of(), () -> Optional.of(named("b", true)));
        List<String> asked = new ArrayList<>();
        List<Resource> all = cache.all(ResourceLevel.STUDY, List.of("a", "b", "gone", "c"), Set.of(), missing -> {
            asked.addAll(missing);
            return List.of(named("a", false), named("c", false));
        });
        assertEquals(List.of("a", "gone", "c"), asked);
        assertEquals(List.of("a", "b", "c"), all.stream().map(Resource::id).toList());
        assertTrue(all.get(1).stable());
        cache.forget();
        assertEquals(
                List.of(named("b", false)),
                cache.all(ResourceLevel.STUDY, List.of("b"), Set.of(), missing -> List.of(named("b", false))));
    }

    @Test
    void whereOthersWriteTooNothingIsKept() {
        ResourceCache none = ResourceCache.none();
        none.get(ResourceLevel.STUDY, "id", Set.of(), () -> Optional.of(study(false)));
        assertTrue(none.get(ResourceLevel.STUDY, "id", Set.of(), () -> Optional.of(study(true)))
                .orElseThrow()
                .stable());
    }

    private static Resource named(String id, boolean stable) {
        return new Resource(
                ResourceLevel.STUDY, id, "parent", Map.of(), List.of(), Map.of(), List.of(), Set.of(), stable, false);
    }
}
