package org.isengard.networking.query;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoublePredicate;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.Source;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.CommandSet;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.DimseHandler;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.Status;
import org.isengard.networking.scp.AcceptedStorage;
import org.isengard.networking.scp.RunningRetrievals;
import org.isengard.networking.scp.StoreReceiver;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** C-MOVE and C-GET as a client: has modalities send resources, and knows which of them came here. */
@Component(service = RetrieveScu.class)
public final class RetrieveScu {
    /** SOP classes in one association: of its 128 presentation contexts the retrieval itself needs two. */
    private static final int MOST_CLASSES = 126;

    /** Modalities lose their patience when they wait longer for an answer to C-STORE. */
    private static final Duration SENDERS_WAIT = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(RetrieveScu.class);
    private static final List<String> UNCOMPRESSED = List.of(UID.ExplicitVRLittleEndian, UID.ImplicitVRLittleEndian);

    private final Modalities modalities;
    private final RunningRetrievals retrievals;
    private final AcceptedStorage accepted;
    private final Lease<Ingest> ingestLease;

    @Activate
    public RetrieveScu(
            @Reference Modalities modalities,
            @Reference RunningRetrievals retrievals,
            @Reference AcceptedStorage accepted,
            BundleContext context) {
        ingestLease = Lease.follow(
                context, Ingest.class, "feature ingest", SwapTimeout.of(context).atMost(SENDERS_WAIT));
        this.modalities = modalities;
        this.retrievals = retrievals;
        this.accepted = accepted;
    }

    @Deactivate
    void close() {
        ingestLease.end();
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
     * The SOP classes of the instances of a retrieval, as far as answers of a query name them.
     *
     * @param sopClasses SOP classes in study (0008,0062)
     * @param modalities modality (0008,0060) or modalities in study (0008,0061)
     */
    record Content(Set<String> sopClasses, Set<String> modalities) {
        Content {
            sopClasses = Collections.unmodifiableSet(new LinkedHashSet<>(sopClasses));
            modalities = Collections.unmodifiableSet(new LinkedHashSet<>(modalities));
        }
    }

    /**
     * Opens an association.
     *
     * @param get by C-GET instead of C-MOVE
     * @param timeout in seconds, -1 for that of the modality
     * @param content what will come by C-GET
     */
    Session open(Modality modality, String localAet, boolean get, int timeout, Content content) throws IOException {
        if (!get) {
            AssociationOptions call = modalities
                    .call(modality, localAet, timeout)
                    .propose(UID.StudyRootQueryRetrieveInformationModelMove, UNCOMPRESSED)
                    .propose(UID.PatientRootQueryRetrieveInformationModelMove, UNCOMPRESSED);
            return new Moving(DicomClient.open(call), localAet);
        }
        List<List<String>> batches = StorageClassOrder.batches(
                content.sopClasses(), content.modalities(), accepted.acceptedSopClasses(), MOST_CLASSES);
        return new Getting(modality, localAet, timeout, batches);
    }

    /** Opens an association that takes instances of these classes. */
    private DicomClient openForGet(Modality modality, String localAet, int timeout, List<String> classes)
            throws IOException {
        AssociationOptions call = modalities
                .call(modality, localAet, timeout)
                .propose(UID.StudyRootQueryRetrieveInformationModelGet, UNCOMPRESSED)
                .propose(UID.PatientRootQueryRetrieveInformationModelGet, UNCOMPRESSED);
        List<String> compressed = accepted.acceptedTransferSyntaxes().stream()
                .filter(uid -> TransferSyntax.of(uid).encapsulated())
                .toList();
        // With few classes there is room for a context of its own for compressed data, so that it stays compressed.
        boolean separate = classes.size() <= MOST_CLASSES / 2 && !compressed.isEmpty();
        for (String sopClass : classes) {
            call.role(sopClass, modality.wantsBothRoles(), true);
            if (separate) {
                call.propose(sopClass, compressed).propose(sopClass, UNCOMPRESSED);
            } else {
                List<String> all = new ArrayList<>(UNCOMPRESSED);
                all.addAll(compressed);
                call.propose(sopClass, all);
            }
        }
        return DicomClient.open(call);
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
        private final Modality modality;
        private final String localAet;
        private final int timeout;
        private final List<List<String>> batches;
        private final DicomClient first;
        private final StoreReceiver receiver;

        Getting(Modality modality, String localAet, int timeout, List<List<String>> batches) throws IOException {
            this.modality = modality;
            this.localAet = localAet;
            this.timeout = timeout;
            this.batches = batches;
            first = openForGet(modality, localAet, timeout, batches.isEmpty() ? List.of() : batches.get(0));
            String address = first.association().remote().getAddress().getHostAddress();
            receiver = new StoreReceiver(ingestLease, Source.dicom(address, modality.aet(), localAet));
        }

        @Override
        public Result retrieve(Attributes identifier, boolean patient, String target, DoublePredicate goOn)
                throws IOException {
            List<String> instances = new ArrayList<>();
            DicomClient.Retrieved end = get(first, identifier, patient, goOn, instances);
            int failed = end.failed();
            boolean warned = end.warning() > 0;
            for (int i = 1; i < batches.size() && failed > 0 && end.status() != Status.CANCEL; i++) {
                // The modality had no presentation context for some instances: another association proposes more
                // classes.
                DicomClient.Retrieved more;
                try (DicomClient next = openForGet(modality, localAet, timeout, batches.get(i))) {
                    more = get(next, identifier, patient, goOn, instances);
                } catch (IOException e) {
                    LOG.warn(
                            "{} does not send the instances of other SOP classes: {}", modality.name(), e.getMessage());
                    break;
                }
                failed = Math.max(0, failed - more.completed() - more.warning());
                warned |= more.warning() > 0;
                if (more.status() == Status.CANCEL) {
                    return result(more, instances);
                }
            }
            if (failed == 0 && end.failed() > 0) {
                return new Result(warned ? Status.SUB_OPERATIONS_WITH_FAILURES : Status.SUCCESS, "", instances);
            }
            return result(end, instances);
        }

        private DicomClient.Retrieved get(
                DicomClient client,
                Attributes identifier,
                boolean patient,
                DoublePredicate goOn,
                List<String> instances)
                throws IOException {
            String sopClass = patient
                    ? UID.PatientRootQueryRetrieveInformationModelGet
                    : UID.StudyRootQueryRetrieveInformationModelGet;
            var stores = new DimseHandler() {
                @Override
                public int store(Operation operation, InputStream dataSet) throws IOException {
                    Ingest.Outcome outcome = receiver.receive(operation, dataSet);
                    if (outcome.ids() != null) {
                        instances.add(outcome.ids().instance());
                    }
                    return StoreReceiver.status(outcome.status());
                }
            };
            return client.get(sopClass, identifier, stores, pending -> goOn.test(share(pending)));
        }

        @Override
        public void close() {
            first.close();
        }
    }
}
