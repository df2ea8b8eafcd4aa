package org.isengard.dicom.net;

import java.util.List;

/** A presentation context as the requestor proposes it: odd identifier from 1 to 255, PS3.8 section 9.3.2.2. */
public record ProposedContext(int id, String abstractSyntax, List<String> transferSyntaxes) {
    public ProposedContext {
        transferSyntaxes = List.copyOf(transferSyntaxes);
    }

    public PresentationContext accept(String transferSyntax) {
        return new PresentationContext(id, abstractSyntax, transferSyntax, PresentationContext.ACCEPTANCE);
    }

    /** Refuses, with one of the results of {@link PresentationContext}. */
    public PresentationContext refuse(int result) {
        return new PresentationContext(
                id, abstractSyntax, transferSyntaxes.isEmpty() ? "" : transferSyntaxes.get(0), result);
    }
}
