package org.isengard.networking.query;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoublePredicate;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.Source;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.UIDs;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.CommandSet;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.DimseHandler;
import org.isengard.dicom.net.Operation;
import org.isengard.networking.scp.AcceptedStorage;
import org.isengard.networking.scp.IngestLease;
import org.isengard.networking.scp.InstanceReceiver;
import org.isengard.networking.scp.RunningRetrievals;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** C-MOVE and C-GET as a client: has modalities send resources, and knows which of them came here. */
@Component(service = RetrieveScu.class)
public final class RetrieveScu {
    /** How many SOP classes are proposed when nobody says which there will be; a few contexts are left for others. */
    private static final int MOST_CLASSES = 120;

    private static final List<String> UNCOMPRESSED = List.of(UID.ExplicitVRLittleEndian, UID.ImplicitVRLittleEndian);

    private final Modalities modalities;
    private final RunningRetrievals retrievals;
    private final AcceptedStorage accepted;
    private final IngestLease ingestLease = new IngestLease(IngestLease.PATIENCE);

    @Activate
    public RetrieveScu(
            @Reference Modalities modalities,
            @Reference RunningRetrievals retrievals,
            @Reference AcceptedStorage accepted) {
        this.modalities = modalities;
        this.retrievals = retrievals;
        this.accepted = accepted;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindIngest(Ingest ingest) {
        ingestLease.open(ingest);
    }

    void unbindIngest(Ingest ingest) {
        ingestLease.close(ingest);
    }

    /** @param instances identifiers of what came here */
    record Result(int status, String errorComment, List<String> instances) {
        Result {
            instances = List.copyOf(instances);
        }
    }

    /** An association on which one retrieval follows the other. */
    interface Session extends AutoCloseable {
        /**
         * Retrieves what matches.
         *
         * @param patient in the patient root information model, else in the study root
         * @param target where C-MOVE sends it
         * @param goOn is told from time to time how much is done, from 0 to 1; false cancels
         */
        Result retrieve(Attributes identifier, boolean patient, String target, DoublePredicate goOn) throws IOException;

        @Override
        void close();
    }

    /**
     * Opens an association.
     *
     * @param get by C-GET instead of C-MOVE
     * @param timeout in seconds, -1 for that of the modality
     * @param sopClasses that will come by C-GET, empty when that is not known
     */
    Session open(Modality modality, String localAet, boolean get, int timeout, Set<String> sopClasses)
            throws IOException {
        AssociationOptions call = modalities.call(modality, localAet, timeout);
        if (!get) {
            call.propose(UID.StudyRootQueryRetrieveInformationModelMove, UNCOMPRESSED)
                    .propose(UID.PatientRootQueryRetrieveInformationModelMove, UNCOMPRESSED);
            return new Moving(DicomClient.open(call), localAet);
        }
        call.propose(UID.StudyRootQueryRetrieveInformationModelGet, UNCOMPRESSED)
                .propose(UID.PatientRootQueryRetrieveInformationModelGet, UNCOMPRESSED);
        proposeStorage(call, sopClasses);
        return new Getting(DicomClient.open(call), modality, localAet);
    }

    /** With known classes there is room for a context of its own for what is compressed, so that it may stay so. */
    private void proposeStorage(AssociationOptions call, Set<String> sopClasses) {
        List<String> compressed = accepted.acceptedTransferSyntaxes().stream()
                .filter(uid -> TransferSyntax.of(uid).encapsulated())
                .toList();
        boolean known = !sopClasses.isEmpty() && sopClasses.size() <= MOST_CLASSES / 2;
        Collection<String> classes = known ? sopClasses : commonest(sopClasses);
        for (String sopClass : classes) {
            call.role(sopClass, false, true);
            if (known && !compressed.isEmpty()) {
                call.propose(sopClass, compressed).propose(sopClass, UNCOMPRESSED);
            } else {
                List<String> all = new ArrayList<>(UNCOMPRESSED);
                all.addAll(compressed);
                call.propose(sopClass, all);
            }
        }
    }

    /** Those that are asked for, then images, then the others. */
    private Set<String> commonest(Set<String> first) {
        Set<String> classes = new LinkedHashSet<>(first);
        List<String> accepted = this.accepted.acceptedSopClasses();
        accepted.stream().filter(RetrieveScu::isImage).forEach(classes::add);
        classes.addAll(accepted);
        return new LinkedHashSet<>(classes.stream().limit(MOST_CLASSES).toList());
    }

    private static boolean isImage(String uid) {
        String keyword = UIDs.keyword(uid);
        return keyword != null && keyword.contains("Image") && !keyword.startsWith("DICOS");
    }

    private static double share(CommandSet pending) {
        int done = pending.getInt(CommandSet.COMPLETED_SUB_OPERATIONS, 0)
                + pending.getInt(CommandSet.FAILED_SUB_OPERATIONS, 0)
                + pending.getInt(CommandSet.WARNING_SUB_OPERATIONS, 0);
        int all = done + pending.getInt(CommandSet.REMAINING_SUB_OPERATIONS, 0);
        return all == 0 ? 0 : (double) done / all;
    }

    private static Result result(DicomClient.Retrieved end, List<String> instances) {
        return new Result(end.status(), end.errorComment(), instances);
    }

    private final class Moving implements Session {
        private final DicomClient client;
        private final String localAet;

        Moving(DicomClient client, String localAet) {
            this.client = client;
            this.localAet = localAet;
        }

        @Override
        public Result retrieve(Attributes identifier, boolean patient, String target, DoublePredicate goOn)
                throws IOException {
            String sopClass = patient
                    ? UID.PatientRootQueryRetrieveInformationModelMove
                    : UID.StudyRootQueryRetrieveInformationModelMove;
            try (RunningRetrievals.Retrieval retrieval = retrievals.open(localAet)) {
                DicomClient.Retrieved end = client.move(
                        sopClass, identifier, target, retrieval.messageId(), pending -> goOn.test(share(pending)));
                return result(end, retrieval.instances());
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private final class Getting implements Session {
        private final DicomClient client;
        private final InstanceReceiver receiver;

        Getting(DicomClient client, Modality modality, String localAet) {
            this.client = client;
            String address = client.association().remote().getAddress().getHostAddress();
            receiver = new InstanceReceiver(ingestLease, Source.dicom(address, modality.aet(), localAet));
        }

        @Override
        public Result retrieve(Attributes identifier, boolean patient, String target, DoublePredicate goOn)
                throws IOException {
            String sopClass = patient
                    ? UID.PatientRootQueryRetrieveInformationModelGet
                    : UID.StudyRootQueryRetrieveInformationModelGet;
            List<String> instances = new ArrayList<>();
            var stores = new DimseHandler() {
                @Override
                public int store(Operation operation, InputStream dataSet) throws IOException {
                    Ingest.Outcome outcome = receiver.receive(operation, dataSet);
                    if (outcome.ids() != null) {
                        instances.add(outcome.ids().instance());
                    }
                    return InstanceReceiver.status(outcome.status());
                }
            };
            DicomClient.Retrieved end = client.get(sopClass, identifier, stores, pending -> goOn.test(share(pending)));
            return result(end, instances);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
