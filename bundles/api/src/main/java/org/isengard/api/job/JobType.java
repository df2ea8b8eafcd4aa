package org.isengard.api.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of job, published as a service. While no service of a name is there, jobs of that kind wait; when the service
 * leaves, running ones stop at their next checkpoint and wait too.
 */
@ConsumerType
public interface JobType {
    /** {@return the name shown as {@code Type}, such as {@code ResourceModification}} */
    String name();

    /** {@return a job that goes on where {@link Job#state} was taken} */
    Job restore(JsonNode state) throws IOException;
}
