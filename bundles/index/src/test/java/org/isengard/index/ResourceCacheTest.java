package org.isengard.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    void whatIsNotThereIsAskedForAgain() {
        assertTrue(
                cache.get(ResourceLevel.STUDY, "id", Set.of(), Optional::empty).isEmpty());
        assertTrue(get(study(true)).stable());
    }
}
