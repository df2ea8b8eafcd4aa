package org.isengard.api;

/** An error with Orthanc's code; REST answers it in Orthanc's JSON form. */
public final class IsengardException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode error;
    private final int httpStatus;

    public IsengardException(ErrorCode error) {
        this(error, "");
    }

    /** @param details what went wrong, for the person reading the answer; may be empty */
    public IsengardException(ErrorCode error, String details) {
        this(error, error.httpStatus(), details, null);
    }

    public IsengardException(ErrorCode error, String details, Throwable cause) {
        this(error, error.httpStatus(), details, cause);
    }

    /** An error that answers with another HTTP status than its code usually does. */
    public IsengardException(ErrorCode error, int httpStatus, String details, Throwable cause) {
        super(details, cause);
        this.error = error;
        this.httpStatus = httpStatus;
    }

    public ErrorCode error() {
        return error;
    }

    public int httpStatus() {
        return httpStatus;
    }

    public String details() {
        return getMessage() == null ? "" : getMessage();
    }
}
