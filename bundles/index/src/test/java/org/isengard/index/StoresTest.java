package org.isengard.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.store.KeyValueStores;
import org.isengard.api.store.Queues;
import org.isengard.index.store.SqlKeyValueStores;
import org.isengard.index.store.SqlQueues;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoresTest {
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void valuesAreKeptByStoreAndKey(TestDatabase database) {
        byte[] binary = {0, -1, 1, 0};
        try (SqlIndex index = database.open(directory)) {
            KeyValueStores stores = new SqlKeyValueStores(index);
            stores.put("a", "k", binary);
            stores.put("b", "k", bytes("other"));
            stores.put("a", "K", bytes("once"));
            stores.put("a", "K", bytes("twice"));
            stores.put("a", "é", new byte[0]);
        }
        try (SqlIndex index = database.open(directory)) {
            KeyValueStores stores = new SqlKeyValueStores(index);
            assertArrayEquals(binary, stores.get("a", "k").orElseThrow());
            assertArrayEquals(bytes("twice"), stores.get("a", "K").orElseThrow());
            assertArrayEquals(new byte[0], stores.get("a", "é").orElseThrow());
            assertEquals(Optional.empty(), stores.get("c", "k"));
            assertEquals(List.of("K", "k", "é"), stores.keys("a", "", 10));
            assertEquals(List.of("k"), stores.keys("a", "K", 1));
            assertTrue(stores.delete("a", "k"));
            assertFalse(stores.delete("a", "k"));
            assertArrayEquals(bytes("other"), stores.get("b", "k").orElseThrow());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aValueIsReplacedOnlyWhenItIsAsExpected(TestDatabase database) {
        try (SqlIndex index = database.open(directory)) {
            KeyValueStores stores = new SqlKeyValueStores(index);
            assertFalse(stores.replace("a", "k", Optional.of(bytes("0")), bytes("1")));
            assertTrue(stores.replace("a", "k", Optional.empty(), bytes("1")));
            assertFalse(stores.replace("a", "k", Optional.empty(), bytes("2")));
            assertTrue(stores.replace("a", "k", Optional.of(bytes("1")), bytes("2")));
            assertArrayEquals(bytes("2"), stores.get("a", "k").orElseThrow());
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesAndValuesHaveLimits(TestDatabase database) {
        try (SqlIndex index = database.open(directory)) {
            KeyValueStores stores = new SqlKeyValueStores(index);
            Queues queues = new SqlQueues(index);
            assertRefused(() -> stores.get("", "k"));
            assertRefused(() -> stores.delete("a", "x".repeat(1025)));
            assertRefused(() -> stores.keys("a\0b", "", 1));
            assertRefused(() -> stores.keys("a", "", 0));
            assertRefused(() -> queues.dequeue("", Queues.End.FRONT));
            assertRefused(() -> queues.reserve("q", Queues.End.FRONT, Duration.ZERO));
            assertRefused(() -> queues.reserve("q", Queues.End.FRONT, Duration.ofDays(4000)));
        }
    }

    private static void assertRefused(Callable<?> call) {
        IsengardException refused = assertThrows(IsengardException.class, call::call);
        assertEquals(ErrorCode.PARAMETER_OUT_OF_RANGE, refused.error());
    }

    @ParameterizedTest
    @EnumSource
    void aQueueIsTakenFromBothEnds(TestDatabase database) {
        try (SqlIndex index = database.open(directory)) {
            Queues queues = new SqlQueues(index);
            for (String value : List.of("1", "2", "3")) {
                queues.enqueue("q", bytes(value));
            }
            queues.enqueue("other", bytes("0"));
            assertEquals(3, queues.size("q"));
            assertArrayEquals(bytes("3"), queues.dequeue("q", Queues.End.BACK).orElseThrow());
        }
        try (SqlIndex index = database.open(directory)) {
            Queues queues = new SqlQueues(index);
            queues.enqueue("q", bytes("4"));
            assertArrayEquals(bytes("1"), queues.dequeue("q", Queues.End.FRONT).orElseThrow());
            assertArrayEquals(bytes("2"), queues.dequeue("q", Queues.End.FRONT).orElseThrow());
            assertArrayEquals(bytes("4"), queues.dequeue("q", Queues.End.FRONT).orElseThrow());
            assertEquals(Optional.empty(), queues.dequeue("q", Queues.End.FRONT));
            assertEquals(0, queues.size("q"));
            assertEquals(1, queues.size("other"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReservedValueIsHiddenUntilItsTimeIsOver(TestDatabase database) throws InterruptedException {
        try (SqlIndex index = database.open(directory)) {
            Queues queues = new SqlQueues(index);
            queues.enqueue("q", bytes("1"));
            queues.enqueue("q", bytes("2"));
            Queues.Reserved first = queues.reserve("q", Queues.End.FRONT, LONG).orElseThrow();
            Queues.Reserved second =
                    queues.reserve("q", Queues.End.FRONT, Duration.ofMillis(20)).orElseThrow();
            assertArrayEquals(bytes("1"), first.value());
            assertArrayEquals(bytes("2"), second.value());
            assertEquals(2, queues.size("q"));

            Optional<Queues.Reserved> again = queues.reserve("q", Queues.End.FRONT, LONG);
            while (again.isEmpty()) {
                Thread.sleep(5);
                again = queues.reserve("q", Queues.End.FRONT, LONG);
            }
            assertArrayEquals(bytes("2"), again.get().value());
            assertFalse(queues.acknowledge("q", second.token()), "its time was over");
            assertFalse(queues.acknowledge("other", first.token()), "it is in another queue");
            assertTrue(queues.acknowledge("q", first.token()));
            assertFalse(queues.acknowledge("q", first.token()));
            assertTrue(queues.acknowledge("q", again.get().token()));
            assertEquals(0, queues.size("q"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofManyCallersEachGetsValuesOfItsOwn(TestDatabase database) throws Exception {
        int values = 200;
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try (SqlIndex index = database.open(directory)) {
            Queues queues = new SqlQueues(index);
            for (int i = 0; i < values; i++) {
                queues.enqueue("q", bytes("" + i));
            }
            Set<String> seen = ConcurrentHashMap.newKeySet();
            List<Future<Integer>> ends = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ends.add(callers.submit(() -> {
                    int taken = 0;
                    for (Optional<byte[]> value = queues.dequeue("q", Queues.End.FRONT);
                            value.isPresent();
                            value = queues.dequeue("q", Queues.End.FRONT)) {
                        seen.add(new String(value.get(), UTF_8));
                        taken++;
                    }
                    return taken;
                }));
            }
            int taken = 0;
            for (Future<Integer> end : ends) {
                taken += end.get();
            }
            assertEquals(values, taken);
            assertEquals(values, seen.size());
        } finally {
            callers.shutdownNow();
        }
    }
}
