package org.isengard.networking.commitment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.DimseHandler;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.Status;
import org.isengard.networking.remote.ServerConfiguration;
import org.isengard.networking.remote.SopReference;
import org.isengard.networking.scu.InstanceSender;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.isengard.runtime.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks remote systems to commit themselves to what they were sent (N-ACTION), and keeps their reports. The last
 * {@code StorageCommitmentReportsSize} transactions are in the database, since the answer may come days later and must
 * find the question after a restart: one slot for each, and a list that says which transaction has which.
 */
@Component(
        service = StorageCommitments.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class StorageCommitments {
    static final int REQUEST = 1;
    static final int ALL_KEPT = 1;
    static final int FAILURES_EXIST = 2;

    private static final Logger LOG = LoggerFactory.getLogger(StorageCommitments.class);
    /** How long a report is waited for on the association that asks: some send it there, before they let go of it. */
    private static final int REPORT_MILLIS = 200;

    private static final String LIST = "StorageCommitments";
    private static final String SLOT = "StorageCommitment.";

    public @interface Config {
        int StorageCommitmentReportsSize();
    }

    private final Modalities modalities;
    private final Index index;
    private final int size;

    @Activate
    public StorageCommitments(@Reference Modalities modalities, @Reference Index index, Config config) {
        this.modalities = modalities;
        this.index = index;
        size = Math.max(1, config.StorageCommitmentReportsSize());
    }

    /**
     * Sends a request. What comes of it is in {@link #find} from now on.
     *
     * @param transaction a new UID, or that of a request that is repeated
     * @param timeout in seconds, negative for that of the modality
     * @throws IsengardException NO_PRESENTATION_CONTEXT or NETWORK_PROTOCOL, the transaction is void then
     */
    public void request(
            String transaction, Modality modality, String localAet, int timeout, List<SopReference> instances) {
        String sopClass = UID.StorageCommitmentPushModel;
        AssociationOptions call = modalities
                .call(modality, localAet, timeout)
                .propose(sopClass, UID.ExplicitVRLittleEndian, UID.ImplicitVRLittleEndian);
        var information = new Attributes();
        information.setString(Tag.TransactionUID, VR.UI, transaction);
        SopReference.put(information, Tag.ReferencedSOPSequence, instances);
        try (DicomClient client = DicomClient.open(call)) {
            if (client.association().context(sopClass).isEmpty()) {
                throw new IsengardException(
                        ErrorCode.NO_PRESENTATION_CONTEXT,
                        "AET \"" + modality.aet() + "\" does not do storage commitment");
            }
            // The report may be quicker than the answer.
            keep(CommitmentReport.pending(transaction, modality.aet()));
            DicomClient.Response answer = client.action(
                    sopClass, UID.StorageCommitmentPushModelInstance, REQUEST, information, reports(), REPORT_MILLIS);
            if (Status.isFailure(answer.status())) {
                forget(transaction);
                throw new IsengardException(
                        ErrorCode.NETWORK_PROTOCOL,
                        String.format(
                                "AET \"%s\" refuses storage commitment with status 0x%04X %s",
                                modality.aet(), answer.status(), answer.errorComment()));
            }
        } catch (IOException e) {
            forget(transaction);
            throw InstanceSender.failure(e, modality);
        }
    }

    private DimseHandler reports() {
        return new DimseHandler() {
            @Override
            public Attributes eventReport(Operation operation, int eventType, Attributes information)
                    throws DimseException {
                reported(operation.association().remoteAet(), eventType, information);
                return null;
            }
        };
    }

    /** Takes a report. @throws DimseException when it is no answer to a question of ours */
    synchronized void reported(String remoteAet, int eventType, Attributes information) throws DimseException {
        if (eventType != ALL_KEPT && eventType != FAILURES_EXIST) {
            throw new DimseException(Status.NO_SUCH_EVENT_TYPE, "No such event: " + eventType);
        }
        String transaction = information == null ? "" : information.getString(Tag.TransactionUID, "");
        CommitmentReport question = find(transaction)
                .orElseThrow(() -> new DimseException(
                        Status.PROCESSING_FAILURE, "Not a transaction of this server: " + transaction));
        if (!modalities.same(question.remoteAet(), remoteAet)) {
            throw new DimseException(Status.NOT_AUTHORIZED, "Another application entity was asked");
        }
        CommitmentReport report = question.answer(information);
        keep(report);
        LOG.info(
                "{} commits itself to {} instances, and not to {} (transaction {})",
                remoteAet,
                report.successes().size(),
                report.failures().size(),
                transaction);
    }

    public synchronized Optional<CommitmentReport> find(String transaction) {
        int slot = slot(list(), transaction);
        return slot < 0
                ? Optional.empty()
                : index.globalProperty(SLOT + slot).map(json -> CommitmentReport.read(transaction, parse(json)));
    }

    private synchronized void keep(CommitmentReport report) {
        ObjectNode list = list();
        int slot = slot(list, report.transaction());
        ArrayNode transactions = list.withArray("Transactions");
        if (slot < 0) {
            slot = list.path("Next").asInt() % size;
            while (transactions.size() <= slot) {
                transactions.add("");
            }
            transactions.set(slot, report.transaction());
            list.put("Next", (slot + 1) % size);
        }
        index.setGlobalProperty(SLOT + slot, report.toJson().toString());
        index.setGlobalProperty(LIST, list.toString());
    }

    private synchronized void forget(String transaction) {
        ObjectNode list = list();
        int slot = slot(list, transaction);
        if (slot >= 0 && find(transaction).filter(CommitmentReport::answered).isEmpty()) {
            list.withArray("Transactions").set(slot, "");
            index.setGlobalProperty(LIST, list.toString());
            index.setGlobalProperty(SLOT + slot, "{}");
        }
    }

    private ObjectNode list() {
        return index.globalProperty(LIST)
                .map(StorageCommitments::parse)
                .orElseGet(JsonNodeFactory.instance::objectNode);
    }

    private static int slot(JsonNode list, String transaction) {
        JsonNode transactions = list.path("Transactions");
        for (int i = 0; i < transactions.size(); i++) {
            if (!transaction.isEmpty() && transactions.get(i).asText().equals(transaction)) {
                return i;
            }
        }
        return -1;
    }

    private static ObjectNode parse(String json) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(json);
        } catch (JsonProcessingException | ClassCastException e) {
            throw new IsengardException(ErrorCode.DATABASE, "Reports on storage commitment cannot be read", e);
        }
    }
}
