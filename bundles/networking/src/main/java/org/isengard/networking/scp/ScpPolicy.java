package org.isengard.networking.scp;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.isengard.dicom.UID;
import org.isengard.dicom.net.AssociateRequest;
import org.isengard.dicom.net.AssociationPolicy;
import org.isengard.dicom.net.AssociationRejectedException;
import org.isengard.dicom.net.PresentationContext;
import org.isengard.dicom.net.ProposedContext;
import org.isengard.networking.scu.Modality.Permission;
import org.isengard.networking.scu.NetworkFilters;

/** Negotiates the associations of the SCP: for each service those who may. */
final class ScpPolicy implements AssociationPolicy {
    private static final List<String> UNCOMPRESSED =
            List.of(UID.ExplicitVRLittleEndian, UID.ExplicitVRBigEndian, UID.ImplicitVRLittleEndian);

    /** Transfer syntaxes of the services other than storage. */
    private static final Map<String, Permission> SERVICES = Map.of(
            UID.Verification, Permission.ECHO,
            UID.PatientRootQueryRetrieveInformationModelFind, Permission.FIND,
            UID.StudyRootQueryRetrieveInformationModelFind, Permission.FIND,
            UID.PatientRootQueryRetrieveInformationModelMove, Permission.MOVE,
            UID.StudyRootQueryRetrieveInformationModelMove, Permission.MOVE,
            UID.PatientRootQueryRetrieveInformationModelGet, Permission.GET,
            UID.StudyRootQueryRetrieveInformationModelGet, Permission.GET,
            UID.StorageCommitmentPushModel, Permission.STORAGE_COMMITMENT,
            UID.ModalityWorklistInformationModelFind, Permission.FIND_WORKLIST);

    private final AccessRules access;
    private final AcceptedStorage accepted;
    private final BooleanSupplier worklists;
    private final Supplier<NetworkFilters> filters;

    /** @param worklists whether there is a worklist at the moment */
    ScpPolicy(
            AccessRules access, AcceptedStorage accepted, BooleanSupplier worklists, Supplier<NetworkFilters> filters) {
        this.filters = filters;
        this.access = access;
        this.accepted = accepted;
        this.worklists = worklists;
    }

    @Override
    public void check(AssociateRequest request, InetSocketAddress remote) throws AssociationRejectedException {
        access.check(request, remote.getAddress());
    }

    @Override
    public PresentationContext negotiate(ProposedContext proposed, AssociateRequest request, InetSocketAddress remote) {
        Permission service = SERVICES.get(proposed.abstractSyntax());
        if (service == Permission.FIND_WORKLIST && !worklists.getAsBoolean()
                || service == null && !acceptsSopClass(proposed.abstractSyntax(), request, remote)) {
            return proposed.refuse(PresentationContext.ABSTRACT_SYNTAX_NOT_SUPPORTED);
        }
        Permission permission = service == null ? Permission.STORE : service;
        // Orthanc agrees on queries with everybody and refuses the operation: its clients expect that kind of error.
        if (permission != Permission.FIND
                && permission != Permission.FIND_WORKLIST
                && !allows(permission, request.callingAet(), remote)) {
            return proposed.refuse(PresentationContext.USER_REJECTION);
        }
        // The requestor's order counts: it names first what it has, and would have to convert for the others.
        Predicate<String> syntaxes = service == null
                ? uid -> filters.get()
                        .acceptsTransferSyntax(uid, request, remote)
                        .orElseGet(() -> accepted.acceptsTransferSyntax(uid))
                : UNCOMPRESSED::contains;
        return proposed.transferSyntaxes().stream()
                .filter(syntaxes)
                .findFirst()
                .map(proposed::accept)
                .orElseGet(() -> proposed.refuse(PresentationContext.TRANSFER_SYNTAXES_NOT_SUPPORTED));
    }

    /** A request and a report come in the same context; which of the two may be is seen when it comes. */
    private boolean allows(Permission permission, String callingAet, InetSocketAddress remote) {
        return access.allows(permission, callingAet, remote.getAddress())
                || permission == Permission.STORAGE_COMMITMENT
                        && access.allows(Permission.N_EVENT_REPORT, callingAet, remote.getAddress());
    }

    private boolean acceptsSopClass(String uid, AssociateRequest request, InetSocketAddress remote) {
        Optional<Boolean> decided = accepted.isUnknownSopClass(uid)
                ? filters.get().acceptsUnknownSopClass(request, remote)
                : Optional.empty();
        return decided.orElseGet(() -> accepted.acceptsSopClass(uid));
    }

    /** C-GET sends instances back on the association that asks; who reports on storage commitment is its SCP. */
    @Override
    public boolean acceptsScpRole(String sopClass) {
        return sopClass.equals(UID.StorageCommitmentPushModel)
                || !SERVICES.containsKey(sopClass) && accepted.acceptsSopClass(sopClass);
    }
}
