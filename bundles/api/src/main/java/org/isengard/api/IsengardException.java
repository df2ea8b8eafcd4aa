package org.isengard.api;

import java.util.OptionalInt;

/** An error with Orthanc's code; REST answers it in Orthanc's JSON form. */
public final class IsengardException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int NO_STATUS = -1;

    private final ErrorCode error;
    private final int httpStatus;
    private int dimseStatus = NO_STATUS;

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

    /** Notes the status (PS3.7 annex C) with which a remote DICOM system refused an operation; returns this exception. */
    public IsengardException withDimseStatus(int status) {
        dimseStatus = status;
        return this;
    }

    /** {@return the status with which a remote DICOM system refused an operation, if that is the error} */
    public OptionalInt dimseStatus() {
        return dimseStatus == NO_STATUS ? OptionalInt.empty() : OptionalInt.of(dimseStatus);
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
