package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.net.AssociationException;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.DimseHandler;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.Status;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers that break off, are silent, slow, many or mad: the server answers everybody else, and nothing of them stays. */
@Timeout(180)
class DicomFaultsIT {
    private static final String IMAGE = UID.SecondaryCaptureImageStorage;
    private static final String EXPLICIT = UID.ExplicitVRLittleEndian;
    private static final String FIND = UID.StudyRootQueryRetrieveInformationModelFind;
    private static final String MOVE = UID.StudyRootQueryRetrieveInformationModelMove;
    private static final String GET = UID.StudyRootQueryRetrieveInformationModelGet;
    private static final int INSTANCES = 30;

    @TempDir
    static Path directory;

    private static ServerProcess server;
    private static Rest rest;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerProcess(directory.resolve("server"))
                .with("DicomScpTimeout", 3)
                .with("DicomMaximumInstanceSize", 2)
                .with("DicomAlwaysAllowFind", true)
                .with("DicomAlwaysAllowGet", true)
                .with("DicomAlwaysAllowMove", true)
                .start();
        rest = new Rest(server);
        for (int i = 0; i < INSTANCES; i++) {
            rest.post("/instances", SampleFile.of("faults", i).bytes());
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void theServerIsWell() throws Exception {
        othersAreAnswered();
        assertEquals(INSTANCES, rest.count("Instances"));
    }

    private static AssociationOptions call() {
        return AssociationOptions.to("127.0.0.1", server.dicomPort())
                .callingAet("FAULTY")
                .calledAet("ISENGARD")
                .timeout(60_000)
                .propose(UID.Verification, EXPLICIT)
                .propose(IMAGE, EXPLICIT)
                .propose(FIND, EXPLICIT)
                .propose(MOVE, EXPLICIT)
                .propose(GET, EXPLICIT)
                .role(IMAGE, true, true);
    }

    private static void othersAreAnswered() throws IOException, InterruptedException {
        try (DicomClient client = DicomClient.open(call())) {
            assertEquals(Status.SUCCESS, client.echo());
            assertEquals(
                    Status.SUCCESS, client.find(FIND, query(), match -> true).status());
        }
        assertEquals(200, server.get("/system").statusCode());
    }

    private static Attributes query() {
        var query = new Attributes();
        query.setString(Tag.QueryRetrieveLevel, VR.CS, "STUDY");
        query.setString(Tag.PatientID, VR.LO, "faults-0");
        query.setString(
                Tag.StudyInstanceUID, VR.UI, SampleFile.dataset("faults", 0).getString(Tag.StudyInstanceUID));
        return query;
    }

    /** What a client sends to open an association, taken from the wire. */
    private static byte[] request() throws IOException, InterruptedException {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var client = new Thread(() -> {
                try {
                    DicomClient.open(AssociationOptions.to("127.0.0.1", listening.getLocalPort())
                            .propose(UID.Verification, EXPLICIT)
                            .propose(IMAGE, EXPLICIT));
                } catch (AssociationException expected) {
                    Thread.currentThread().interrupt();
                }
            });
            client.start();
            try (Socket socket = listening.accept()) {
                InputStream in = socket.getInputStream();
                var bytes = new ByteArrayOutputStream();
                byte[] header = in.readNBytes(6);
                bytes.writeBytes(header);
                bytes.writeBytes(in.readNBytes((header[4] & 0xff) << 8 | header[5] & 0xff));
                return bytes.toByteArray();
            } finally {
                client.join();
            }
        }
    }

