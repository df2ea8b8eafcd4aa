package org.isengard.dicom.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.isengard.dicom.UID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that are silent, broken, gone, or too many. */
@Timeout(60)
class HostilePeerTest {
    private static final String CT = UID.CTImageStorage;
    private static final String EXPLICIT = UID.ExplicitVRLittleEndian;
    private static final ServerOptions IMPATIENT = new ServerOptions(8, 300, 16_384, null, false);

    private static final DimseHandler SINK = new DimseHandler() {
        @Override
        public int store(Operation operation, InputStream dataSet) throws IOException {
            dataSet.readAllBytes();
            return Status.SUCCESS;
        }
    };

    private static TestServer impatient() throws IOException {
        return new TestServer(TestServer.ACCEPT_ALL, a -> SINK, IMPATIENT);
    }

    private static byte[] associateRequest() {
        return AssociatePdus.write(
                AssociationOptions.to("x", 1).propose(CT, EXPLICIT).request());
    }

    /** Everything of a good session: association, C-STORE in several PDUs, release. */
    private static byte[] session() throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(associateRequest());
        var out = new PduOutput(bytes);
        out.peerLimit(1000);
        var command = DicomClient.storeRequest(1, CT, "1.2.3").setInt(CommandSet.COMMAND_DATA_SET_TYPE, 1);
        try (var part = out.part(1, true)) {
            part.write(command.encode());
        }
        try (var part = out.part(1, false)) {
            part.write(new byte[5000]);
        }
        out.write(Pdu.small(Pdu.RELEASE_RQ, 0, 0, 0));
        return bytes.toByteArray();
    }

    private static void echoStillWorks(TestServer server) throws IOException {
        try (var client = DicomClient.open(server.options().propose(UID.Verification, EXPLICIT))) {
            assertEquals(Status.SUCCESS, client.echo());
        }
    }

    private static void waitUntilIdle(TestServer server) throws InterruptedException {
        for (int i = 0; i < 500 && server.server.connections() > 0; i++) {
            Thread.sleep(10);
        }
        assertEquals(0, server.server.connections());
    }

    @Test
    void mutatedSessionsNeverHangOrHarmTheServer() throws Exception {
        byte[] good = session();
        var random = new Random(815);
        try (var server = impatient()) {
            for (int round = 0; round < 400; round++) {
                byte[] bad = Arrays.copyOf(good, round % 5 == 0 ? random.nextInt(good.length) : good.length);
                for (int i = 0; i < 1 + round % 4 && bad.length > 0; i++) {
                    // Mostly in the headers, where it hurts.
                    int bound = random.nextBoolean() ? bad.length : Math.min(bad.length, 600);
                    bad[random.nextInt(bound)] = (byte) random.nextInt();
                }
                try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                    socket.setSoTimeout(5000);
                    socket.getOutputStream().write(bad);
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (SocketException reset) {
                    assertFalse(reset instanceof ConnectException);
                }
            }
            waitUntilIdle(server);
            echoStillWorks(server);
        }
    }

    @Test
    void aSilentConnectionIsClosedInTime() throws Exception {
        try (var server = impatient();
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(5000);
            long start = System.nanoTime();
            byte[] answer = socket.getInputStream().readAllBytes();
            assertTrue(System.nanoTime() - start < 3_000_000_000L);
            assertTrue(answer.length == 0 || answer[0] == Pdu.ABORT);
        }
    }

    @Test
    void manySilentConnectionsKeepNobodyOut() throws Exception {
        var patient = new ServerOptions(8, 60_000, 16_384, null, false);
        List<Socket> silent = new ArrayList<>();
        try (var server = new TestServer(TestServer.ACCEPT_ALL, association -> new DimseHandler() {}, patient)) {
            for (int i = 0; i < 300; i++) {
                silent.add(new Socket("127.0.0.1", server.port()));
            }
            echoStillWorks(server);
            assertTrue(server.server.connections() <= 130, "connections: " + server.server.connections());
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void anAddressTakesThreeQuartersOfTheAssociations() throws Exception {
        var slots = new AssociationSlots(8);
        InetAddress one = InetAddress.getByName("192.0.2.1");
        InetAddress other = InetAddress.getByName("192.0.2.2");
        for (int i = 0; i < 6; i++) {
            assertTrue(slots.take(one, System.nanoTime()));
        }
        assertFalse(slots.take(one, System.nanoTime()), "the seventh of one address");
        assertTrue(slots.take(other, System.nanoTime()));
        slots.free(one);
        assertTrue(slots.take(one, System.nanoTime()));
    }

    @Test
    void titlesWithForbiddenCharactersAreRefused() throws Exception {
        try (var server = new TestServer(new DimseHandler() {})) {
            for (String title : List.of("A\r\nB", "A\\B", "\u007fA")) {
                assertThrows(
                        AssociationRejectedException.class,
                        () -> DicomClient.open(server.options()
                                .callingAet(title)
                                .propose(UID.Verification, UID.ImplicitVRLittleEndian)),
                        title);
            }
            echoStillWorks(server);
        }
    }

    @Test
    void aTricklingRequestIsClosedInTime() throws Exception {
        try (var server = impatient();
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            byte[] request = associateRequest();
            long start = System.nanoTime();
            assertThrows(IOException.class, () -> {
                for (byte b : request) {
                    socket.getOutputStream().write(b);
                    Thread.sleep(50);
                }
            });
            assertTrue(System.nanoTime() - start < 5_000_000_000L);
        }
    }

    @Test
    void anIdleAssociationIsAborted() throws Exception {
        try (var server = impatient();
                var client = DicomClient.open(server.options().propose(UID.Verification, EXPLICIT))) {
            assertEquals(Status.SUCCESS, client.echo());
            Thread.sleep(800);
            assertThrows(AssociationException.class, client::echo);
            waitUntilIdle(server);
        }
    }

    @Test
    void aPeerThatVanishesWithinADataSetFailsTheHandlerOnly() throws Exception {
        var failure = new AtomicReference<Exception>();
        var closed = new CountDownLatch(1);
        DimseHandler handler = new DimseHandler() {
            @Override
            public int store(Operation operation, InputStream dataSet) throws IOException {
                try {
                    dataSet.readAllBytes();
                } catch (IOException e) {
                    failure.set(e);
                    throw e;
                }
                return Status.SUCCESS;
            }

            @Override
            public void closed(Association association) {
                closed.countDown();
            }
        };
        try (var server = new TestServer(handler)) {
            byte[] session = session();
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream().write(session, 0, session.length - 2000);
            }
            assertTrue(closed.await(5, TimeUnit.SECONDS));
            assertInstanceOf(AssociationException.class, failure.get());
            echoStillWorks(server);
        }
    }

    @Test
    void aSourceThatFailsAbortsTheAssociation() throws Exception {
        var source = new InputStream() {
            private int left = 100_000;

            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                left -= length;
                if (left < 0) {
                    throw new IOException("disk gone");
                }
                return length;
            }
        };
        try (var server = new TestServer(SINK);
                var client = DicomClient.open(server.options().propose(CT, EXPLICIT))) {
            var e = assertThrows(IOException.class, () -> client.store(CT, "1.2", EXPLICIT, source));
            assertEquals("disk gone", e.getMessage());
            assertTrue(client.association().isEnded());
            waitUntilIdle(server);
        }
    }

    @Test
    void anOversizedPduIsRefusedWithoutReadingIt() throws Exception {
        try (var server = new TestServer(SINK);
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(5000);
            byte[] header = new byte[Pdu.HEADER_LENGTH];
            Pdu.putHeader(header, 0, Pdu.ASSOCIATE_RQ, 0x7fffffff);
            socket.getOutputStream().write(header);
            assertEquals(Pdu.ABORT, socket.getInputStream().read());
        }
    }

    @Test
    void aServerThatNeverAnswersTimesOutTheClient() throws Exception {
        try (var mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var options = AssociationOptions.to("127.0.0.1", mute.getLocalPort())
                    .timeout(300)
                    .propose(CT, EXPLICIT);
            long start = System.nanoTime();
            assertThrows(AssociationException.class, () -> DicomClient.open(options));
            assertTrue(System.nanoTime() - start < 3_000_000_000L);
        }
    }

    @Test
    void aPeerThatStopsReadingDoesNotHoldTheSender() throws Exception {
        DimseHandler stuck = new DimseHandler() {
            @Override
            public int store(Operation operation, InputStream dataSet) throws IOException {
                try {
                    Thread.sleep(20_000);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return Status.SUCCESS;
            }
        };
        try (var server = new TestServer(TestServer.ACCEPT_ALL, a -> stuck, new ServerOptions(8, 0, 0, null, false))) {
            var client = DicomClient.open(server.options().timeout(400).propose(CT, EXPLICIT));
            long start = System.nanoTime();
            var e = assertThrows(
                    AssociationException.class,
                    () -> client.store(CT, "1.2", EXPLICIT, new ByteArrayInputStream(new byte[64 << 20])));
            assertTrue(System.nanoTime() - start < 10_000_000_000L);
            assertTrue(client.association().isEnded(), e.getMessage());
        }
    }

    private static TestServer modest(DimseHandler handler) throws IOException {
        return new TestServer(
                TestServer.ACCEPT_ALL, a -> handler, new ServerOptions(8, 1000, 16_384, null, false, 100_000));
    }

    @Test
    void aDataSetThatIsTooLongIsRefusedAndTheAssociationGoesOn() throws Exception {
        // What is read, and what a handler leaves unread, must both have an end.
        DimseHandler careless = new DimseHandler() {
            @Override
            public int store(Operation operation, InputStream dataSet) {
                return Status.SUCCESS;
            }
        };
        for (DimseHandler handler : List.of(SINK, careless)) {
            try (var server = modest(handler);
                    var client = DicomClient.open(
                            server.options().propose(CT, EXPLICIT).propose(UID.Verification, EXPLICIT))) {
                int expected = handler == SINK ? Status.OUT_OF_RESOURCES : Status.SUCCESS;
                for (int length : new int[] {100_002, 3_000_000, 100_000}) {
                    int status = client.store(CT, "1.2", EXPLICIT, new ByteArrayInputStream(new byte[length]))
                            .status();
                    assertEquals(length == 100_000 ? Status.SUCCESS : expected, status, length + " bytes");
                }
                assertEquals(Status.SUCCESS, client.echo());
            }
        }
    }

    @Test
    void aDataSetWithoutEndIsAnsweredWithAFailureAndThenAborted() throws Exception {
        var pdus = new ByteArrayOutputStream();
        var out = new PduOutput(pdus);
        try (var part = out.part(1, true)) {
            part.write(DicomClient.storeRequest(1, CT, "1.2.3")
                    .setInt(CommandSet.COMMAND_DATA_SET_TYPE, 1)
                    .encode());
        }
        out.flush();
        byte[] value = new byte[16_384];
        Pdu.putHeader(value, 0, Pdu.DATA_TF, value.length - Pdu.HEADER_LENGTH);
        Pdu.putInt(value, Pdu.HEADER_LENGTH, value.length - Pdu.HEADER_LENGTH - 4);
        value[10] = 1;
        var threads = Executors.newSingleThreadExecutor();
        try (var server = modest(SINK);
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(associateRequest());
            socket.getOutputStream().write(pdus.toByteArray());
            Future<Long> sent = threads.submit(() -> {
                long bytes = 0;
                try {
                    while (true) {
                        socket.getOutputStream().write(value);
                        bytes += value.length;
                        Thread.sleep(1);
                    }
                } catch (SocketException closed) {
                    return bytes;
                }
            });
            var in = new PduInput(socket, socket, 0);
            assertEquals(Pdu.ASSOCIATE_AC, in.nextPdu());
            in.body();
            assertEquals(Pdu.DATA_TF, in.nextPdu());
            in.nextPdv();
            byte[] answer = new byte[(int) in.pdvRemaining()];
            in.readPdv(answer, 0, answer.length);
            assertEquals(Status.OUT_OF_RESOURCES, CommandSet.decode(answer).status());
            assertEquals(Pdu.ABORT, in.nextPdu());
            assertTrue(sent.get(20, TimeUnit.SECONDS) > 100_000);
            waitUntilIdle(server);
            echoStillWorks(server);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void moreAssociationsThanAllowedWaitForTheirTurn() throws Exception {
        var options = new ServerOptions(2, 10_000, 16_384, null, false);
        var threads = Executors.newFixedThreadPool(12);
        try (var server = new TestServer(TestServer.ACCEPT_ALL, a -> SINK, options)) {
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                results.add(threads.submit(() -> {
                    try (var client =
                            DicomClient.open(server.options().timeout(30_000).propose(CT, EXPLICIT))) {
                        Thread.sleep(50);
                        assertTrue(server.server.associations().size() <= 2);
                        return client.store(CT, "1.2", EXPLICIT, new ByteArrayInputStream(new byte[1000]))
                                .status();
                    }
                }));
            }
            for (Future<Integer> result : results) {
                assertEquals(Status.SUCCESS, result.get());
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void theListeningSocketSurvivesAServerWhileRunningAssociationsFinish() throws Exception {
        var inHandler = new CountDownLatch(1);
        DimseHandler slow = new DimseHandler() {
            @Override
            public int store(Operation operation, InputStream dataSet) throws IOException {
                inHandler.countDown();
                dataSet.readAllBytes();
                try {
                    Thread.sleep(300);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return Status.SUCCESS;
            }
        };
        var threads = Executors.newFixedThreadPool(2);
        try (var first = new TestServer(slow)) {
            Future<Integer> running = threads.submit(() -> {
                try (var client = DicomClient.open(first.options().propose(CT, EXPLICIT))) {
                    return client.store(CT, "1.2", EXPLICIT, new ByteArrayInputStream(new byte[100_000]))
                            .status();
                }
            });
            assertTrue(inHandler.await(5, TimeUnit.SECONDS));
            assertTrue(first.server.close(Duration.ofSeconds(5)));
            assertEquals(Status.SUCCESS, running.get());
            assertTrue(first.listening.isOpen() && first.listening.isBlocking());

            Future<Integer> waiting = threads.submit(() -> {
                try (var client = DicomClient.open(first.options().propose(UID.Verification, EXPLICIT))) {
                    return client.echo();
                }
            });
            Thread.sleep(200);
            assertFalse(waiting.isDone());
            var second = DicomServer.start(first.listening, TestServer.ACCEPT_ALL, a -> SINK, ServerOptions.DEFAULT);
            assertEquals(Status.SUCCESS, waiting.get(5, TimeUnit.SECONDS));
            assertTrue(second.close(Duration.ofSeconds(5)));
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void idleAssociationsDoNotHoldUpAStop() throws Exception {
        try (var server = new TestServer(SINK);
                var client = DicomClient.open(server.options().propose(UID.Verification, EXPLICIT))) {
            assertEquals(Status.SUCCESS, client.echo());
            long start = System.nanoTime();
            assertFalse(server.server.close(Duration.ofSeconds(30)));
            assertTrue(System.nanoTime() - start < 5_000_000_000L);
        }
    }

    @Test
    void associationsThatDoNotEndAreAbortedAfterTheDrainTime() throws Exception {
        try (var server = new TestServer(SINK);
                var client = DicomClient.open(server.options().propose(UID.Verification, EXPLICIT))) {
            assertEquals(Status.SUCCESS, client.echo());
            assertFalse(server.server.close(Duration.ofMillis(200)));
            assertThrows(AssociationException.class, client::echo);
        }
    }
}
