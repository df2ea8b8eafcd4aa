package org.isengard.dicom.net;

import java.net.InetSocketAddress;

/** The rules by which an acceptor answers. It is asked for each association, so that settings may change meanwhile. */
public interface AssociationPolicy {
    /**
     * Looks at the request as a whole: AE titles, address, user identity.
     *
     * @throws AssociationRejectedException to refuse it, with the reason the peer is told
     */
    default void check(AssociateRequest request, InetSocketAddress remote) throws AssociationRejectedException {}

    /** Accepts or refuses one presentation context; see {@link ProposedContext#accept}. */
    PresentationContext negotiate(ProposedContext proposed, AssociateRequest request, InetSocketAddress remote);

    /** Whether the requestor may be SCP of this SOP class, as it must be for the storage that C-GET causes. */
    default boolean acceptsScpRole(String sopClass) {
        return false;
    }
}
