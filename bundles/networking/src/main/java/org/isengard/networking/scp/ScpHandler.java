package org.isengard.networking.scp;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.isengard.api.IsengardException;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.Source;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.UID;
import org.isengard.dicom.net.Association;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.DimseHandler;
import org.isengard.dicom.net.FindResponses;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.Status;
import org.isengard.dicom.net.SubOperations;
import org.isengard.dicom.net.UserIdentity;
import org.isengard.networking.commitment.CommitmentScp;
import org.isengard.networking.scu.Modality.Permission;
import org.isengard.networking.scu.NetworkFilters;
import org.isengard.networking.worklist.WorklistScp;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.ServiceAbsentException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services of one association: instances stream to ingest as they arrive, queries go to the index. */
final class ScpHandler implements DimseHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ScpHandler.class);
    private static final String ABSENT = "The index is not there";
    private static final int FIND_ATTEMPTS = 10;

    private final AssociationUsers users;
    private final StoreReceiver receiver;
    private final RunningRetrievals retrievals;
    private final Lease<FindScp> finds;
    private final Lease<RetrieveScp> retrieves;
    private final Lease<CommitmentScp> commitments;
    private final WorklistScp worklists;
    private final AccessRules access;
    private final Supplier<NetworkFilters> filters;

    ScpHandler(
            Lease<Ingest> ingestLease,
            RunningRetrievals retrievals,
            Lease<FindScp> finds,
            Lease<RetrieveScp> retrieves,
            Lease<CommitmentScp> commitments,
            WorklistScp worklists,
            AccessRules access,
            Supplier<NetworkFilters> filters,
            AssociationUsers users,
            Association association) {
        this.users = users;
        this.retrievals = retrievals;
        this.filters = filters;
        this.finds = finds;
        this.retrieves = retrieves;
        this.commitments = commitments;
        this.worklists = worklists;
        this.access = access;
        UserIdentity identity = association.request().user().userIdentity();
        LOG.info(
                "Association of {} at {} with {}{}",
                association.callingAet(),
                association.remote().getAddress().getHostAddress(),
                association.calledAet(),
                identity == null ? "" : " for " + identity.describe());
        users.tellAccepted(association);
        receiver = new StoreReceiver(
                ingestLease,
                Source.dicom(
                        association.remote().getAddress().getHostAddress(),
                        association.callingAet(),
                        association.calledAet()));
    }

    @Override
    public int store(Operation operation, InputStream dataSet) throws IOException {
        return users.store(operation.association(), () -> receive(operation, dataSet));
    }

    private int receive(Operation operation, InputStream dataSet) throws IOException {
        Ingest.Outcome outcome = receiver.receive(operation, dataSet);
        if (outcome.ids() != null) {
            retrievals.stored(operation, outcome.ids().instance());
        }
        return StoreReceiver.status(outcome.status());
    }

    @Override
    public void find(Operation operation, Attributes identifier, FindResponses responses) throws IOException {
        users.run(
                "C-FIND", operation.association(), "view", identifier, () -> answer(operation, identifier, responses));
    }

    private Void answer(Operation operation, Attributes identifier, FindResponses responses) throws IOException {
        if (operation.context().abstractSyntax().equals(UID.ModalityWorklistInformationModelFind)) {
            findWorklist(operation, identifier, responses);
            return null;
        }
        require(Permission.FIND, operation, "This AE title may not query");
        Attributes query = filtered(() -> filters.get().incomingFind(identifier, operation.association()));
        try {
            for (int attempt = 1; !finds.use(present -> tryFind(present, query, responses)); attempt++) {
                if (attempt == FIND_ATTEMPTS) {
                    throw new DimseException(Status.OUT_OF_RESOURCES, ABSENT);
                }
            }
        } catch (ServiceAbsentException e) {
            throw new DimseException(Status.OUT_OF_RESOURCES, ABSENT, e);
        }
        return null;
    }

    /** {@return false when the index began to leave before there was an answer: the one that comes can be asked again} */
    private static boolean tryFind(FindScp scp, Attributes query, FindResponses responses) throws IOException {
        try {
            scp.find(query, responses);
            return true;
        } catch (ServiceAbsentException e) {
            LOG.debug("A search ends for the swap of a feature", e);
            return false;
        }
    }

    private void findWorklist(Operation operation, Attributes identifier, FindResponses responses) throws IOException {
        require(Permission.FIND_WORKLIST, operation, "This AE title may not query worklists");
        Association association = operation.association();
        worklists.find(association, filtered(() -> filters.get().incomingWorklist(identifier, association)), responses);
    }

    private static Attributes filtered(Supplier<Attributes> query) throws DimseException {
        try {
            return query.get();
        } catch (IsengardException e) {
            throw new DimseException(StoreReceiver.status(e.error()), e.getMessage(), e);
        }
    }

    @Override
    public void move(Operation operation, Attributes identifier, String destination, SubOperations progress)
            throws IOException {
        users.run("C-MOVE", operation.association(), "download", identifier, () -> {
            present(retrieves, Status.OUT_OF_RESOURCES).move(operation, identifier, destination, progress);
            return null;
        });
    }

    @Override
    public void get(Operation operation, Attributes identifier, SubOperations progress) throws IOException {
        users.run("C-GET", operation.association(), "download", identifier, () -> {
            present(retrieves, Status.OUT_OF_RESOURCES).get(operation, identifier, progress);
            return null;
        });
    }

    @Override
    public Attributes action(Operation operation, int actionType, Attributes information) throws IOException {
        require(Permission.STORAGE_COMMITMENT, operation, "This AE title may not ask for storage commitment");
        commitments(operation).request(operation.association(), actionType, information);
        return null;
    }

    @Override
    public Attributes eventReport(Operation operation, int eventType, Attributes information) throws IOException {
        require(Permission.N_EVENT_REPORT, operation, "This AE title may not report");
        commitments(operation).report(operation.association(), eventType, information);
        return null;
    }

    private void require(Permission permission, Operation operation, String otherwise) throws DimseException {
        Association association = operation.association();
        if (!access.allows(
                permission, association.callingAet(), association.remote().getAddress())) {
            throw new DimseException(Status.NOT_AUTHORIZED, otherwise);
        }
    }

    private CommitmentScp commitments(Operation operation) throws DimseException {
        if (!operation.context().abstractSyntax().equals(UID.StorageCommitmentPushModel)) {
            throw new DimseException(Status.NO_SUCH_SOP_CLASS, "Not an operation of this SOP class");
        }
        return present(commitments, Status.PROCESSING_FAILURE);
    }

    private static <T> T present(Lease<T> service, int otherwise) throws DimseException {
        try {
            return service.service();
        } catch (ServiceAbsentException e) {
            throw new DimseException(otherwise, ABSENT, e);
        }
    }
}
