package org.isengard.runtime.swap;

import java.io.IOException;

/** A service that is being swapped did not come back in time. */
public final class ServiceAbsentException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_CAUSES = 16;

    /** {@return whether a failure comes from a service that was being swapped} */
    public static boolean isCauseOf(Throwable failure) {
        Throwable cause = failure;
        // A chain of causes may be a circle.
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof ServiceAbsentException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** @param service names the service for the reader of the message */
    public ServiceAbsentException(String service) {
        super("The " + service + " is being updated, try again");
    }
}
