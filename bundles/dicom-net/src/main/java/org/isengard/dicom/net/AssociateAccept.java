package org.isengard.dicom.net;

import java.util.List;

/** A-ASSOCIATE-AC, PS3.8 section 9.3.3. Abstract syntaxes of a received one are filled in from the request. */
public record AssociateAccept(
        String calledAet, String callingAet, List<PresentationContext> contexts, UserInformation user) {
    public AssociateAccept {
        contexts = List.copyOf(contexts);
    }
}
