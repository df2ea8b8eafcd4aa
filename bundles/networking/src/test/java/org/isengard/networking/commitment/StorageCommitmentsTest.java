package org.isengard.networking.commitment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.api.job.JobRetry;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.dicom.net.AssociateRequest;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.DicomServer;
import org.isengard.dicom.net.DimseException;
import org.isengard.dicom.net.DimseHandler;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.ProposedContext;
import org.isengard.dicom.net.ServerOptions;
import org.isengard.dicom.net.Status;
import org.isengard.networking.Configs;
import org.isengard.networking.remote.RetrySchedule;
import org.isengard.networking.remote.SopReference;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.scu.Modality;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StorageCommitmentsTest {
    private static final SopReference ONE = new SopReference("1.2.840.10008.5.1.4.1.1.2", "1.2.3");
    private static final SopReference TWO = new SopReference("1.2.840.10008.5.1.4.1.1.2", "1.2.4");

    private final Map<String, String> database = new HashMap<>();
    private final Modalities modalities = Configs.modalities(Map.of());
    private final List<Attributes> asked = new ArrayList<>();
    private int status = Status.SUCCESS;
    private boolean reportsAtOnce;
    private ServerSocketChannel listening;
    private DicomServer server;
    private Modality pacs;

    @BeforeEach
    void start() throws IOException {
        listening = ServerSocketChannel.open();
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        DimseHandler handler = new DimseHandler() {
            @Override
            public Attributes action(Operation operation, int actionType, Attributes information) throws IOException {
                if (status != Status.SUCCESS) {
                    throw new DimseException(status, "no");
                }
                asked.add(information);
                if (reportsAtOnce) {
                    String transaction = information.getString(Tag.TransactionUID);
                    new DicomClient(operation.association())
                            .eventReport(
                                    operation.sopClass(),
                                    operation.sopInstance(),
                                    StorageCommitments.FAILURES_EXIST,
                                    report(transaction, ONE, TWO));
                }
                return null;
            }
        };
        server = DicomServer.start(
                listening,
                (ProposedContext proposed, AssociateRequest request, InetSocketAddress remote) ->
                        proposed.accept(proposed.transferSyntaxes().get(0)),
                association -> handler,
                ServerOptions.DEFAULT);
        int port = ((InetSocketAddress) listening.getLocalAddress()).getPort();
        pacs = Modality.parse("{\"pacs\": [\"PACS\", \"127.0.0.1\", " + port + "]}")
                .get(0);
    }

    @AfterEach
    void stop() throws IOException {
        server.close(Duration.ZERO);
        listening.close();
    }

    private StorageCommitments commitments(int size) {
        Index index = (Index) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Index.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "globalProperty":
                            return Optional.ofNullable(database.get(arguments[0]));
                        case "setGlobalProperty":
                            return database.put((String) arguments[0], (String) arguments[1]);
                        default:
                            throw new UnsupportedOperationException(method.toString());
                    }
                });
        var config = Configs.of(StorageCommitments.Config.class, Map.of("StorageCommitmentReportsSize", size));
        return new StorageCommitments(modalities, index, config);
    }

    private static Attributes report(String transaction, SopReference kept, SopReference lost) {
        List<CommitmentReport.Failure> failures =
                lost == null ? List.of() : List.of(new CommitmentReport.Failure(lost, 0x0112));
        return CommitmentReport.pending(transaction, "PACS")
                .answer(List.of(kept), failures)
                .toDataSet();
    }

    @Test
    void aReportFindsItsQuestionAfterARestart() throws Exception {
        commitments(10).request("1.2.9", pacs, "US", -1, List.of(ONE, TWO));
        assertEquals(List.of(ONE, TWO), SopReference.of(asked.get(0), Tag.ReferencedSOPSequence));
        StorageCommitments restarted = commitments(10);
        assertFalse(restarted.find("1.2.9").orElseThrow().answered());
        restarted.reported("pacs ", StorageCommitments.FAILURES_EXIST, report("1.2.9", ONE, TWO));
        CommitmentReport report = commitments(10).find("1.2.9").orElseThrow();
        assertEquals(List.of(ONE), report.successes());
        assertEquals(List.of(new CommitmentReport.Failure(TWO, 0x0112)), report.failures());
        assertFalse(report.isSuccess());
    }

    @Test
    void aReportOnTheAssociationThatAsksIsTaken() {
        reportsAtOnce = true;
        StorageCommitments commitments = commitments(10);
        commitments.request("1.2.9", pacs, "US", -1, List.of(ONE, TWO));
        CommitmentReport report = commitments.find("1.2.9").orElseThrow();
        assertEquals(List.of(ONE), report.successes());
        assertEquals(List.of(new CommitmentReport.Failure(TWO, 0x0112)), report.failures());
    }

    @Test
    void onlyWhoWasAskedMayReport() {
        StorageCommitments commitments = commitments(10);
        commitments.request("1.2.9", pacs, "US", -1, List.of(ONE));
        var e = assertThrows(DimseException.class, () -> commitments.reported("OTHER", 1, report("1.2.9", ONE, null)));
        assertEquals(Status.NOT_AUTHORIZED, e.status());
        assertThrows(DimseException.class, () -> commitments.reported("PACS", 1, report("1.2.8", ONE, null)));
        assertThrows(DimseException.class, () -> commitments.reported("PACS", 1, null));
        assertThrows(DimseException.class, () -> commitments.reported("PACS", 3, report("1.2.9", ONE, null)));
        assertThrows(DimseException.class, () -> commitments.reported("PACS", 1, new Attributes()));
        assertFalse(commitments.find("1.2.9").orElseThrow().answered());
    }

    @Test
    void aRefusedRequestLeavesNothing() {
        StorageCommitments commitments = commitments(10);
        status = Status.PROCESSING_FAILURE;
        var e = assertThrows(IsengardException.class, () -> commitments.request("1.2.9", pacs, "US", -1, List.of(ONE)));
        assertEquals(ErrorCode.NETWORK_PROTOCOL, e.error());
        assertTrue(commitments.find("1.2.9").isEmpty());
    }

    @Test
    void theOldestAreForgotten() {
        StorageCommitments commitments = commitments(3);
        for (int i = 0; i < 5; i++) {
            commitments.request("1.2." + i, pacs, "US", -1, List.of(ONE));
        }
        assertTrue(commitments.find("1.2.0").isEmpty());
        assertTrue(commitments.find("1.2.1").isEmpty());
        for (int i = 2; i < 5; i++) {
            assertTrue(commitments.find("1.2." + i).isPresent());
        }
        assertTrue(commitments.find("").isEmpty());
        assertEquals(4, database.size());
    }

    @Test
    void anOddReportIsNoSuccess() {
        var information = new Attributes();
        information.setString(Tag.TransactionUID, VR.UI, "1.2.9");
        information.newSequence(Tag.FailedSOPSequence).newItem();
        CommitmentReport report = CommitmentReport.pending("1.2.9", "PACS").answer(information);
        assertFalse(report.isSuccess());
        assertEquals(
                CommitmentReport.PROCESSING_FAILURE, report.failures().get(0).reason());
    }

    @Test
    void retriesWaitLongerEachTimeAndEnd() {
        var schedule = new RetrySchedule(3, 10);
        var error = new IsengardException(ErrorCode.NETWORK_PROTOCOL, "down");
        for (int attempt = 1; attempt <= 3; attempt++) {
            Duration delay = ((JobRetry) schedule.after(error, attempt)).delay();
            long seconds = 10L << attempt - 1;
            assertTrue(delay.toMillis() >= seconds * 1000 && delay.toMillis() <= seconds * 1101, delay.toString());
        }
        assertEquals(error, schedule.after(error, 4));
        var bad = new IsengardException(ErrorCode.UNKNOWN_RESOURCE, "deleted");
        assertEquals(bad, schedule.after(bad, 1));
        assertTrue(schedule.delay(1000).toSeconds() <= 3960);
    }
}
