package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools everybody has: DCMTK and curl, against a running server. */
class DicomToolsIT {
    @TempDir
    static Path directory;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerProcess(directory.resolve("server"))
                .with("DicomCheckCalledAet", true)
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void empty() throws Exception {
        for (String id : ids("/patients")) {
            server.delete("/patients/" + id);
        }
    }

    @Test
    void echoscuIsAnsweredByItsNameOnly() throws Exception {
        Command.assume("echoscu");
        String port = Integer.toString(server.dicomPort());
        Command.succeed(directory, "echoscu", "-aec", "ISENGARD", "127.0.0.1", port);
        assertNotEquals(
                0,
                Command.run(directory, "echoscu", "-aec", "SOMEBODY", "127.0.0.1", port)
                        .status());
    }

    @Test
    void storescuStoresWhatComesBackByteForByteInItsDataset() throws Exception {
        Command.assume("storescu", "dcmdump");
        Path files = write("storescu", 12);
        Command.succeed(
                directory,
                "storescu",
                "-aet",
                "TESTER",
                "-aec",
                "ISENGARD",
                "+sd",
                "+r",
                "127.0.0.1",
                Integer.toString(server.dicomPort()),
                files.toString());
        assertEquals(12, ids("/instances").size());
        SampleFile sent = SampleFile.of("storescu", 3);
        Path back = directory.resolve("back.dcm");
        Path original = directory.resolve("original.dcm");
        Files.write(
                back,
                server.get("/instances/" + sent.ids().instance() + "/file").body());
        Files.write(original, sent.bytes());
        // The group of the file's meta information names the writer, who is another.
        assertEquals(dataset(original), dataset(back));
        String origin = "/instances/" + sent.ids().instance() + "/metadata/";
        assertEquals("TESTER", new String(server.get(origin + "RemoteAET").body(), UTF_8));
        assertEquals("ISENGARD", new String(server.get(origin + "CalledAET").body(), UTF_8));
        assertEquals("DicomProtocol", new String(server.get(origin + "Origin").body(), UTF_8));
    }

    @Test
    void dcmsendStoresOverOneAssociation() throws Exception {
        Command.assume("dcmsend");
        Path files = write("dcmsend", 25);
        Command.succeed(
                directory,
                "dcmsend",
                "-aec",
                "ISENGARD",
                "+sd",
                "127.0.0.1",
                Integer.toString(server.dicomPort()),
                files.toString());
        assertEquals(25, ids("/instances").size());
    }

    @Test
    void manyAssociationsAtOnceLoseNothing() throws Exception {
        Command.assume("storescu");
        List<Process> senders = new ArrayList<>();
        for (int sender = 0; sender < 8; sender++) {
            Path files = write("many" + sender, 10);
            senders.add(new ProcessBuilder(
                            "storescu",
                            "-aec",
                            "ISENGARD",
                            "+sd",
                            "127.0.0.1",
                            Integer.toString(server.dicomPort()),
                            files.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("sender" + sender).toFile())
                    .start());
        }
        for (Process sender : senders) {
            assertEquals(0, sender.waitFor());
        }
        assertEquals(80, ids("/instances").size());
    }

    @Test
    void curlUploadsPlainPackedAndManyAtOnce() throws Exception {
        Command.assume("curl");
        SampleFile one = SampleFile.of("curl", 1);
        Path plain = Files.write(directory.resolve("plain.dcm"), one.bytes());
        String answer = Command.succeed(
                directory,
                "curl",
                "-sf",
                "-H",
                "Expect: 100-continue",
                "--data-binary",
                "@" + plain,
                server.uri("/instances").toString());
        assertTrue(answer.contains(one.ids().instance()), answer);

        Path packed = Files.write(
                directory.resolve("packed.dcm.gz"),
                gzip(SampleFile.of("curl", 2).bytes()));
        Command.succeed(
                directory,
                "curl",
                "-sf",
                "-H",
                "Content-Encoding: gzip",
                "--data-binary",
                "@" + packed,
                server.uri("/instances").toString());

        Path zip = Files.write(directory.resolve("many.zip"), zip("curl", 3, 9));
        Command.succeed(
                directory,
                "curl",
                "-sf",
                "--data-binary",
                "@" + zip,
                server.uri("/instances").toString());
        assertEquals(9, ids("/instances").size());

        Path back = directory.resolve("curl-back.dcm");
        Command.succeed(
                directory,
                "curl",
                "-sf",
                "-o",
                back.toString(),
                server.uri("/instances/" + one.ids().instance() + "/file").toString());
        assertArrayEquals(one.bytes(), Files.readAllBytes(back));
    }

    private static String dataset(Path file) throws Exception {
        return Command.succeed(directory, "dcmdump", "-q", "+L", file.toString())
                .lines()
                .filter(line -> line.startsWith("(") && !line.startsWith("(0002"))
                .reduce("", (text, line) -> text + line + "\n");
    }

    private static Path write(String prefix, int count) throws Exception {
        Path files = Files.createDirectories(directory.resolve(prefix));
        for (int number = 1; number <= count; number++) {
            Files.write(
                    files.resolve(number + ".dcm"),
                    SampleFile.of(prefix, number).bytes());
        }
        return files;
    }

    private static byte[] gzip(byte[] bytes) throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    private static byte[] zip(String prefix, int first, int last) throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(packed)) {
            for (int number = first; number <= last; number++) {
                out.putNextEntry(new ZipEntry("folder/" + number));
                out.write(SampleFile.of(prefix, number).bytes());
                out.closeEntry();
            }
        }
        return packed.toByteArray();
    }

    private static List<String> ids(String path) throws Exception {
        String list = new String(server.get(path).body(), UTF_8);
        List<String> ids = new ArrayList<>();
        for (String part : list.split("\"")) {
            if (part.length() == 44) {
                ids.add(part);
            }
        }
        return ids;
    }
}
