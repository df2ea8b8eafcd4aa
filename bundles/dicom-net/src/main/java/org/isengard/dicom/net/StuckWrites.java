package org.isengard.dicom.net;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends associations whose peer does not read any more: sockets have no time limit for writing, so somebody else must
 * look at the clock.
 *
 * <p>Threads: one, while there are associations with a time limit.
 */
final class StuckWrites {
    private static final long PERIOD_MILLIS = 500;
    private static final Set<Association> WATCHED = ConcurrentHashMap.newKeySet();
    private static final ScheduledThreadPoolExecutor CLOCK = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "dicom-stuck-writes");
        thread.setDaemon(true);
        return thread;
    });

    private static boolean ticking;

    static {
        CLOCK.setKeepAliveTime(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        CLOCK.allowCoreThreadTimeOut(true);
    }

    private StuckWrites() {}

    static void watch(Association association) {
        WATCHED.add(association);
        tick(false);
    }

    static void forget(Association association) {
        WATCHED.remove(association);
    }

    private static synchronized void tick(boolean again) {
        if (again) {
            ticking = false;
        }
        if (!ticking && !WATCHED.isEmpty()) {
            ticking = true;
            CLOCK.schedule(StuckWrites::look, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static void look() {
        try {
            WATCHED.forEach(Association::endIfStuck);
        } finally {
            tick(true);
        }
    }
}
