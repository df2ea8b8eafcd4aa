package org.isengard.api.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Runs jobs by priority, a bounded number at once, and remembers those that ended. */
@ProviderType
public interface JobEngine {
    /** {@return the identifier of the job, which is durable when this returns} */
    String submit(Job job, JobRequest request);

    /**
     * Submits a job and waits for its end.
     *
     * @return the content of the job
     * @throws org.isengard.api.IsengardException the error of the job
     */
    ObjectNode execute(Job job, JobRequest request);

    /** {@return identifiers of all jobs, ended ones too} */
    List<String> ids();

    Optional<JobStatus> status(String id);

    /** Asks a job to pause; nothing happens to one that ended. False when there is no such job. */
    boolean pause(String id);

    /** {@return false when the job is not paused} */
    boolean resume(String id);

    /** Ends a job as failed; nothing happens to one that ended. False when there is no such job. */
    boolean cancel(String id);

    /**
     * Runs a failed job again.
     *
     * @return false when the job has not failed
     * @throws org.isengard.api.IsengardException BAD_SEQUENCE_OF_CALLS when its type cannot run again
     */
    boolean resubmit(String id);

    /** Forgets a job that ended; false when there is none. */
    boolean delete(String id);

    Optional<JobOutput> output(String id, String key);

    boolean deleteOutput(String id, String key);
}
