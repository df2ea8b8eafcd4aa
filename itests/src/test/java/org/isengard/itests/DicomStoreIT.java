package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** DCMTK's programs send to the server. */
@Timeout(120)
class DicomStoreIT {
    private static final int ASSOCIATIONS = 24;

    @TempDir
    static Path directory;

    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        Command.assume("echoscu", "storescu", "dcmsend");
        server = SHARED.server();
    }

    @Test
    void echoIsAnsweredWhateverTheTitles() throws Exception {
        Command.succeed(directory, "echoscu", "-aet", "ANYBODY", "-aec", "SOMEBODY", "127.0.0.1", port());
        Command.succeed(directory, "echoscu", "--repeat", "20", "127.0.0.1", port());
        Command.succeed(directory, "echoscu", "--propose-ts", "3", "--propose-pc", "128", "127.0.0.1", port());
    }

    @Test
    void everyUncompressedSyntaxIsTaken() throws Exception {
        int number = 0;
        for (String option : List.of("-x=", "-xe", "-xb", "-xi")) {
            SampleFile file = SampleFile.of("syntax", number++);
            Path path = file.writeTo(directory.resolve("syntax"), "file" + number);
            Command.succeed(directory, "storescu", "-R", option, "127.0.0.1", port(), path.toString());
            assertThere(file);
        }
    }

    @Test
    void compressedFilesComeAsTheyAre() throws Exception {
        Command.assume("dcmcrle", "dcmcjpeg", "dcmcjpls");
        Path files = directory.resolve("compressed");
        int number = 100;
        for (String[] how : new String[][] {
            {"dcmcrle", "1.2.840.10008.1.2.5"},
            {"dcmcjpeg", "1.2.840.10008.1.2.4.70"},
            {"dcmcjpls", "1.2.840.10008.1.2.4.80"}
        }) {
            SampleFile file = SampleFile.of("compressed", number++);
            Path plain = file.writeTo(files, "plain" + number);
            Path packed = files.resolve("packed" + number);
            Command.succeed(files, how[0], plain.toString(), packed.toString());
            Command.succeed(files, "dcmsend", "127.0.0.1", port(), packed.toString());
            byte[] syntax = server.get("/instances/" + file.id() + "/metadata/TransferSyntax")
                    .body();
            assertEquals(how[1], new String(syntax, StandardCharsets.UTF_8));
        }
        SampleFile deflated = SampleFile.of(SampleFile.dataset("compressed", number), TransferSyntax.DEFLATED);
        Path path = deflated.writeTo(files, "deflated");
        Command.succeed(files, "storescu", "-R", "-xd", "127.0.0.1", port(), path.toString());
        assertThere(deflated);
    }

    @Test
    void pdusOfEverySizeAreTaken() throws Exception {
        byte[] large = LargeFile.bytes(3_000_000);
        Path file = Files.write(directory.resolve("large.dcm"), large);
        for (String[] sizes : new String[][] {{"4096", "4096"}, {"131072", "131072"}, {"16384", "4096"}}) {
            Command.succeed(
                    directory,
                    "storescu",
                    "--max-pdu",
                    sizes[0],
                    "--max-send-pdu",
                    sizes[1],
                    "127.0.0.1",
                    port(),
                    file.toString());
        }
        assertTrue(text("/statistics").contains("\"CountInstances\""));
    }

    @Test
    void manyAssociationsAtOnceAreServed() throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(ASSOCIATIONS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int association = 0; association < ASSOCIATIONS; association++) {
                Path files = directory.resolve("many-" + association);
                for (int i = 0; i < 5; i++) {
                    SampleFile.of("many-" + association, i).writeTo(files, "file" + i);
                }
                running.add(senders.submit(
                        () -> Command.succeed(directory, "dcmsend", "+sd", "127.0.0.1", port(), files.toString())));
            }
            for (Future<?> sender : running) {
                sender.get(90, TimeUnit.SECONDS);
            }
        } finally {
            senders.shutdownNow();
        }
        for (int association = 0; association < ASSOCIATIONS; association++) {
            for (int i = 0; i < 5; i++) {
                assertThere(SampleFile.of("many-" + association, i));
            }
        }
    }

    @Test
    void theOriginIsNoted() throws Exception {
        SampleFile file = SampleFile.of("origin", 1);
        Path path = file.writeTo(directory, "origin.dcm");
        Command.succeed(
                directory, "storescu", "-aet", "SENDER", "-aec", "TARGET", "127.0.0.1", port(), path.toString());
        String metadata = text("/instances/" + file.id() + "/metadata?expand");
        for (String value : List.of("\"SENDER\"", "\"TARGET\"", "\"127.0.0.1\"", "\"DicomProtocol\"")) {
            assertTrue(metadata.contains(value), value + " in " + metadata);
        }
    }

    @Test
    void aFileThatIsCutOffIsRefusedAndTheAssociationLivesOn() throws Exception {
        SampleFile cut = SampleFile.of("cut-off", 1);
        SampleFile whole = SampleFile.of("cut-off", 2);
        String syntax = UID.ExplicitVRLittleEndian;
        try (DicomClient client = DicomClient.open(AssociationOptions.to("127.0.0.1", server.dicomPort())
                .propose(UID.SecondaryCaptureImageStorage, syntax))) {
            // The client sends an even number of bytes.
            for (int missing : new int[] {2, 32, 62}) {
                byte[] dataSet = dataSet(cut);
                DicomClient.Response refused = client.store(
                        UID.SecondaryCaptureImageStorage,
                        cut.sopInstance(),
                        syntax,
                        new ByteArrayInputStream(dataSet, 0, dataSet.length - missing));
                assertEquals(0xc000, refused.status() & 0xf000, missing + " bytes less: " + refused);
            }
            DicomClient.Response stored = client.store(
                    UID.SecondaryCaptureImageStorage,
                    whole.sopInstance(),
                    syntax,
                    new ByteArrayInputStream(dataSet(whole)));
            assertEquals(0, stored.status(), stored.toString());
        }
        assertEquals(404, server.get("/instances/" + cut.id()).statusCode());
        assertThere(whole);
    }

    private static byte[] dataSet(SampleFile file) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DicomFile read = DicomReader.read(new ByteArrayInputStream(file.bytes()), ReadOptions.defaults());
        DicomWriter.writeDataset(out, read.dataset(), read.transferSyntax());
        return out.toByteArray();
    }

    @Test
    void aFullStorageIsAStatusNotABrokenAssociation() throws Exception {
        try (ServerProcess small = new ServerProcess(directory.resolve("small"))
                .with("MaximumStorageSize", 1)
                .with("MaximumStorageMode", "Reject")
                .start()) {
            byte[] large = LargeFile.bytes(700_000);
            assertEquals(200, small.post("/instances", large).statusCode());
            Path path = Files.write(directory.resolve("too-much.dcm"), LargeFile.bytes(701_000));
            Command store =
                    Command.run(directory, "storescu", "-v", "127.0.0.1", "" + small.dicomPort(), path.toString());
            assertTrue(store.output().contains("Refused: OutOfResources"), store.output());
            assertTrue(store.output().contains("Releasing Association"), store.output());
            assertEquals(507, small.post("/instances", LargeFile.bytes(702_000)).statusCode());
        }
    }

    @Test
    void aStorageThatCannotBeWrittenIsAStatusNotABrokenAssociation() throws Exception {
        ServerProcess broken = new ServerProcess(directory.resolve("broken"));
        try (broken) {
            broken.start();
            // No directory can be made where a file is.
            for (int i = 0; i < 256; i++) {
                Files.writeString(directory.resolve("broken/storage").resolve(String.format("%02x", i)), "in the way");
            }
            SampleFile file = SampleFile.of("unwritable", 1);
            Path path = file.writeTo(directory, "unwritable.dcm");
            Command store =
                    Command.run(directory, "storescu", "-v", "127.0.0.1", "" + broken.dicomPort(), path.toString());
            assertNotEquals(0, store.status(), store.output());
            assertTrue(store.output().contains("Received Store Response"), store.output());
            assertTrue(store.output().contains("Releasing Association"), store.output());
            int status = broken.post("/instances", file.bytes()).statusCode();
            assertTrue(status >= 500, "" + status);
            assertEquals(404, broken.get("/instances/" + file.id()).statusCode());
        }
    }

    private static String port() {
        return Integer.toString(server.dicomPort());
    }

    private static void assertThere(SampleFile file) throws Exception {
        assertEquals(200, server.get("/instances/" + file.id() + "/file").statusCode(), file.sopInstance());
    }

    private static String text(String path) throws Exception {
        return new String(server.get(path).body(), StandardCharsets.UTF_8);
    }
}
