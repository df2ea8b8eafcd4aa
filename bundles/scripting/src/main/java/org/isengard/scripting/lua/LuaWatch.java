package org.isengard.scripting.lua;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Ends machines that do not look at the clock themselves, such as one in a string match without end.
 *
 * <p>Threading: one daemon thread while there is any Lua.
 */
final class LuaWatch {
    private static final long TICK_MILLIS = 100;
    private static final long GRACE = TimeUnit.SECONDS.toNanos(1);
    private static final Set<Budget> WATCHED = new HashSet<>();

    private LuaWatch() {}

    static void add(Budget budget) {
        synchronized (WATCHED) {
            WATCHED.add(budget);
            if (WATCHED.size() == 1) {
                Thread thread = new Thread(LuaWatch::watch, "isengard-lua-watch");
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    static void remove(Budget budget) {
        synchronized (WATCHED) {
            WATCHED.remove(budget);
            WATCHED.notifyAll();
        }
    }

    private static void watch() {
        synchronized (WATCHED) {
            while (!WATCHED.isEmpty()) {
                WATCHED.forEach(budget -> budget.interruptIfLate(GRACE));
                try {
                    WATCHED.wait(TICK_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
