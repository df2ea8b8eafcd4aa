package org.isengard.networking.scp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.StoreStatus;
import org.isengard.api.ingest.Ingest;
import org.isengard.api.ingest.Options;
import org.isengard.api.ingest.Source;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.WriteOptions;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.Status;
import org.isengard.networking.Configs;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DicomScpTest {
    private static final String CT = UID.CTImageStorage;
    private static final String EXPLICIT = UID.ExplicitVRLittleEndian;

    /** Receives instances as the test says. */
    @FunctionalInterface
    private interface Receiver extends Ingest {
        @Override
        Outcome receive(InputStream file, Source source) throws IOException;

        @Override
        default Outcome receive(InputStream file, Source source, Options options) {
            throw new UnsupportedOperationException();
        }
    }

    private final int port = freePort();
    private final Map<String, Object> options =
            new HashMap<>(Map.of("DicomPort", port, "DicomBindAddress", "127.0.0.1"));
    private final AcceptedStorage accepted = new AcceptedStorage(Configs.of(AcceptedStorage.Config.class, Map.of()));

    private Lease<Ingest> ingestLease;

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private DicomScp start() throws IOException {
        ingestLease = new Lease<>("feature ingest", new SwapTimeout(TimeUnit.SECONDS.toNanos(30)));
        return new DicomScp(
                Configs.of(DicomScp.Config.class, options),
                accepted,
                Configs.modalities(options),
                new RunningRetrievals(),
                AssociationUsers.open(new ScpMetrics(4)),
                Configs.worklists(),
                Configs.framework(),
                ingestLease);
    }

    private AssociationOptions client() {
        return AssociationOptions.to("127.0.0.1", port)
                .callingAet("CLIENT")
                .calledAet("WHOEVER")
                .timeout(40_000)
                .propose(UID.Verification, EXPLICIT)
                .propose(CT, EXPLICIT);
    }

    private static byte[] dataSet(String instance) throws IOException {
        var attributes = new Attributes();
        attributes.setString(Tag.SOPClassUID, VR.UI, CT);
        attributes.setString(Tag.SOPInstanceUID, VR.UI, instance);
        attributes.setBytes(Tag.PixelData, VR.OW, new byte[100_000]);
        var out = new ByteArrayOutputStream();
        DicomWriter.writeDataset(out, attributes, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, WriteOptions.defaults());
        return out.toByteArray();
    }

    private static int store(DicomClient client, String instance) throws IOException {
        return client.store(CT, instance, EXPLICIT, new ByteArrayInputStream(dataSet(instance)))
                .status();
    }

    @Test
    void anInstanceReachesIngestAsAFileWithItsOrigin() throws Exception {
        var received = new AtomicReference<byte[]>();
        var origin = new AtomicReference<Source>();
        Receiver ingest = (file, source) -> {
            received.set(file.readAllBytes());
            origin.set(source);
            return new Ingest.Outcome(StoreStatus.SUCCESS, null);
        };
        DicomScp scp = start();
        ingestLease.offer(ingest);
        try (var client = DicomClient.open(client())) {
            assertEquals(Status.SUCCESS, client.echo());
            assertEquals(Status.SUCCESS, store(client, "1.2.3"));
        } finally {
            scp.stop();
        }
        assertEquals(Source.dicom("127.0.0.1", "CLIENT", "WHOEVER"), origin.get());
        DicomFile file = DicomReader.read(received.get());
        assertEquals(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, file.transferSyntax());
        assertEquals("1.2.3", file.meta().getString(Tag.MediaStorageSOPInstanceUID));
        int groupLength =
                ByteBuffer.wrap(received.get()).order(ByteOrder.LITTLE_ENDIAN).getInt(140);
        assertEquals(file.datasetOffset() - 144, groupLength);
        assertArrayEquals(
                dataSet("1.2.3"),
                Arrays.copyOfRange(received.get(), (int) file.datasetOffset(), received.get().length));
    }

    @Test
    void whatIngestSaysBecomesAStatus() throws Exception {
        var answer = new AtomicInteger();
        Receiver ingest = (file, source) -> {
            switch (answer.getAndIncrement()) {
                case 0:
                    return new Ingest.Outcome(StoreStatus.ALREADY_STORED, null);
                case 1:
                    return new Ingest.Outcome(StoreStatus.FILTERED_OUT, null);
                case 2:
                    return new Ingest.Outcome(StoreStatus.STORAGE_FULL, null);
                case 3:
                    throw new IsengardException(ErrorCode.FULL_STORAGE);
                case 4:
                    throw new IsengardException(ErrorCode.BAD_FILE_FORMAT);
                case 5:
                    throw new IOException("disk");
                default:
                    throw new IllegalStateException("bug");
            }
        };
        DicomScp scp = start();
        ingestLease.offer(ingest);
        try (var client = DicomClient.open(client())) {
            int[] expected = {0, 0, 0xa700, 0xa700, 0xc000, 0x0110, 0x0110};
            for (int status : expected) {
                assertEquals(status, store(client, "1.2.3"));
            }
            assertEquals(Status.INVALID_ARGUMENT_VALUE, store(client, "../../etc"));
            assertEquals(Status.PROCESSING_FAILURE, store(client, "1.02.3."), "odd identifiers reach ingest");
            assertEquals(Status.SUCCESS, client.echo());
        } finally {
            scp.stop();
        }
    }

    @Test
    void commandAndDataSetMustNameTheSameObject() throws Exception {
        var received = new AtomicInteger();
        Receiver ingest = (file, source) -> {
            file.readAllBytes();
            received.incrementAndGet();
            return new Ingest.Outcome(StoreStatus.SUCCESS, null);
        };
        DicomScp scp = start();
        ingestLease.offer(ingest);
        AssociationOptions options = client().propose(UID.MRImageStorage, EXPLICIT);
        try (var client = DicomClient.open(options)) {
            assertEquals(0xa900, storeAs(client, CT, "1.2.4", dataSet("1.2.3")), "another instance");
            assertEquals(0xa900, storeAs(client, UID.MRImageStorage, "1.2.3", dataSet("1.2.3")), "another class");
            assertEquals(0xc000, storeAs(client, CT, "1.2.3", without(Tag.SOPInstanceUID)), "no instance");
            assertEquals(0xc000, storeAs(client, CT, "1.2.3", without(Tag.SOPClassUID)), "no class");
            assertEquals(0xc000, storeAs(client, CT, "1.2.3", new byte[] {8, 0, 0x16}), "no data set");
            assertEquals(0, received.get(), "nothing of it reaches ingest");
            assertEquals(Status.SUCCESS, store(client, "1.2.3"), "the association lives on");
            assertEquals(1, received.get());
        } finally {
            scp.stop();
        }
    }

    private static int storeAs(DicomClient client, String sopClass, String instance, byte[] dataSet)
            throws IOException {
        return client.store(sopClass, instance, EXPLICIT, new ByteArrayInputStream(dataSet))
                .status();
    }

    private static byte[] without(int tag) throws IOException {
        Attributes attributes = DicomReader.readDataset(
                dataSet("1.2.3"), TransferSyntax.EXPLICIT_LITTLE_ENDIAN, ReadOptions.defaults());
        attributes.remove(tag);
        var out = new ByteArrayOutputStream();
        DicomWriter.writeDataset(out, attributes, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, WriteOptions.defaults());
        return out.toByteArray();
    }

    @Test
    void contextsFollowWhatIsAcceptedNow() throws Exception {
        DicomScp scp = start();
        try {
            var proposal = client().propose("1.2.3.4", EXPLICIT).propose(CT, UID.JPEGBaseline8Bit, EXPLICIT);
            try (var client = DicomClient.open(proposal)) {
                assertEquals(Optional.empty(), client.association().context("1.2.3.4"));
                assertTrue(
                        client.association().context(CT, UID.JPEGBaseline8Bit).isPresent());
            }
            accepted.acceptUnknownSopClass(true);
            accepted.acceptTransferSyntaxes(List.of(EXPLICIT));
            try (var client = DicomClient.open(proposal)) {
                assertTrue(client.association().context("1.2.3.4").isPresent());
                assertFalse(
                        client.association().context(CT, UID.JPEGBaseline8Bit).isPresent());
            }
        } finally {
            scp.stop();
        }
    }

    @Test
    void anInstanceWaitsForIngestThatIsBeingSwapped() throws Exception {
        DicomScp scp = start();
        var threads = Executors.newSingleThreadExecutor();
        try (var client = DicomClient.open(client())) {
            Future<Integer> waiting = threads.submit(() -> store(client, "1.2.3"));
            Thread.sleep(300);
            assertFalse(waiting.isDone());
            Receiver ingest = (file, source) -> {
                file.readAllBytes();
                return new Ingest.Outcome(StoreStatus.SUCCESS, null);
            };
            ingestLease.offer(ingest);
            assertEquals(Status.SUCCESS, waiting.get(5, TimeUnit.SECONDS));
        } finally {
            threads.shutdown();
            scp.stop();
        }
    }

    @Test
    void ingestLeavesOnlyWhenNobodyUsesIt() throws Exception {
        var inUse = new AtomicBoolean();
        Receiver slow = (file, source) -> {
            inUse.set(true);
            file.readAllBytes();
            try {
                Thread.sleep(300);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            inUse.set(false);
            return new Ingest.Outcome(StoreStatus.SUCCESS, null);
        };
        DicomScp scp = start();
        ingestLease.offer(slow);
        var threads = Executors.newSingleThreadExecutor();
        try (var client = DicomClient.open(client())) {
            Future<Integer> running = threads.submit(() -> store(client, "1.2.3"));
            while (!inUse.get()) {
                Thread.sleep(5);
            }
            ingestLease.withdraw(slow, TimeUnit.SECONDS.toNanos(30));
            assertFalse(inUse.get());
            assertEquals(Status.SUCCESS, running.get(5, TimeUnit.SECONDS));
        } finally {
            threads.shutdown();
            scp.stop();
        }
    }

    @Test
    void noAssociationFailsWhileTheServerIsReplaced() throws Exception {
        Receiver ingest = (file, source) -> {
            file.readAllBytes();
            return new Ingest.Outcome(StoreStatus.SUCCESS, null);
        };
        var stop = new AtomicBoolean();
        var stored = new AtomicInteger();
        DicomScp scp = start();
        ingestLease.offer(ingest);
        var threads = Executors.newFixedThreadPool(3);
        try {
            var senders = new ArrayList<Future<?>>();
            for (int i = 0; i < 3; i++) {
                senders.add(threads.submit(() -> {
                    while (!stop.get()) {
                        try (var client = DicomClient.open(client())) {
                            for (int n = 0; n < 5; n++) {
                                assertEquals(Status.SUCCESS, store(client, "1.2." + n));
                                stored.incrementAndGet();
                            }
                        }
                    }
                    return null;
                }));
            }
            for (int swap = 0; swap < 10; swap++) {
                Thread.sleep(100);
                scp.stop();
                scp = start();
                ingestLease.offer(ingest);
            }
            stop.set(true);
            for (Future<?> sender : senders) {
                sender.get(20, TimeUnit.SECONDS);
            }
            assertTrue(stored.get() > 50, "stored " + stored);
        } finally {
            stop.set(true);
            scp.stop();
            threads.shutdown();
        }
    }
}
