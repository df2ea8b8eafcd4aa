package org.isengard.networking;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.isengard.api.net.AssociationFilter;
import org.isengard.api.net.FindFilter;
import org.isengard.api.net.Requestor;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.net.AssociateRequest;
import org.isengard.dicom.net.Association;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** What other features have to say about queries and associations: one after the other, the first that decides counts. */
@Component(service = NetworkFilters.class)
public final class NetworkFilters {
    /** Where nobody has anything to say. */
    static final NetworkFilters NONE = new NetworkFilters(null);

    private final Modalities modalities;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<FindFilter> finds = List.of();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<AssociationFilter> associations = List.of();

    @Activate
    public NetworkFilters(@Reference Modalities modalities) {
        this.modalities = modalities;
    }

    private Requestor requestor(InetAddress remote, String callingAet, String calledAet) {
        String manufacturer = "";
        for (Modality modality : modalities.all()) {
            manufacturer = modality.aet().equals(callingAet) ? modality.manufacturer() : manufacturer;
        }
        return new Requestor(remote.getHostAddress(), callingAet, calledAet, manufacturer);
    }

    Attributes incomingFind(Attributes query, Association association) {
        Attributes changed = query;
        Requestor requestor = finds.isEmpty() ? null : requestor(association);
        for (FindFilter filter : finds) {
            changed = filter.incomingFind(changed, requestor);
        }
        return changed;
    }

    Attributes incomingWorklist(Attributes query, Association association) {
        Attributes changed = query;
        Requestor requestor = finds.isEmpty() ? null : requestor(association);
        for (FindFilter filter : finds) {
            changed = filter.incomingWorklist(changed, requestor);
        }
        return changed;
    }

    Attributes outgoingFind(Attributes query, String modality) {
        Attributes changed = query;
        for (FindFilter filter : finds) {
            changed = filter.outgoingFind(changed, modality);
        }
        return changed;
    }

    /** {@return whether a transfer syntax is accepted for storage; empty where the configuration decides} */
    Optional<Boolean> acceptsTransferSyntax(String uid, AssociateRequest request, InetSocketAddress remote) {
        return associations.stream()
                .flatMap(filter -> filter.acceptsTransferSyntax(uid, requestor(request, remote)).stream())
                .findFirst();
    }

    /** {@return whether unknown SOP classes are accepted for storage; empty where the configuration decides} */
    Optional<Boolean> acceptsUnknownSopClass(AssociateRequest request, InetSocketAddress remote) {
        return associations.stream()
                .flatMap(filter -> filter.acceptsUnknownSopClass(requestor(request, remote)).stream())
                .findFirst();
    }

    private Requestor requestor(Association association) {
        return requestor(association.remote().getAddress(), association.callingAet(), association.calledAet());
    }

    private Requestor requestor(AssociateRequest request, InetSocketAddress remote) {
        return requestor(remote.getAddress(), request.callingAet(), request.calledAet());
    }
}
