package org.isengard.index;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.Resource;

/**
 * Single resources as they were last read. Reads come in bursts between writes: everything is forgotten at each commit,
 * before its writers are told.
 *
 * <p>Threading: what is read goes into the generation that was current before the reading began; a commit meanwhile
 * leaves it in one that nobody asks any more.
 */
final class ResourceCache {
    private static final int MAX_RESOURCES = 4096;
    private static final int MAX_CHILDREN = 256;

    private record Key(ResourceLevel level, String id, Set<FindRequest.Part> with) {}

    private volatile Map<Key, Resource> generation = new ConcurrentHashMap<>();

    Optional<Resource> get(
            ResourceLevel level, String id, Set<FindRequest.Part> with, Supplier<Optional<Resource>> reading) {
        Map<Key, Resource> current = generation;
        Key key = new Key(level, id, with);
        Resource known = current.get(key);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Resource> read = reading.get();
        if (read.isPresent() && read.get().children().size() <= MAX_CHILDREN && current.size() < MAX_RESOURCES) {
            current.put(key, read.get());
        }
        return read;
    }

    void forget() {
        if (!generation.isEmpty()) {
            generation = new ConcurrentHashMap<>();
        }
    }
}
