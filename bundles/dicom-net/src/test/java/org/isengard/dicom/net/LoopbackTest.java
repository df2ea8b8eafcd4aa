package org.isengard.dicom.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our own client against our own server. */
@Timeout(60)
class LoopbackTest {
    private static final String FIND = UID.StudyRootQueryRetrieveInformationModelFind;
    private static final String MOVE = UID.StudyRootQueryRetrieveInformationModelMove;
    private static final String GET = UID.StudyRootQueryRetrieveInformationModelGet;
    private static final String CT = UID.CTImageStorage;
    private static final String EXPLICIT = UID.ExplicitVRLittleEndian;
    private static final String COMMITMENT = UID.StorageCommitmentPushModel;

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static Attributes query() {
        var query = new Attributes();
        query.setString(Tag.QueryRetrieveLevel, VR.CS, "STUDY");
        query.setString(Tag.PatientName, VR.PN, "A*");
        return query;
    }

    @Test
    void echoSucceeds() throws Exception {
        try (var server = new TestServer(new DimseHandler() {});
                var client = DicomClient.open(server.options().propose(UID.Verification, EXPLICIT))) {
            for (int i = 0; i < 100; i++) {
                assertEquals(Status.SUCCESS, client.echo());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 16, 4096, 16384, 65536, 1_000_000})
    void dataSetsArriveAsTheyWereSentAndEvenWhateverThePduLength(long maxPduLength) throws Exception {
        var received = new ArrayList<byte[]>();
        DimseHandler handler = new DimseHandler() {
            @Override
            public int store(Operation operation, InputStream dataSet) throws IOException {
                received.add(dataSet.readAllBytes());
                assertEquals("1.2.3", operation.sopInstance());
                assertEquals(CT, operation.sopClass());
                return Status.SUCCESS;
            }
        };
        var options = new ServerOptions(4, 5000, maxPduLength, null, false);
        try (var server = new TestServer(TestServer.ACCEPT_ALL, a -> handler, options);
                var client = DicomClient.open(server.options().propose(CT, EXPLICIT))) {
            int[] lengths = {0, 1, 2, 9, 10, 11, 4090, 4096, 16378, 16384, 131066, 131072, 1_000_003};
            for (int length : lengths) {
                byte[] sent = random(length);
                assertEquals(
                        Status.SUCCESS,
                        client.store(CT, "1.2.3", EXPLICIT, new ByteArrayInputStream(sent))
                                .status());
                // DCMTK waits for the other byte of an odd length.
                assertArrayEquals(Arrays.copyOf(sent, length + length % 2), received.remove(0));
            }
        }
    }

    @Test
    void aFailingHandlerAnswersAStatusAndTheAssociationGoesOn() throws Exception {
        var count = new AtomicInteger();
        DimseHandler handler = new DimseHandler() {
            @Override
            public int store(Operation operation, InputStream dataSet) throws IOException {
                switch (count.getAndIncrement()) {
                    case 0:
                        throw new IllegalStateException("broken before reading");
                    case 1:
                        dataSet.readNBytes(100);
                        throw new IOException("disk gone while reading");
                    case 2:
                        throw new DimseException(Status.OUT_OF_RESOURCES, "full");
                    case 3:
                        throw new NoClassDefFoundError("swapped away");
                    default:
                        return Status.SUCCESS;
                }
            }
        };
        try (var server = new TestServer(handler);
                var client = DicomClient.open(server.options().propose(CT, EXPLICIT))) {
            int[] expected = {0x0110, 0x0110, 0xa700, 0x0110, 0};
            for (int status : expected) {
                var response = client.store(CT, "1.2.3", EXPLICIT, new ByteArrayInputStream(random(100_000)));
                assertEquals(status, response.status());
            }
        }
    }

    @Test
    void absentOperationsAreAnsweredAsUnrecognized() throws Exception {
        try (var server = new TestServer(new DimseHandler() {});
                var client = DicomClient.open(server.options()
                        .propose(CT, EXPLICIT)
                        .propose(FIND, EXPLICIT)
                        .propose(MOVE, EXPLICIT)
                        .propose(COMMITMENT, EXPLICIT))) {
            var data = new ByteArrayInputStream(random(1000));
            assertEquals(0x0211, client.store(CT, "1.2.3", EXPLICIT, data).status());
            assertEquals(0x0211, client.find(FIND, query(), match -> true).status());
            assertEquals(0x0211, client.move(MOVE, query(), "X", p -> true).status());
            assertEquals(0x0211, client.action(COMMITMENT, "1.2.3", 1, query()).status());
            assertThrows(DimseException.class, client::echo);
        }
    }

    @Test
    void findGivesMatchesAndCanBeCancelled() throws Exception {
        DimseHandler handler = new DimseHandler() {
            @Override
            public void find(Operation operation, Attributes identifier, FindResponses responses) throws IOException {
                assertEquals("A*", identifier.getString(Tag.PatientName));
                for (int i = 0; i < 100_000 && !responses.isCancelled(); i++) {
                    var match = new Attributes();
                    match.setString(Tag.PatientName, VR.PN, "A" + i);
                    responses.match(match);
                    if (identifier.getString(Tag.PatientID) != null && i == 4) {
                        return;
                    }
                }
            }
        };
        try (var server = new TestServer(handler);
                var client = DicomClient.open(server.options()
                        .propose(FIND, UID.ImplicitVRLittleEndian)
                        .propose(UID.Verification, EXPLICIT))) {
            var names = new ArrayList<String>();
            Attributes five = query();
            five.setString(Tag.PatientID, VR.LO, "five");
            assertEquals(
                    Status.SUCCESS,
                    client.find(FIND, five, m -> names.add(m.getString(Tag.PatientName)))
                            .status());
            assertEquals(List.of("A0", "A1", "A2", "A3", "A4"), names);
            assertEquals(Status.CANCEL, client.find(FIND, query(), m -> false).status());
            assertEquals(Status.SUCCESS, client.echo());
        }
    }

    @Test
    void moveReportsProgressAndFailures() throws Exception {
        DimseHandler handler = new DimseHandler() {
            @Override
            public void move(Operation operation, Attributes identifier, String destination, SubOperations progress)
                    throws IOException {
                if (!destination.equals("STORE")) {
                    throw new DimseException(Status.MOVE_DESTINATION_UNKNOWN, "Unknown " + destination);
                }
                progress.total(3);
                progress.completed();
                progress.report();
                progress.failed("1.2.3.4");
                progress.report();
                progress.warning();
            }
        };
        try (var server = new TestServer(handler);
                var client = DicomClient.open(server.options().propose(MOVE, EXPLICIT))) {
            var remaining = new ArrayList<Integer>();
            var moved = client.move(
                    MOVE, query(), "STORE", p -> remaining.add(p.getInt(CommandSet.REMAINING_SUB_OPERATIONS, -1)));
            assertEquals(List.of(2, 1), remaining);
            assertEquals(new DicomClient.Retrieved(0xb000, 1, 1, 1, List.of("1.2.3.4"), ""), moved);
            var refused = client.move(MOVE, query(), "NOBODY", p -> true);
            assertEquals(Status.MOVE_DESTINATION_UNKNOWN, refused.status());
            assertEquals("Unknown NOBODY", refused.errorComment());
        }
    }

    @Test
    void getDeliversInstancesOnTheSameAssociation() throws Exception {
        byte[] instance = random(300_000);
        DimseHandler handler = new DimseHandler() {
            @Override
            public void get(Operation operation, Attributes identifier, SubOperations progress) throws IOException {
                progress.total(3);
                for (int i = 0; i < 2; i++) {
                    progress.store(CT, "1.2." + i, EXPLICIT, new ByteArrayInputStream(instance));
                    progress.report();
                }
                assertThrows(
                        DimseException.class,
                        () -> progress.store(UID.MRImageStorage, "1.3", EXPLICIT, InputStream.nullInputStream()));
            }
        };
        var received = new ArrayList<byte[]>();
        DimseHandler receiver = new DimseHandler() {
            @Override
            public int store(Operation operation, InputStream dataSet) throws IOException {
                received.add(dataSet.readAllBytes());
                return Status.SUCCESS;
            }
        };
        try (var server = new TestServer(handler);
                var client = DicomClient.open(server.options()
                        .propose(GET, EXPLICIT)
                        .propose(CT, EXPLICIT)
                        .role(CT, false, true))) {
            assertTrue(
                    client.association().accept().user().role(CT).orElseThrow().scp());
            var got = client.get(GET, query(), receiver, p -> true);
            assertEquals(new DicomClient.Retrieved(0xb000, 2, 1, 0, List.of("1.3"), ""), got);
            assertEquals(2, received.size());
            assertArrayEquals(instance, received.get(1));
        }
    }

    /** PS3.4 section C.4.3.1.4: a retrieval that was cancelled says what is done and what is not. */
    @Test
    void aCancelledGetStopsAndSaysWhatRemains() throws Exception {
        DimseHandler handler = new DimseHandler() {
            @Override
            public void get(Operation operation, Attributes identifier, SubOperations progress) throws IOException {
                progress.total(5);
                progress.failed("1.3");
                for (int i = 0; i < 4; i++) {
                    if (progress.isCancelled()) {
                        return;
                    }
                    progress.store(CT, "1.2." + i, EXPLICIT, new ByteArrayInputStream(random(1000)));
                    progress.report();
                }
            }
        };
        try (var server = new TestServer(handler);
                var client = DicomClient.open(server.options()
                        .propose(GET, EXPLICIT)
                        .propose(CT, EXPLICIT)
                        .propose(UID.Verification, EXPLICIT)
                        .role(CT, false, true))) {
            Association association = client.association();
            PresentationContext context = association.context(GET).orElseThrow();
            CommandSet request = CommandSet.request(CommandSet.C_GET_RQ, 7, GET).setInt(CommandSet.PRIORITY, 0);
            association.send(context, request, DataSets.encode(query(), context));
            int stored = 0;
            CommandSet end = null;
            while (end == null) {
                Message message = association.receive();
                if (message.command().isResponse()) {
                    end = Status.isPending(message.command().status()) ? null : message.command();
                } else {
                    stored++;
                    association.send(
                            context,
                            new CommandSet()
                                    .setInt(CommandSet.COMMAND_FIELD, CommandSet.C_CANCEL_RQ)
                                    .setInt(CommandSet.MESSAGE_ID_BEING_RESPONDED_TO, 7));
                    association.send(message.context(), message.command().response(Status.SUCCESS));
                }
            }
            assertEquals(1, stored);
            assertEquals(Status.CANCEL, end.status());
            assertEquals(3, end.getInt(CommandSet.REMAINING_SUB_OPERATIONS, -1));
            assertEquals(1, end.getInt(CommandSet.COMPLETED_SUB_OPERATIONS, -1));
            assertEquals(1, end.getInt(CommandSet.FAILED_SUB_OPERATIONS, -1));
            assertEquals(0, end.getInt(CommandSet.WARNING_SUB_OPERATIONS, -1));
            assertEquals(Status.SUCCESS, client.echo());
        }
    }

    @Test
    void actionsAndEventsAreAnswered() throws Exception {
        DimseHandler handler = new DimseHandler() {
            @Override
            public Attributes action(Operation operation, int actionType, Attributes information) {
                assertEquals(1, actionType);
                assertEquals("1.2.3", operation.sopInstance());
                return null;
            }

            @Override
            public Attributes eventReport(Operation operation, int eventType, Attributes information) {
                return information;
            }
        };
        try (var server = new TestServer(handler);
                var client = DicomClient.open(server.options().propose(COMMITMENT, EXPLICIT))) {
            assertEquals(0, client.action(COMMITMENT, "1.2.3", 1, query()).status());
            var response = client.eventReport(COMMITMENT, "1.2.3", 2, query());
            assertEquals("STUDY", response.dataSet().getString(Tag.QueryRetrieveLevel));
            assertEquals(0, client.eventReport(COMMITMENT, "1.2.3", 2, null).status());
        }
    }

    @Test
    void thePolicyRefusesAssociationsAndContexts() throws Exception {
        AssociationPolicy policy = new AssociationPolicy() {
            @Override
            public void check(AssociateRequest request, InetSocketAddress remote) throws AssociationRejectedException {
                assertEquals("alice", request.user().userIdentity().user());
                if (!request.calledAet().equals("SERVER")) {
                    throw AssociationRejectedException.calledAetNotRecognized();
                }
            }

            @Override
            public PresentationContext negotiate(
                    ProposedContext proposed, AssociateRequest request, InetSocketAddress remote) {
                return proposed.abstractSyntax().equals(CT)
                        ? proposed.accept(EXPLICIT)
                        : proposed.refuse(PresentationContext.ABSTRACT_SYNTAX_NOT_SUPPORTED);
            }
        };
        try (var server = new TestServer(policy, a -> new DimseHandler() {}, ServerOptions.DEFAULT)) {
            UserIdentity alice = UserIdentity.of("alice", null);
            var rejected = assertThrows(
                    AssociationRejectedException.class,
                    () -> DicomClient.open(server.options().calledAet("OTHER").userIdentity(alice)));
            assertEquals(7, rejected.reason());
            assertFalse(rejected.isTransient());
            try (var client = DicomClient.open(
                    server.options().userIdentity(alice).propose(CT, EXPLICIT).propose(FIND, EXPLICIT))) {
                assertEquals(1, client.association().contexts().size());
                assertEquals(3, client.association().accept().contexts().get(1).result());
            }
        }
    }

    /** Both are in use: before the answer to the request, and right after it. */
    @Test
    void aReportMayComeOnTheAssociationOfTheAction() throws Exception {
        var threads = Executors.newSingleThreadExecutor();
        String sopClass = UID.StorageCommitmentPushModel;
        try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (boolean before : new boolean[] {true, false}) {
                Future<Integer> peer = threads.submit(() -> {
                    Association association = new Acceptor(TestServer.ACCEPT_ALL, ServerOptions.DEFAULT)
                            .accept(listening.accept(), () -> {});
                    var client = new DicomClient(association);
                    Message request = association.receive();
                    int status = before
                            ? client.eventReport(sopClass, "1.2", 1, new Attributes())
                                    .status()
                            : -1;
                    association.send(request.context(), request.command().response(Status.SUCCESS));
                    if (!before) {
                        Thread.sleep(50);
                        status = client.eventReport(sopClass, "1.2", 1, new Attributes())
                                .status();
                    }
                    assertNull(association.receive(), "released");
                    return status;
                });
                var events = new ArrayList<Integer>();
                DimseHandler reports = new DimseHandler() {
                    @Override
                    public Attributes eventReport(Operation operation, int eventType, Attributes information) {
                        events.add(eventType);
                        return null;
                    }
                };
                try (var client = DicomClient.open(AssociationOptions.to("127.0.0.1", listening.getLocalPort())
                        .propose(sopClass, EXPLICIT))) {
                    var answer = client.action(sopClass, "1.2", 1, new Attributes(), reports, 5000);
                    assertEquals(Status.SUCCESS, answer.status());
                }
                assertEquals(Status.SUCCESS, peer.get());
                assertEquals(List.of(1), events);
            }
        } finally {
            threads.shutdown();
        }
    }
}
