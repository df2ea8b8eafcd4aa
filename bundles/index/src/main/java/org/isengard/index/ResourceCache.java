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
 * before its writers are told. Where other servers commit too, nothing may be kept ({@link #none}).
 *
 * <p>Threading: what is read goes into the generation that was current before the reading began; a commit meanwhile
 * leaves it in one that nobody asks any more.
 */
final class ResourceCache {
    private static final int MAX_RESOURCES = 4096;
    private static final int MAX_CHILDREN = 256;

    private record Key(ResourceLevel level, String id, Set<FindRequest.Part> with) {}

    private final int limit;
    private volatile Map<Key, Resource> generation = new ConcurrentHashMap<>();

    ResourceCache() {
        this(MAX_RESOURCES);
    }

    private ResourceCache(int limit) {
        this.limit = limit;
    }

    /** {@return one that remembers nothing} */
    static ResourceCache none() {
        return new ResourceCache(0);
    }

    Optional<Resource> get(
            ResourceLevel level, String id, Set<FindRequest.Part> with, Supplier<Optional<Resource>> reading) {
        Map<Key, Resource> current = generation;
        Key key = new Key(level, id, with);
        Resource known = current.get(key);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Resource> read = reading.get();
        if (read.isPresent() && read.get().children().size() <= MAX_CHILDREN && current.size() < limit) {
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
