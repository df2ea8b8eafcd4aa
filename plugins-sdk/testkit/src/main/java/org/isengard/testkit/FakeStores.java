package org.isengard.testkit;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.store.KeyValueStores;
import org.isengard.api.store.Queues;

/** Stores of keys, and queues, in memory. Both have the limits of the server's. */
final class FakeStores implements KeyValueStores, Queues {
    private static final int MAX_NAME = 1024;
    private static final Duration LONGEST = Duration.ofDays(3653);

    private static final class Queued {
        private final byte[] value;
        private long token;
        private long reservedUntil;

        Queued(byte[] value) {
            this.value = value;
        }
    }

    private final Clock clock;
    private final Map<String, TreeMap<String, byte[]>> stores = new HashMap<>();
    private final Map<String, List<Queued>> queues = new HashMap<>();
    private long tokens;

    FakeStores(Clock clock) {
        this.clock = clock;
    }

    private static void check(String kind, String name) {
        require(
                !name.isEmpty() && name.length() <= MAX_NAME && name.indexOf(0) < 0,
                "The name of a " + kind + " must have 1 to " + MAX_NAME + " characters, none of them U+0000");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IsengardException(ErrorCode.PARAMETER_OUT_OF_RANGE, otherwise);
        }
    }

    private TreeMap<String, byte[]> store(String store) {
        check("store", store);
        return stores.computeIfAbsent(store, name -> new TreeMap<>());
    }

    private List<Queued> queue(String queue) {
        check("queue", queue);
        return queues.computeIfAbsent(queue, name -> new ArrayList<>());
    }

    @Override
    public synchronized Optional<byte[]> get(String store, String key) {
        check("key", key);
        return Optional.ofNullable(store(store).get(key)).map(byte[]::clone);
    }

    @Override
    public synchronized void put(String store, String key, byte[] value) {
        check("key", key);
        require(value.length <= MAX_VALUE_BYTES, "A value must have at most " + MAX_VALUE_BYTES + " bytes");
        store(store).put(key, value.clone());
    }

    @Override
    public synchronized boolean replace(String store, String key, Optional<byte[]> expected, byte[] value) {
        Optional<byte[]> present = get(store, key);
        boolean same = present.isPresent() == expected.isPresent()
                && (present.isEmpty() || Arrays.equals(present.get(), expected.get()));
        if (same) {
            put(store, key, value);
        }
        return same;
    }

    @Override
    public synchronized boolean delete(String store, String key) {
        check("key", key);
        return store(store).remove(key) != null;
    }

    @Override
    public synchronized List<String> keys(String store, String after, int limit) {
        require(limit >= 1, "The limit of keys must be at least 1");
        return store(store).tailMap(after, false).keySet().stream().limit(limit).toList();
    }

    @Override
    public synchronized void enqueue(String queue, byte[] value) {
        require(value.length <= MAX_VALUE_BYTES, "A value must have at most " + MAX_VALUE_BYTES + " bytes");
        queue(queue).add(new Queued(value.clone()));
    }

    @Override
    public synchronized Optional<byte[]> dequeue(String queue, End end) {
        Optional<Queued> next = next(queue, end);
        next.ifPresent(queue(queue)::remove);
        return next.map(taken -> taken.value);
    }

    @Override
    public synchronized Optional<Reserved> reserve(String queue, End end, Duration time) {
        require(
                !time.isNegative() && !time.isZero() && time.compareTo(LONGEST) <= 0,
                "The time of a reservation must be more than 0 and at most 10 years");
        Optional<Queued> next = next(queue, end);
        next.ifPresent(reserved -> {
            reserved.token = ++tokens;
            reserved.reservedUntil = clock.millis() + Math.max(1, time.toMillis());
        });
        return next.map(reserved -> new Reserved(reserved.value.clone(), reserved.token));
    }

    private Optional<Queued> next(String queue, End end) {
        long now = clock.millis();
        List<Queued> free = queue(queue).stream()
                .filter(value -> value.reservedUntil <= now)
                .toList();
        return free.isEmpty() ? Optional.empty() : Optional.of(free.get(end == End.FRONT ? 0 : free.size() - 1));
    }

    @Override
    public synchronized boolean acknowledge(String queue, long token) {
        return queue(queue).removeIf(value -> value.token == token && token != 0);
    }

    @Override
    public synchronized long size(String queue) {
        return queue(queue).size();
    }
}
