package org.isengard.api.job;

import java.time.Duration;
import org.isengard.api.IsengardException;

/**
 * {@link Job#run} throws this exception when it cannot go on now but may later, such as when a remote system is down. The job
 * gives its place to others and is run again after the delay, from where it was.
 */
public final class JobRetry extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Duration delay;

    /** @param cause shown as the error of the job while it waits */
    public JobRetry(Duration delay, IsengardException cause) {
        super(cause.getMessage(), cause);
        this.delay = delay;
    }

    public Duration delay() {
        return delay;
    }

    public IsengardException error() {
        return (IsengardException) getCause();
    }
}
