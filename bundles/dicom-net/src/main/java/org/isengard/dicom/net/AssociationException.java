package org.isengard.dicom.net;

import java.io.IOException;

/** The association cannot go on: the connection is lost, the peer is silent or breaks the protocol. */
public class AssociationException extends IOException {
    private static final long serialVersionUID = 1L;

    public AssociationException(String message) {
        super(message);
    }

    public AssociationException(String message, Throwable cause) {
        super(message, cause);
    }
}
