package org.isengard.runtime.swap;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * The services and features that the current thread uses at the moment. One of them that leaves waits for this thread: if the
 * thread itself waited for another service that is gone for the same reason, both would wait until their time is over.
 *
 * <p>Threading: each thread sees its own uses.
 */
final class UsesInFlight {
    private static final ThreadLocal<Deque<BooleanSupplier>> USES = new ThreadLocal<>();

    private UsesInFlight() {}

    /** A use begins, which ends with {@link #end} on the same thread. */
    static void begin(BooleanSupplier isLeaving) {
        Deque<BooleanSupplier> uses = USES.get();
        if (uses == null) {
            uses = new ArrayDeque<>(4);
            USES.set(uses);
        }
        uses.push(isLeaving);
    }

    /** The use that began last ends. */
    static void end() {
        Deque<BooleanSupplier> uses = USES.get();
        uses.pop();
        if (uses.isEmpty()) {
            // Threads of a pool outlive this bundle.
            USES.remove();
        }
    }

    /** {@return whether something that leaves waits for the current thread} */
    static boolean isAnyLeaving() {
        Deque<BooleanSupplier> uses = USES.get();
        return uses != null && uses.stream().anyMatch(BooleanSupplier::getAsBoolean);
    }
}
