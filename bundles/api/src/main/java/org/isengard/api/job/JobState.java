package org.isengard.api.job;

/** Where a job stands, by Orthanc's names. */
public enum JobState {
    PENDING("Pending"),
    RUNNING("Running"),
    SUCCESS("Success"),
    FAILURE("Failure"),
    PAUSED("Paused"),
    RETRY("Retry");

    private final String label;

    JobState(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /** {@return whether the job has ended} */
    public boolean isFinal() {
        return this == SUCCESS || this == FAILURE;
    }
}
