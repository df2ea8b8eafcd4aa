package org.isengard.security.login;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Slows down clients that guess passwords: after some failures of a user from an address, further attempts of the same pair
 * are refused unseen for a time that doubles with each failure. No thread waits, and nobody else is kept out.
 *
 * <p>Threading: any thread may call anything.
 */
public final class LoginThrottle {
    /** Failures that nobody is made to wait for: a mistyped password, or a client with an old one. */
    private static final int FREE = 5;

    private static final int LONGEST_SECONDS = 60;
    private static final int MOST_PAIRS = 10_000;

    private record Pair(String address, String user) {}

    private static final class Failures {
        private int count;
        private long until;
    }

    private final LongSupplier nanoTime;

    /** The pair that failed longest ago leaves first. */
    private final Map<Pair, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, Failures> eldest) {
            return size() > MOST_PAIRS;
        }
    };

    /** @param nanoTime as {@link System#nanoTime()} */
    public LoginThrottle(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** {@return seconds until the pair may try again, 0 for now} */
    public synchronized long secondsToWait(String address, String user) {
        Failures known = failures.get(new Pair(address, user));
        long left = known == null || known.count < FREE ? 0 : known.until - nanoTime.getAsLong();
        return left <= 0 ? 0 : 1 + TimeUnit.NANOSECONDS.toSeconds(left);
    }

    public synchronized void failed(String address, String user) {
        Failures known = failures.computeIfAbsent(new Pair(address, user), pair -> new Failures());
        known.count++;
        if (known.count >= FREE) {
            int doublings = Math.min(10, known.count - FREE);
            known.until = nanoTime.getAsLong() + TimeUnit.SECONDS.toNanos(Math.min(LONGEST_SECONDS, 1L << doublings));
        }
    }

    public synchronized void succeeded(String address, String user) {
        failures.remove(new Pair(address, user));
    }
}
