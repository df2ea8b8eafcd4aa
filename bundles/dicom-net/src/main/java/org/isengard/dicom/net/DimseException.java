package org.isengard.dicom.net;

import java.io.IOException;

/** A DIMSE operation that ends with this status (PS3.7 annex C); the association goes on. */
public class DimseException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param comment what the peer reads in Error Comment (0000,0902), cut to 64 characters */
    public DimseException(int status, String comment) {
        super(comment);
        this.status = status;
    }

    public DimseException(int status, String comment, Throwable cause) {
        super(comment, cause);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
