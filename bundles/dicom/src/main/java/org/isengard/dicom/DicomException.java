package org.isengard.dicom;

import java.io.IOException;

/** A data set that cannot be read or written; the message says where: path of tags and offset in bytes. */
public final class DicomException extends IOException {
    private final long offset;

    public DicomException(String message) {
        this(message, null, -1, null);
    }

    public DicomException(String message, Throwable cause) {
        this(message, null, -1, cause);
    }

    DicomException(String message, String tagPath, long offset, Throwable cause) {
        super(
                message
                        + (tagPath == null || tagPath.isEmpty() ? "" : ", at " + tagPath)
                        + (offset < 0 ? "" : ", byte " + offset),
                cause);
        this.offset = offset;
    }

    /** The offset of the offending byte (in the inflated data set where that is deflated), or -1. */
    public long offset() {
        return offset;
    }
}
