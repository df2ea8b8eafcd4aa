package org.isengard.dicom.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.ReadOptions;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DCMTK's tools against our server and client; skipped where they or the sample files are absent. */
@Timeout(60)
class DcmtkTest {
    @TempDir
    Path temporary;

    private static Path samples() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null) {
            Path samples = directory.resolve("shared/conformance/samples");
            if (Files.isDirectory(samples)) {
                return samples;
            }
            directory = directory.getParent();
        }
        assumeTrue(false, "no sample files");
        throw new AssertionError();
    }

    private static String tool(String name) {
        for (String directory : System.getenv("PATH").split(File.pathSeparator)) {
            Path tool = Path.of(directory, name);
            if (Files.isExecutable(tool)) {
                return tool.toString();
            }
        }
        assumeTrue(false, name + " is not installed");
        throw new AssertionError();
    }

    private static int run(List<String> output, String name, Object... arguments) throws Exception {
        var command = new ArrayList<String>(List.of(tool(name)));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        output.add(text);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return process.exitValue();
    }

    private static byte[] dataSet(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        long offset = DicomReader.read(file).datasetOffset();
        return Arrays.copyOfRange(bytes, (int) offset, bytes.length);
    }

    /** Keeps what it receives by SOP instance. */
    private static final class Keeper implements DimseHandler {
        private final Map<String, byte[]> received = new ConcurrentHashMap<>();
        private final Map<String, String> syntaxes = new ConcurrentHashMap<>();

        @Override
        public int store(Operation operation, InputStream dataSet) throws IOException {
            received.put(operation.sopInstance(), dataSet.readAllBytes());
            syntaxes.put(operation.sopInstance(), operation.transferSyntax());
            return Status.SUCCESS;
        }

        @Override
        public void find(Operation operation, Attributes identifier, FindResponses responses) throws IOException {
            for (int i = 0; i < 3; i++) {
                var match = new Attributes();
                match.setString(Tag.QueryRetrieveLevel, VR.CS, "STUDY");
                match.setString(Tag.StudyInstanceUID, VR.UI, "1.2.3." + i);
                responses.match(match);
            }
        }
    }

    @Test
    void echoscuIsAnswered() throws Exception {
        try (var server = new TestServer(new DimseHandler() {})) {
            var output = new ArrayList<String>();
            int status = run(output, "echoscu", "--repeat", 5, "--propose-pc", 128, "127.0.0.1", server.port());
            assertEquals(0, status, output.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-xi, syn/ts-implicit.dcm",
        "-xe, syn/ct-1.dcm",
        "-xb, syn/ts-big.dcm",
        "-xd, syn/ts-deflated.dcm",
        "-xr, syn/ts-rle.dcm",
        "-xy, db/TransferSyntaxes/1.2.840.10008.1.2.4.50.dcm",
        "-xs, db/TransferSyntaxes/1.2.840.10008.1.2.4.70.dcm",
        "-xt, db/TransferSyntaxes/1.2.840.10008.1.2.4.80.dcm",
        "-xv, db/TransferSyntaxes/1.2.840.10008.1.2.4.90.dcm",
        "-xw, db/TransferSyntaxes/1.2.840.10008.1.2.4.91.dcm",
    })
    void storescuDeliversEveryTransferSyntax(String option, String sample) throws Exception {
        Path file = samples().resolve(sample);
        var expected = DicomReader.read(file);
        var keeper = new Keeper();
        try (var server = new TestServer(keeper)) {
            var output = new ArrayList<String>();
            int status = run(output, "storescu", option, "127.0.0.1", server.port(), file);
            assertEquals(0, status, output.toString());
        }
        String instance = expected.dataset().getString(Tag.SOPInstanceUID);
        assertEquals(expected.transferSyntax().uid(), keeper.syntaxes.get(instance));
        Attributes received = DicomReader.readDataset(
                keeper.received.get(instance), expected.transferSyntax(), ReadOptions.defaults());
        assertEquals(expected.dataset().getString(Tag.PatientID), received.getString(Tag.PatientID));
        assertEquals(expected.dataset().getString(Tag.Rows), received.getString(Tag.Rows));
        assertTrue(received.contains(Tag.PixelData));
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 16384, 65536, 131072})
    void storescuMayUseAnyPduLength(int length) throws Exception {
        Path file = samples().resolve("syn/us-multi-rgb.dcm");
        var keeper = new Keeper();
        var options = new ServerOptions(4, 10_000, length, null, false);
        try (var server = new TestServer(TestServer.ACCEPT_ALL, a -> keeper, options)) {
            var output = new ArrayList<String>();
            int status =
                    run(output, "storescu", "-pdu", length, "--max-send-pdu", length, "127.0.0.1", server.port(), file);
            assertEquals(0, status, output.toString());
        }
        assertArrayEquals(dataSet(file), keeper.received.values().iterator().next());
    }

    @Test
    void storescuSeesTheFailureOfAStore() throws Exception {
        Path file = samples().resolve("syn/ct-1.dcm");
        DimseHandler handler = new DimseHandler() {
            @Override
            public int store(Operation operation, InputStream dataSet) {
                return Status.OUT_OF_RESOURCES;
            }
        };
        try (var server = new TestServer(handler)) {
            var output = new ArrayList<String>();
            assertNotEquals(0, run(output, "storescu", "-v", "127.0.0.1", server.port(), file));
            assertTrue(
                    output.toString().contains("OutOfResources")
                            || output.toString().contains("a700"),
                    output::toString);
        }
    }

    @Test
    void findscuGetsItsMatchesAndMayCancel() throws Exception {
        var keeper = new Keeper();
        try (var server = new TestServer(keeper)) {
            var output = new ArrayList<String>();
            Object[] query = {"-v", "-S", "-k", "QueryRetrieveLevel=STUDY", "127.0.0.1", server.port()};
            assertEquals(0, run(output, "findscu", query), output.toString());
            assertTrue(output.get(0).contains("1.2.3.2"), output::toString);
            Object[] cancel = {"--cancel", 1, "-S", "-k", "QueryRetrieveLevel=STUDY", "127.0.0.1", server.port()};
            assertEquals(0, run(output, "findscu", cancel), output.toString());
        }
    }

    @Test
    void storescpTakesWhatOurClientSends() throws Exception {
        Path file = samples().resolve("syn/us-multi-rgb.dcm");
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process storescp = new ProcessBuilder(
                        tool("storescp"), "-od", temporary.toString(), "-pdu", "4096", Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            var parsed = DicomReader.read(file);
            String sopClass = parsed.dataset().getString(Tag.SOPClassUID);
            String sopInstance = parsed.dataset().getString(Tag.SOPInstanceUID);
            String syntax = parsed.transferSyntax().uid();
            var options = AssociationOptions.to("127.0.0.1", port)
                    .propose(UID.Verification, UID.ImplicitVRLittleEndian)
                    .propose(sopClass, syntax);
            try (var client = openPatiently(options)) {
                assertEquals(Status.SUCCESS, client.echo());
                var sent = client.store(sopClass, sopInstance, syntax, new ByteArrayInputStream(dataSet(file)));
                assertEquals(Status.SUCCESS, sent.status());
            }
            try (var files = Files.list(temporary)) {
                Path received = files.findFirst().orElseThrow();
                assertArrayEquals(
                        parsed.dataset().getBytes(Tag.PixelData),
                        DicomReader.read(received).dataset().getBytes(Tag.PixelData));
            }
        } finally {
            storescp.destroy();
            assertFalse(storescp.waitFor(5, TimeUnit.SECONDS) && storescp.isAlive());
        }
    }

    private static DicomClient openPatiently(AssociationOptions options) throws Exception {
        for (int attempt = 0; ; attempt++) {
            try {
                return DicomClient.open(options);
            } catch (AssociationException notYetListening) {
                if (attempt == 50) {
                    throw notYetListening;
                }
                Thread.sleep(100);
            }
        }
    }
}
