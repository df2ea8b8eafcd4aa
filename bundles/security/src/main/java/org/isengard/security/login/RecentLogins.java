package org.isengard.security.login;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which users were there lately: programs send their password with each request, and the audit has one login for half an hour.
 *
 * <p>Threading: any thread may call anything.
 */
public final class RecentLogins {
    private static final long NANOS = TimeUnit.MINUTES.toNanos(30);
    private static final int MOST = 10_000;

    private record Pair(String user, String address) {}

    private final LongSupplier nanoTime;
    private final Map<Pair, Long> last = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, Long> eldest) {
            return size() > MOST;
        }
    };

    /** @param nanoTime as {@link System#nanoTime()} */
    public RecentLogins(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** {@return whether the user was not seen from the address for half an hour; from now on he was} */
    public synchronized boolean isNew(String user, String address) {
        Pair pair = new Pair(user, address);
        long now = nanoTime.getAsLong();
        Long before = last.get(pair);
        if (before != null && now - before < NANOS) {
            return false;
        }
        last.put(pair, now);
        return true;
    }
}
