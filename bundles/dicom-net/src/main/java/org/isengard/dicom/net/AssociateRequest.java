package org.isengard.dicom.net;

import java.util.List;

/** A-ASSOCIATE-RQ, PS3.8 section 9.3.2. AE titles are without padding. */
public record AssociateRequest(
        int protocolVersion,
        String calledAet,
        String callingAet,
        String applicationContext,
        List<ProposedContext> contexts,
        UserInformation user) {
    /** The only application context name of DICOM, PS3.7 section A.2.1. */
    public static final String DICOM_APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1";

    public AssociateRequest {
        contexts = List.copyOf(contexts);
    }
}
