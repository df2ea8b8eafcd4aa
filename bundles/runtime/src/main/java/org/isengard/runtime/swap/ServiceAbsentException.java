package org.isengard.runtime.swap;

import java.io.IOException;

/** A service that is being swapped did not come back in time. */
public final class ServiceAbsentException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param service names the service for the reader of the message */
    public ServiceAbsentException(String service) {
        super("The " + service + " is being updated, try again");
    }
}
