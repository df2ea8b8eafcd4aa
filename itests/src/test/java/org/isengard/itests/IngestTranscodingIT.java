package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomReader;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What comes in by REST and by C-STORE is kept in the transfer syntax that is configured; hostile sizes do no harm. */
@Timeout(180)
class IngestTranscodingIT {
    private static final String LOSSLESS = TransferSyntax.JPEG_LOSSLESS_SV1.uid();
    private static final String RLE = TransferSyntax.RLE.uid();
    private static final String PLAIN = TransferSyntax.EXPLICIT_LITTLE_ENDIAN.uid();

    @TempDir
    static Path directory;

    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    private static ServerProcess server(String name, boolean ofUncompressed, boolean ofCompressed) throws Exception {
        return new ServerProcess(directory.resolve(name))
                .with("IngestTranscoding", LOSSLESS)
                .with("IngestTranscodingOfUncompressed", ofUncompressed)
                .with("IngestTranscodingOfCompressed", ofCompressed)
                .start();
    }

    @Test
    void everythingIsTranscodedAndKeepsItsPixels() throws Exception {
        try (ServerProcess server = server("both", true, true)) {
            all(server, "both", LOSSLESS, LOSSLESS);
        }
    }

    @Test
    void compressedInstancesCanBeLeftAlone() throws Exception {
        try (ServerProcess server = server("uncompressed", true, false)) {
            all(server, "uncompressed", LOSSLESS, RLE);
        }
    }

    @Test
    void uncompressedInstancesCanBeLeftAlone() throws Exception {
        try (ServerProcess server = server("compressed", false, true)) {
            all(server, "compressed", PLAIN, LOSSLESS);
        }
    }

    private static void all(ServerProcess server, String prefix, String ofPlain, String ofRle) throws Exception {
        Command.assume("dcmcrle", "storescu", "dcmsend");
        Path files = directory.resolve(prefix + "-files");
        int number = 0;
        for (boolean compressed : List.of(false, true)) {
            for (boolean dicom : List.of(false, true)) {
                SampleFile file = SampleFile.of(prefix, number++);
                Path path = file.writeTo(files, "plain" + number);
                if (compressed) {
                    Path packed = files.resolve("packed" + number);
                    Command.succeed(files, "dcmcrle", path.toString(), packed.toString());
                    path = packed;
                }
                if (dicom) {
                    String port = Integer.toString(server.dicomPort());
                    Command.succeed(files, "dcmsend", "127.0.0.1", port, path.toString());
                } else {
                    assertEquals(
                            200,
                            server.post("/instances", java.nio.file.Files.readAllBytes(path))
                                    .statusCode());
                }
                String kept = text(server, "/instances/" + file.id() + "/metadata/TransferSyntax");
                assertEquals(compressed ? ofRle : ofPlain, kept, (dicom ? "C-STORE" : "REST") + " of " + path);
                byte[] stored = server.get("/instances/" + file.id() + "/file").body();
                assertEquals(kept, DicomReader.read(stored).transferSyntax().uid());
                byte[] plain = server.get("/instances/" + file.id() + "/file?transcode=" + PLAIN)
                        .body();
                assertArrayEquals(
                        SampleFile.dataset(prefix, number - 1).getBytes(Tag.PixelData),
                        DicomReader.read(plain).dataset().getBytes(Tag.PixelData));
            }
        }
    }

    private static String text(ServerProcess server, String path) throws Exception {
        return new String(server.get(path).body(), StandardCharsets.UTF_8);
    }

    @Test
    void aHostileSizeIsRefusedAndTheServerGoesOn() throws Exception {
        ServerProcess server = SHARED.server();
        for (TransferSyntax syntax : List.of(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, TransferSyntax.RLE)) {
            Attributes huge = SampleFile.dataset("hostile" + syntax.uid().length(), 1);
            huge.setInt(Tag.Rows, VR.US, 65535);
            huge.setInt(Tag.Columns, VR.US, 65535);
            if (syntax.encapsulated()) {
                huge.setFragments(Tag.PixelData, VR.OB, new byte[0], List.of(new byte[70]));
            }
            SampleFile file = SampleFile.of(huge, syntax);
            assertEquals(200, server.post("/instances", file.bytes()).statusCode());
            String instance = "/instances/" + file.id();
            long start = System.nanoTime();
            for (String route : List.of("preview", "rendered", "image-uint8", "numpy", "matlab")) {
                int status = server.get(instance + "/" + route).statusCode();
                assertTrue(status >= 400, route + ": " + status);
            }
            assertTrue(server.get(instance + "/file?transcode=" + LOSSLESS).statusCode() >= 400);
            assertTrue(System.nanoTime() - start < 10_000_000_000L, "refused at once");
        }
        SampleFile good = SampleFile.of("good", 1);
        assertEquals(200, server.post("/instances", good.bytes()).statusCode());
        assertEquals(200, server.get("/instances/" + good.id() + "/preview").statusCode());
    }
}
