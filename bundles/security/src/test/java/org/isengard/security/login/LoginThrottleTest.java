package org.isengard.security.login;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final LoginThrottle throttle = new LoginThrottle(now::get);

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed("192.0.2.1", "alice");
        }
    }

    @Test
    void someFailuresAreFreeThenTheWaitDoublesUpToAMinute() {
        fail(4);
        assertEquals(0, throttle.secondsToWait("192.0.2.1", "alice"));
        fail(1);
        assertEquals(2, throttle.secondsToWait("192.0.2.1", "alice"), "one second and what is left of it");
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertEquals(0, throttle.secondsToWait("192.0.2.1", "alice"));
        fail(20);
        assertEquals(61, throttle.secondsToWait("192.0.2.1", "alice"));
    }

    @Test
    void othersAndThoseWhoLogInAreNotKeptOut() {
        fail(10);
        assertEquals(0, throttle.secondsToWait("192.0.2.2", "alice"));
        assertEquals(0, throttle.secondsToWait("192.0.2.1", "bob"));
        throttle.succeeded("192.0.2.1", "alice");
        assertEquals(0, throttle.secondsToWait("192.0.2.1", "alice"));
    }
}
