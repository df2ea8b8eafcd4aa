package org.isengard.index;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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
        read.ifPresent(resource -> keep(current, key, resource));
        return read;
    }

    /**
     * Several resources, of which those that are not known are read together.
     *
     * @param reading takes identifiers and gives the resources of those that are there, in their order
     * @return those that are there, in the order of their identifiers
     */
    List<Resource> all(
            ResourceLevel level,
            List<String> ids,
            Set<FindRequest.Part> with,
            Function<List<String>, List<Resource>> reading) {
        Map<Key, Resource> current = generation;
        Map<String, Resource> found = new HashMap<>();
        List<String> missing = new ArrayList<>();
        for (String id : ids) {
            Resource known = current.get(new Key(level, id, with));
            if (known == null) {
                missing.add(id);
            } else {
                found.put(id, known);
            }
        }
        if (!missing.isEmpty()) {
            for (Resource resource : reading.apply(missing)) {
                found.put(resource.id(), resource);
                keep(current, new Key(level, resource.id(), with), resource);
            }
        }
        return ids.stream().map(found::get).filter(Objects::nonNull).toList();
    }

    private void keep(Map<Key, Resource> current, Key key, Resource resource) {
        if (resource.children().size() <= MAX_CHILDREN && current.size() < limit) {
            current.put(key, resource);
        }
    }

    /** An empty generation goes too: somebody may be reading for it. */
    void forget() {
        generation = new ConcurrentHashMap<>();
    }
}
