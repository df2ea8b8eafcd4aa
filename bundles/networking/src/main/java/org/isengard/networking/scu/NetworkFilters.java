package org.isengard.networking.scu;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.isengard.api.IsengardException;
import org.isengard.api.net.AssociationFilter;
import org.isengard.api.net.FindFilter;
import org.isengard.api.net.Requestor;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.net.AssociateRequest;
import org.isengard.dicom.net.Association;
import org.isengard.rest.kit.RequiredFilters;
import org.isengard.runtime.swap.LazyServices;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the filters of other features about queries and associations one after the other; the first decision counts. */
@Component(service = NetworkFilters.class)
public final class NetworkFilters {
    /** Where nobody has anything to say. */
    public static final NetworkFilters NONE = new NetworkFilters(null, null, LazyServices.none(), LazyServices.none());

    private static final Logger LOG = LoggerFactory.getLogger(NetworkFilters.class);
    /** Peers may lose their patience. */
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final Modalities modalities;
    private final RequiredFilters scripts;

    private final LazyServices<FindFilter> finds;
    private final LazyServices<AssociationFilter> associations;

    @Activate
    public NetworkFilters(@Reference Modalities modalities, @Reference RequiredFilters scripts, BundleContext context) {
        this(
                modalities,
                scripts,
                LazyServices.open(context, FindFilter.class),
                LazyServices.open(context, AssociationFilter.class));
    }

    private NetworkFilters(
            Modalities modalities,
            RequiredFilters scripts,
            LazyServices<FindFilter> finds,
            LazyServices<AssociationFilter> associations) {
        this.modalities = modalities;
        this.scripts = scripts;
        this.finds = finds;
        this.associations = associations;
    }

    @Deactivate
    void close() {
        finds.close();
        associations.close();
    }

    private Requestor requestor(InetAddress remote, String callingAet, String calledAet) {
        String manufacturer = "";
        for (Modality modality : modalities.all()) {
            manufacturer = modality.aet().equals(callingAet) ? modality.manufacturer() : manufacturer;
        }
        return new Requestor(remote.getHostAddress(), callingAet, calledAet, manufacturer);
    }

    private <T> T ask(Supplier<T> question) {
        return scripts == null ? question.get() : scripts.ask(PATIENCE_NANOS, question);
    }

    /** @throws IsengardException SERVICE_UNAVAILABLE when a filter cannot tell now */
    public Attributes incomingFind(Attributes query, Association association) {
        return ask(() -> {
            Attributes changed = query;
            Requestor requestor = finds.isEmpty() ? null : requestor(association);
            for (FindFilter filter : finds.all()) {
                changed = filter.incomingFind(changed, requestor);
            }
            return changed;
        });
    }

    /** @throws IsengardException SERVICE_UNAVAILABLE when a filter cannot tell now */
    public Attributes incomingWorklist(Attributes query, Association association) {
        return ask(() -> {
            Attributes changed = query;
            Requestor requestor = finds.isEmpty() ? null : requestor(association);
            for (FindFilter filter : finds.all()) {
                changed = filter.incomingWorklist(changed, requestor);
            }
            return changed;
        });
    }

    /** @throws IsengardException SERVICE_UNAVAILABLE when a filter cannot tell now */
    public Attributes outgoingFind(Attributes query, String modality) {
        return ask(() -> {
            Attributes changed = query;
            for (FindFilter filter : finds.all()) {
                changed = filter.outgoingFind(changed, modality);
            }
            return changed;
        });
    }

    /** {@return whether a transfer syntax is accepted for storage; empty where the configuration decides} */
    public Optional<Boolean> acceptsTransferSyntax(String uid, AssociateRequest request, InetSocketAddress remote) {
        return decide(filter -> filter.acceptsTransferSyntax(uid, requestor(request, remote)));
    }

    /** {@return whether unknown SOP classes are accepted for storage; empty where the configuration decides} */
    public Optional<Boolean> acceptsUnknownSopClass(AssociateRequest request, InetSocketAddress remote) {
        return decide(filter -> filter.acceptsUnknownSopClass(requestor(request, remote)));
    }

    private Optional<Boolean> decide(Function<AssociationFilter, Optional<Boolean>> question) {
        try {
            return ask(() -> associations.all().stream()
                    .flatMap(filter -> question.apply(filter).stream())
                    .findFirst());
        } catch (IsengardException e) {
            LOG.warn("A presentation context is refused: {}", e.getMessage());
            return Optional.of(false);
        }
    }

    private Requestor requestor(Association association) {
        return requestor(association.remote().getAddress(), association.callingAet(), association.calledAet());
    }

    private Requestor requestor(AssociateRequest request, InetSocketAddress remote) {
        return requestor(remote.getAddress(), request.callingAet(), request.calledAet());
    }
}
