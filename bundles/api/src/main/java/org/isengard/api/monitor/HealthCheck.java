package org.isengard.api.monitor;

import org.osgi.annotation.versioning.ConsumerType;

/** A service that knows whether a part of the server can do its work, for {@code /health/ready}. */
@ConsumerType
public interface HealthCheck {
    /** {@return a short name of the part, such as {@code database}; it is shown to anybody} */
    String name();

    /**
     * Checks the part. Probes come every few seconds: the check is quick and leaves nothing behind.
     *
     * @throws Exception when the part cannot work; the reason goes to the log and not to the caller
     */
    void check() throws Exception;
}
