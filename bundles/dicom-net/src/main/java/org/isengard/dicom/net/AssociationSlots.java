package org.isengard.dicom.net;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds the associations of a server, altogether and for each address: one address takes at most three quarters, so that
 * other systems still get in.
 */
final class AssociationSlots {
    /** So few slots are not divided. */
    private static final int FEW = 8;

    private final int most;
    private final int mostOfAddress;
    private final Map<InetAddress, Integer> taken = new HashMap<>();
    private int all;
    private boolean closed;

    AssociationSlots(int most) {
        this.most = most;
        mostOfAddress = most < FEW ? most : most - most / 4;
    }

    /** Waits for a free slot. @return false when none becomes free before the deadline, or the server stops */
    synchronized boolean take(InetAddress address, long deadlineNanos) throws InterruptedException {
        while (!closed && (all >= most || taken.getOrDefault(address, 0) >= mostOfAddress)) {
            long left = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        if (closed) {
            return false;
        }
        all++;
        taken.merge(address, 1, Integer::sum);
        return true;
    }

    synchronized void free(InetAddress address) {
        all--;
        taken.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
        notifyAll();
    }

    /** Gives no slot any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
