package org.isengard.dicom.net;

/** The peer sent A-ABORT (PS3.8 section 9.3.8). */
public class AssociationAbortedException extends AssociationException {
    private static final long serialVersionUID = 1L;

    private final int source;
    private final int reason;

    AssociationAbortedException(int source, int reason) {
        super("The peer aborted the association (source " + source + ", reason " + reason + ")");
        this.source = source;
        this.reason = reason;
    }

    /** 0: service user, 2: service provider. */
    public int source() {
        return source;
    }

    public int reason() {
        return reason;
    }
}
