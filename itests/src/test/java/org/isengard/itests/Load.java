package org.isengard.itests;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that repeat their calls, each on a thread of its own, until the test stops them.
 *
 * <p>A client rests after each call for the milliseconds of the system property {@code isengard.load.pause}: some twenty
 * clients then keep one processor busy, and the test that runs beside them goes on. The campaign lets them call without a
 * pause.
 */
final class Load implements AutoCloseable {
    private static final long PAUSE_MILLIS = Long.getLong("isengard.load.pause", 40);
    private static final int PATIENCE_SECONDS = 90;

    /** One call of a client; what it throws is a failure. */
    @FunctionalInterface
    interface Call {
        void make(int round) throws Exception;
    }

    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, AtomicInteger> done = new ConcurrentHashMap<>();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean stopped;
    private volatile String phase = "start";

    /** Lets a client make calls, one after the other. */
    Load client(String name, Call call) {
        AtomicInteger count = done.computeIfAbsent(name, n -> new AtomicInteger());
        Thread thread = new Thread(() -> {
            for (int round = 0; !stopped; round++) {
                String begun = phase;
                long start = System.nanoTime();
                try {
                    call.make(round);
                    count.incrementAndGet();
                } catch (Exception | AssertionError failure) {
                    long millis = (System.nanoTime() - start) / 1_000_000;
                    failures.add(
                            name + " in round " + round + ", begun in " + begun + ", " + millis + " ms: " + failure);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
            }
        });
        thread.setName("load-" + name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return this;
    }

    /** Names what the test does to the server at the moment; failures name it, too. */
    void phase(String name) {
        phase = name;
    }

    /** Calls that succeeded so far, by client. */
    Map<String, Integer> done() {
        Map<String, Integer> counts = new TreeMap<>();
        done.forEach((name, count) -> counts.put(name, count.get()));
        return counts;
    }

    List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    /** Waits until each client has made so many more successful calls, or one failed. */
    void await(int calls) throws InterruptedException {
        Map<String, Integer> before = done();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        CountDownLatch never = new CountDownLatch(1);
        while (System.nanoTime() < end && failures.isEmpty()) {
            Map<String, Integer> now = done();
            if (before.entrySet().stream().allMatch(entry -> now.get(entry.getKey()) >= entry.getValue() + calls)) {
                return;
            }
            never.await(20, TimeUnit.MILLISECONDS);
        }
        if (failures.isEmpty()) {
            failures.add("clients stand still in " + phase + ": " + before + " to " + done());
        }
    }

    /** Lets every client finish the call it is making. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            if (thread.isAlive()) {
                failures.add(thread.getName() + " does not end");
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.forEach(Thread::interrupt);
    }
}
