package org.isengard.api.store;

import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Queues of values by name, kept in the database of the index and shared by all servers on that database. A queue exists as
 * long as it has a value. A change is on the disk when its method returns, and of several callers that take a value only one
 * gets it. Names have 1 to 1,024 characters, none of them U+0000; a value has up to
 * {@value KeyValueStores#MAX_VALUE_BYTES} bytes.
 *
 * <p>A consumer that may be stopped in the middle (a plugin that is updated, a server that dies) reserves a value, does its
 * work and acknowledges the value: a value that nobody acknowledges in time comes back at its old place.
 *
 * <p>All methods throw {@link org.isengard.api.IsengardException}: PARAMETER_OUT_OF_RANGE for an argument beyond these limits,
 * SERVICE_UNAVAILABLE while the index is being updated, DATABASE when the database fails.
 */
@ProviderType
public interface Queues {
    /** The end of a queue that a value is taken from. {@link #enqueue} appends at the back. */
    enum End {
        /** The value that came first. */
        FRONT,
        /** The value that came last. */
        BACK
    }

    /**
     * A value that nobody else gets until its time is over.
     *
     * @param token for {@link #acknowledge}
     */
    record Reserved(byte[] value, long token) {}

    void enqueue(String queue, byte[] value);

    /** {@return a value that leaves the queue; empty when the queue has none that is not reserved} */
    Optional<byte[]> dequeue(String queue, End end);

    /**
     * {@return a value that stays in the queue, hidden from other callers until it is acknowledged or its time is over}
     *
     * @param time more than 0, at most 10 years
     */
    Optional<Reserved> reserve(String queue, End end, Duration time);

    /**
     * Removes a reserved value for good.
     *
     * @return false when the time was over and somebody else has reserved or taken the value
     */
    boolean acknowledge(String queue, long token);

    /** {@return the number of values, with those that are reserved} */
    long size(String queue);
}
