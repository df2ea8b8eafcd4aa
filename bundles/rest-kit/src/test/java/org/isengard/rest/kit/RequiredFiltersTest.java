package org.isengard.rest.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.script.Scripts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RequiredFiltersTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(60);
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(50);

    private final RequiredFilters scripts = new RequiredFilters(true, LONG);
    private final AtomicInteger asked = new AtomicInteger();

    private static Scripts some() {
        return new Scripts() {
            @Override
            public Overview overview() {
                return new Overview(List.of(), List.of());
            }

            @Override
            public void reload() {
                throw new UnsupportedOperationException();
            }
        };
    }

    private static IsengardException away() {
        return new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "leaving");
    }

    private void assertUnavailable(long limit, Supplier<?> question) {
        IsengardException refused = assertThrows(IsengardException.class, () -> scripts.ask(limit, question));
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, refused.error());
    }

    @Test
    void whereNoScriptsAreConfiguredNobodyWaits() {
        RequiredFilters none = new RequiredFilters(false, LONG);
        assertEquals("answer", none.ask(LONG, () -> "answer"));
        IsengardException failure = away();
        assertSame(
                failure,
                assertThrows(
                        IsengardException.class,
                        () -> none.ask(LONG, () -> {
                            throw failure;
                        })));
    }

    @Test
    void whatIsAskedWhileTheScriptsAreAwayIsAskedOnceTheyCome() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> {
            begun.countDown();
            return scripts.ask(LONG, asked::incrementAndGet);
        });
        begun.await();
        assertEquals(0, asked.get());
        scripts.set(some());
        assertEquals(1, answer.get());
    }

    @Test
    void anAnswerOfScriptsThatLeftMeanwhileDoesNotCount() {
        scripts.set(some());
        int answer = scripts.ask(LONG, () -> {
            if (asked.incrementAndGet() == 1) {
                scripts.set(null);
                CompletableFuture.runAsync(() -> scripts.set(some()));
            }
            return asked.get();
        });
        assertEquals(2, answer);
    }

    @Test
    void anAnswerFromBetweenOldAndNewScriptsDoesNotCount() {
        scripts.set(some());
        int answer = scripts.ask(LONG, () -> {
            if (asked.incrementAndGet() < 4) {
                scripts.set(some());
            }
            return asked.get();
        });
        assertEquals(4, answer);
    }

    @Test
    void aFilterThatCannotTellIsAskedAgain() {
        scripts.set(some());
        int answer = scripts.ask(LONG, () -> {
            if (asked.incrementAndGet() < 3) {
                throw away();
            }
            return asked.get();
        });
        assertEquals(3, answer);
    }

    @Test
    void anyOtherFailureIsTheCallers() {
        scripts.set(some());
        RuntimeException failure = new IsengardException(ErrorCode.LUA_NOT_AVAILABLE, "broken");
        assertSame(
                failure,
                assertThrows(
                        RuntimeException.class,
                        () -> scripts.ask(LONG, () -> {
                            asked.incrementAndGet();
                            throw failure;
                        })));
        assertEquals(1, asked.get());
    }

    @Test
    void scriptsThatDoNotComeInTimeAreNotWaitedForAnyLonger() {
        assertUnavailable(SHORT, asked::incrementAndGet);
        assertEquals(0, asked.get());
        scripts.set(some());
        assertUnavailable(SHORT, () -> {
            asked.incrementAndGet();
            throw away();
        });
        assertTrue(asked.get() > 1, asked + " times");
    }

    @Test
    void theWaitForASwapEndsAlsoForWhoWouldWaitLonger() {
        IsengardException refused = assertThrows(
                IsengardException.class, () -> new RequiredFilters(true, SHORT).ask(Long.MAX_VALUE, () -> "never"));
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, refused.error());
    }

    @Test
    void whoIsInterruptedDoesNotWait() {
        Thread.currentThread().interrupt();
        assertUnavailable(LONG, asked::incrementAndGet);
        assertEquals(0, asked.get());
        scripts.set(some());
        assertUnavailable(LONG, () -> {
            asked.incrementAndGet();
            throw away();
        });
        assertEquals(1, asked.get());
        assertTrue(Thread.interrupted());
    }
}
