package org.isengard.api.net;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** May decide what storage accepts from a remote modality, in place of the configuration. */
@ConsumerType
public interface AssociationFilter {
    /** {@return whether a transfer syntax is accepted; empty to leave it to the configuration} */
    Optional<Boolean> acceptsTransferSyntax(String uid, Requestor requestor);

    /** {@return whether SOP classes that the server does not know are accepted; empty to leave it to the configuration} */
    Optional<Boolean> acceptsUnknownSopClass(Requestor requestor);
}
