package org.isengard.dicom.net;

import org.isengard.dicom.Attributes;

/** Where the matches of a C-FIND go. */
public final class FindResponses extends Cancellation {
    FindResponses(Operation operation) {
        super(operation);
    }

    /** Sends one match. */
    public void match(Attributes identifier) throws AssociationException {
        send(identifier, Status.PENDING, false);
    }

    /** Sends one match. @param keysUnsupported whether some optional keys were not looked at (status 0xFF01) */
    public void match(Attributes identifier, boolean keysUnsupported) throws AssociationException {
        send(identifier, keysUnsupported ? Status.PENDING_WARNING : Status.PENDING, false);
    }

    /** Sends one match soon: with the next one, or with the end, which must both be at hand. */
    public void matchSoon(Attributes identifier) throws AssociationException {
        send(identifier, Status.PENDING, true);
    }

    private void send(Attributes identifier, int status, boolean moreFollow) throws AssociationException {
        byte[] encoded = DataSets.encode(identifier, operation.context());
        operation.association().send(operation.context(), operation.command().response(status), encoded, moreFollow);
    }
}