    private static Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.dicomPort());
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Breaks off while the data set of a C-STORE is under way. */
    private static void breakStore(int length) throws IOException {
        var broken = new InputStream() {
            private int left = length;

            @Override
            public int read() throws IOException {
                if (left <= 0) {
                    throw new IOException("the peer is gone");
                }
                left--;
                return 0;
            }
        };
        DicomClient client = DicomClient.open(call());
        try {
            client.store(IMAGE, "1.2.3.4.5", EXPLICIT, broken);
        } catch (IOException expected) {
            assertTrue(client.association().isEnded());
        }
    }

    @Test
    void aPeerMayDieWithinEachService() throws Exception {
        for (int length : new int[] {0, 1, 1000, 200_000}) {
            breakStore(length);
        }
        abortWithin(client -> client.find(FIND, broad(), match -> {
            client.association().abort();
            return true;
        }));
        abortWithin(client -> client.get(
                GET,
                query(),
                new DimseHandler() {
                    @Override
                    public int store(Operation operation, InputStream dataSet) {
                        operation.association().abort();
                        return Status.SUCCESS;
                    }
                },
                pending -> true));
        // A destination that takes the connection and never answers: who waits for it goes away.
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            rest.put(
                    "/modalities/mute",
                    "{\"AET\": \"MUTE\", \"Host\": \"127.0.0.1\", \"Port\": " + mute.getLocalPort()
                            + ", \"Timeout\": 1}");
            AssociationOptions impatient = call().timeout(300);
            abortWithin(impatient, client -> client.move(MOVE, query(), "MUTE", pending -> true));
        }
    }

    /** PS3.4 sections C.4.2.1.5 and C.4.3.1.4: the operation ends in good order, and says how far it was. */
    @Test
    void aCancelledRetrievalStopsAndSaysHowFarItWas() throws Exception {
        try (DicomClient client = DicomClient.open(call())) {
            AtomicInteger received = new AtomicInteger();
            DimseHandler receiver = new DimseHandler() {
                @Override
                public int store(Operation operation, InputStream dataSet) throws IOException {
                    dataSet.readAllBytes();
                    received.incrementAndGet();
                    return Status.SUCCESS;
                }
            };
            DicomClient.Retrieved got = client.get(GET, query(), receiver, pending -> false);
            assertEquals(Status.CANCEL, got.status());
            assertEquals(received.get(), got.completed());
            assertTrue(received.get() < INSTANCES, "all were sent");
            assertEquals(
                    INSTANCES,
                    client.get(GET, query(), receiver, pending -> true).completed());
        }
        int port = ServerProcess.freePorts(1)[0];
        rest.put("/modalities/slow", "[\"SLOW\", \"127.0.0.1\", " + port + "]");
        try (StoreSink sink = new StoreSink(port, 50);
                DicomClient client = DicomClient.open(call())) {
            DicomClient.Retrieved moved = client.move(MOVE, query(), "SLOW", pending -> false);
            assertEquals(Status.CANCEL, moved.status());
            assertEquals(sink.all.size(), moved.completed());
            assertTrue(sink.all.size() < INSTANCES, "all were sent");
            assertEquals(Status.SUCCESS, client.echo());
        }
    }

    private interface Use {
        Object of(DicomClient client) throws IOException;
    }

    private static void abortWithin(Use use) throws IOException {
        abortWithin(call(), use);
    }

    private static void abortWithin(AssociationOptions options, Use use) throws IOException {
        DicomClient client = DicomClient.open(options);
        try {
            use.of(client);
        } catch (AssociationException broken) {
            assertTrue(client.association().isEnded());
        }
        // Without an exception the answer was quicker than the end.
        client.association().abort();
    }

    private static Attributes broad() {
        var query = new Attributes();
        query.setString(Tag.QueryRetrieveLevel, VR.CS, "STUDY");
        query.setNull(Tag.StudyInstanceUID, VR.UI);
        return query;
    }

    /** Sends what it likes and reads until the server has closed. */
    private static void talk(byte[] bytes) throws IOException {
        try (Socket socket = connect()) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            assertTrue(reset.getMessage() != null);
        }
    }

    @Test
    void garbageAndWrongLengthsEndTheirOwnAssociationOnly() throws Exception {
        var random = new Random(42);
        byte[] good = request();
        for (int round = 0; round < 300; round++) {
            byte[] bytes;
            if (round % 3 == 0) {
                bytes = new byte[random.nextInt(3000)];
                random.nextBytes(bytes);
            } else {
                bytes = round % 3 == 1 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
                for (int i = 0; i < 1 + random.nextInt(4) && bytes.length > 0; i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            talk(bytes);
        }
        // Lengths of 4 GB, in the header of a PDU and in that of a value.
        talk(new byte[] {1, 0, -1, -1, -1, -1, 0, 1});
        var tooLong = new ByteArrayOutputStream();
        tooLong.writeBytes(good);
        tooLong.writeBytes(new byte[] {4, 0, 0, 0, 0, 10, -1, -1, -1, -1, 1, 3, 0, 0, 0, 0});
        talk(tooLong.toByteArray());
    }

    @Test
    void halfOpenAndTricklingPeersLeaveRoomForOthersAndAreEnded() throws Exception {
        byte[] good = request();
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                Socket socket = connect();
                sockets.add(socket);
                // Nothing at all, half a request, a request and then nothing, or one that never ends.
                int length = new int[] {0, good.length / 2, good.length, 1}[i % 4];
                socket.getOutputStream().write(good, 0, length);
            }
            for (int at = 1; at < 30; at++) {
                for (int i = 3; i < sockets.size(); i += 4) {
                    try {
                        sockets.get(i).getOutputStream().write(good, at, 1);
                    } catch (SocketException ended) {
                        assertTrue(at > 1);
                    }
                }
                othersAreAnswered();
            }
            for (Socket socket : sockets) {
                socket.setSoTimeout(30_000);
                try {
                    socket.getInputStream().readAllBytes();
                } catch (SocketTimeoutException e) {
                    throw new AssertionError("a dead peer is still connected", e);
                } catch (SocketException reset) {
                    assertTrue(socket.isConnected());
                }
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void twoHundredAssociationsAtOnceAreAllServed() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(200);
        try {
            Callable<Integer> echo = () -> {
                try (DicomClient client = DicomClient.open(call())) {
                    return client.echo();
                }
            };
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(threads.submit(echo));
            }
            assertEquals(200, server.get("/system").statusCode());
            for (Future<Integer> answer : answers) {
                assertEquals(Status.SUCCESS, answer.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** What the process holds, by the system's own count. */
    private record Held(long threads, long descriptors, long files) {
        static Held now() throws IOException {
            Path process = Path.of("/proc", Long.toString(server.process().pid()));
            return new Held(count(process.resolve("task")), count(process.resolve("fd")), countFiles());
        }

        private static long count(Path path) throws IOException {
            try (Stream<Path> entries = Files.list(path)) {
                return entries.count();
            }
        }

        /** What is stored and our temporary files; those of the framework come and go for other reasons. */
        private static long countFiles() throws IOException {
            try (Stream<Path> all = Files.walk(directory)) {
                return all.filter(Files::isRegularFile)
                        .filter(file -> file.startsWith(directory.resolve("server/storage"))
                                || file.getFileName().toString().startsWith("isengard")
                                        && file.startsWith(server.runDirectory().resolve("data/tmp")))
                        .count();
            }
        }

        boolean isAtMost(Held other) {
            return threads <= other.threads + 4 && descriptors <= other.descriptors + 6 && files <= other.files;
        }
    }

    private static void abortMany(int count) throws Exception {
        byte[] good = request();
        for (int i = 0; i < count; i++) {
            switch (i % 4) {
                case 0:
                    breakStore(50_000);
                    break;
                case 1:
                    DicomClient.open(call()).association().abort();
                    break;
                case 2:
                    try (Socket socket = connect()) {
                        socket.getOutputStream().write(good);
                        socket.setSoLinger(true, 0);
                    }
                    break;
                default:
                    abortWithin(client -> client.find(FIND, broad(), match -> {
                        client.association().abort();
                        return true;
                    }));
                    break;
            }
        }
    }

    @Test
    void aThousandAbortedAssociationsLeaveNothingBehind() throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "no /proc here");
        abortMany(40);
        othersAreAnswered();
        Held before = Held.now();
        abortMany(1000);
        othersAreAnswered();
        Held after = Held.now();
        for (int i = 0; i < 600 && !after.isAtMost(before); i++) {
            Thread.sleep(100);
            after = Held.now();
        }
        assertTrue(after.isAtMost(before), after + " after, " + before + " before");
    }

    /** The limit is DicomMaximumInstanceSize; what had arrived by then does not stay on the disk. */
    @Test
    void aDataSetThatIsTooLongOrHasNoEndIsRefusedAndLeavesNothing() throws Exception {
        long files = Held.countFiles();
        try (DicomClient client = DicomClient.open(call())) {
            assertEquals(
                    Status.OUT_OF_RESOURCES,
                    client.store(IMAGE, "1.2.3.4", EXPLICIT, image(20 << 20)).status());
            assertEquals(Status.SUCCESS, client.echo());
        }
        DicomClient endless = DicomClient.open(call());
        assertThrows(
                AssociationException.class, () -> endless.store(IMAGE, "1.2.3.4", EXPLICIT, image(Long.MAX_VALUE)));
        assertEquals(files, Held.countFiles());
    }

    /** A data set with the identifiers of the command, a pixel data element that announces 2 GB, and {@code length} zeros. */
    private static InputStream image(long length) throws IOException {
        Attributes identifiers = new Attributes();
        identifiers.setString(Tag.SOPClassUID, VR.UI, IMAGE);
        identifiers.setString(Tag.SOPInstanceUID, VR.UI, "1.2.3.4");
        identifiers.setString(Tag.PatientID, VR.LO, "endless");
        identifiers.setString(Tag.StudyInstanceUID, VR.UI, "1.2.3");
        identifiers.setString(Tag.SeriesInstanceUID, VR.UI, "1.2.3.1");
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        DicomWriter.writeDataset(start, identifiers, TransferSyntax.of(EXPLICIT));
        start.write(new byte[] {(byte) 0xe0, 0x7f, 0x10, 0, 'O', 'W', 0, 0, 0, 0, 0, 0x7f});
        return new SequenceInputStream(new ByteArrayInputStream(start.toByteArray()), zeros(length));
    }

    private static InputStream zeros(long length) {
        return new InputStream() {
            private long left = length;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] target, int offset, int wanted) {
                int count = (int) Math.min(wanted, left);
                Arrays.fill(target, offset, offset + count, (byte) 0);
                left -= count;
                return count == 0 ? -1 : count;
            }
        };
    }

    @Test
    void anInstanceThatBreaksOffIsNotStoredAndMayBeSentAgain() throws Exception {
        SampleFile file = SampleFile.of("again", 1);
        byte[] bytes = file.bytes();
        int start = 132 + 12 + (bytes[140] & 0xff | (bytes[141] & 0xff) << 8);
        byte[] dataSet = Arrays.copyOfRange(bytes, start, bytes.length);
        breakStore(dataSet.length / 2);
        try (DicomClient client = DicomClient.open(call())) {
            assertEquals(
                    Status.SUCCESS,
                    client.store(IMAGE, file.sopInstance(), EXPLICIT, new ByteArrayInputStream(dataSet))
                            .status());
        }
        assertEquals(200, server.get("/instances/" + file.id()).statusCode());
        server.delete("/instances/" + file.id());
    }
}
