package org.isengard.api.job;

import org.osgi.annotation.versioning.ConsumerType;

/** Hears when a job is submitted (state pending) and when it ended; called on threads of the engine. */
@ConsumerType
public interface JobListener {
    void changed(JobStatus job);
}
