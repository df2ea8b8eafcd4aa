package org.isengard.api.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.osgi.annotation.versioning.ConsumerType;

/** One piece of long work. {@link #run} is called by one thread at a time, all else by any thread at any moment. */
@ConsumerType
public interface Job {
    /** {@return the name of its {@link JobType}} */
    String type();

    /** {@return all that is needed to go on from here after a restart; empty when that is not possible} */
    Optional<JsonNode> state();

    /** {@return what the REST API shows as {@code Content}} */
    ObjectNode content();

    /**
     * Works until all is done. Called again after a pause or restart, when it goes on where it was.
     *
     * @throws JobStopped passed on from {@link JobControl#checkpoint}
     * @throws JobRetry to be run again later
     * @throws org.isengard.api.IsengardException the error that the job reports
     */
    void run(JobControl control) throws IOException;

    /** Makes a failed job ready to run again from the start. */
    default void reset() {
        throw new IsengardException(ErrorCode.BAD_SEQUENCE_OF_CALLS, "Jobs of this type cannot be submitted again");
    }

    /** {@return something the job has made, such as {@code archive}} */
    default Optional<JobOutput> output(String key) {
        return Optional.empty();
    }

    /** {@return false when there is no such output} */
    default boolean deleteOutput(String key) {
        return false;
    }

    /** The job leaves the history: gives up its outputs. */
    default void discard() {}
}
