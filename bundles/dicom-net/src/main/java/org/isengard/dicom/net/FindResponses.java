package org.isengard.dicom.net;

import org.isengard.dicom.Attributes;

/** Where the matches of a C-FIND go. */
public final class FindResponses extends Cancellation {
    FindResponses(Operation operation) {
        super(operation);
    }

    /** Sends one match. */
    public void match(Attributes identifier) throws AssociationException {
        match(identifier, false);
    }

    /** Sends one match. @param keysUnsupported whether some optional keys were not looked at (status 0xFF01) */
    public void match(Attributes identifier, boolean keysUnsupported) throws AssociationException {
        byte[] encoded = DataSets.encode(identifier, operation.context());
        int status = keysUnsupported ? Status.PENDING_WARNING : Status.PENDING;
        operation.association().send(operation.context(), operation.command().response(status), encoded);
    }
}
