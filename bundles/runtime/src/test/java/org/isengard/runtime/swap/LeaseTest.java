package org.isengard.runtime.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeaseTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(50);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Lease<String> lease = new Lease<>("service", new SwapTimeout(LONG));

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void aCallerWaitsForTheService() throws Exception {
        Future<String> call = threads.submit(() -> lease.use(service -> service + "!"));
        lease.offer("a");
        assertEquals("a!", call.get());
    }

    @Test
    void theNewestServiceIsUsedAndTheOldOneTakesOverAgainWhenItLeaves() throws Exception {
        lease.offer("old");
        lease.offer("new");
        assertEquals("new", lease.use(service -> service));
        lease.withdraw("new", LONG);
        assertEquals("old", lease.use(service -> service));
    }

    @Test
    void aServiceLeavesWhenItsCallersHaveEnded() throws Exception {
        lease.offer("a");
        Lease<String>.Held held = lease.take();
        assertEquals(1, lease.withdraw("a", 0));
        lease.offer("b");
        Lease<String>.Held other = lease.take();
        Future<Integer> leaving = threads.submit(() -> lease.withdraw("b", LONG));
        assertFalse(leaving.isDone());
        other.close();
        assertEquals(0, leaving.get());
        held.close();
    }

    @Test
    void callsInFlightUseAServiceThatIsThereWhileItsUserLeaves() throws Exception {
        lease.offer("a");
        lease.stopWaiting();
        assertEquals("a", lease.use(service -> service));
        lease.withdraw("a", LONG);
        assertThrows(ServiceAbsentException.class, () -> lease.use(service -> service));
    }

    @Test
    void aSuspendedCallerDoesNotKeepTheService() throws Exception {
        lease.offer("a");
        try (Lease<String>.Held held = lease.take()) {
            held.suspend();
            assertEquals(0, lease.withdraw("a", LONG));
            held.resume();
        }
    }

    @Test
    void aUserOfAServiceThatLeavesDoesNotWaitForAnother() throws Exception {
        Lease<String> other = new Lease<>("other service", new SwapTimeout(LONG));
        lease.offer("a");
        CountDownLatch inside = new CountDownLatch(1);
        Future<String> call = threads.submit(() -> lease.use(service -> {
            inside.countDown();
            return other.use(nothing -> nothing);
        }));
        inside.await();
        assertEquals(0, lease.withdraw("a", LONG));
        Throwable refused = assertThrows(ExecutionException.class, call::get);
        assertTrue(ServiceAbsentException.isCauseOf(refused));
        lease.offer("b");
        other.offer("c");
        assertEquals("bc", lease.use(service -> other.use(service::concat)));
    }

    @Test
    void aCallOfAFeatureThatLeavesDoesNotWaitForAService() throws Exception {
        Drain feature = new Drain();
        CountDownLatch inside = new CountDownLatch(1);
        Future<String> call = threads.submit(() -> {
            assertTrue(feature.enter());
            try {
                inside.countDown();
                return lease.use(service -> service);
            } finally {
                feature.leave();
            }
        });
        inside.await();
        assertEquals(0, feature.close(LONG));
        assertTrue(ServiceAbsentException.isCauseOf(assertThrows(ExecutionException.class, call::get)));
    }

    @Test
    void anAbsentServiceIsAnErrorWhenTheTimeIsOver() {
        Lease<String> impatient = new Lease<>("service", new SwapTimeout(0));
        assertEquals(
                "The service is being updated, try again",
                assertThrows(ServiceAbsentException.class, impatient::take).getMessage());
    }

    @Test
    void nobodyWaitsAfterTheEnd() {
        lease.end();
        assertThrows(ServiceAbsentException.class, lease::take);
    }
}
