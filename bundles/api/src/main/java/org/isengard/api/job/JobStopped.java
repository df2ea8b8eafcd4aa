package org.isengard.api.job;

/** The engine asks a running job to leave {@link Job#run}. */
public final class JobStopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JobStopped() {
        super("The job was asked to stop", null, false, false);
    }
}
