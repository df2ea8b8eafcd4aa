package org.isengard.api.job;

import org.osgi.annotation.versioning.ProviderType;

/** The link between a running job and the engine: the job reports progress and learns that it shall stop. */
@ProviderType
public interface JobControl {
    /** {@return the identifier of the job} */
    String id();

    /** Tells how much is done, from 0 to 1. */
    void progress(double fraction);

    /**
     * A point where the job may stop and its {@link Job#state} may be saved; cheap, to be called after each instance.
     *
     * @throws JobStopped when the job shall pause or end; let it pass
     */
    void checkpoint();

    /** Saves the state now: what was done so far must not be done again after a crash. */
    void save();
}
