package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does in the shell. */
class ShellIT {
    @TempDir
    Path directory;

    /** Karaf takes all commands of a bundle away while one of them lacks a service. */
    @Test
    void commandsAreThereWhileAFeatureIsAway() throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server")).start()) {
            Bundles bundles = new Bundles(server);
            bundles.all();
            bundles.stop("networking");
            String plugins = server.shell("isengard:plugins");
            assertTrue(!plugins.contains("not found"), plugins);
            assertTrue(server.shell("isengard:routes /system").contains("GET /system"));
            bundles.start("networking");
            String modalities = server.shell("isengard:config --reload", "isengard:modalities");
            assertTrue(modalities.contains("AET"), modalities);
        }
    }

    @Test
    void anOperatorLooksAroundTakesInAndGivesOut() throws Exception {
        Path inbox = Files.createDirectories(directory.resolve("inbox"));
        for (int i = 0; i < 3; i++) {
            SampleFile.of("inbox", i).writeTo(inbox, "file-" + i);
        }
        Files.writeString(inbox.resolve("notes.txt"), "no DICOM file");
        Path zip = directory.resolve("more.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (int i = 2; i < 5; i++) {
                out.putNextEntry(new ZipEntry("dir/" + i));
                out.write(SampleFile.of("inbox", i).bytes());
            }
        }
        try (ServerProcess server = new ServerProcess(directory.resolve("server"))
                .with("RegisteredUsers", new ServerProcess.JsonText("{ \"alice\" : \"secret\" }"))
                .with("AuthenticationEnabled", false)
                .start()) {
            // Wait until all of the shell's commands are there.
            new Bundles(server).all();

            String routes = server.client("isengard:routes /jobs/{id}/cancel");
            assertTrue(routes.contains("POST /jobs/{id}/cancel"), routes);
            assertTrue(routes.contains("jobs"), routes);

            String config = server.client("isengard:config");
            assertTrue(config.contains("{\"alice\":\"***\"}    (config.json"), config);
            assertTrue(!config.contains("secret"), config);

            String imported = server.client("isengard:import " + inbox);
            assertTrue(imported.contains("3 Success"), imported);
            assertTrue(imported.contains("1 no DICOM instance"), imported);
            String again = server.client("isengard:import " + zip);
            assertTrue(again.contains("2 Success"), again);
            assertTrue(again.contains("1 AlreadyStored"), again);

            Path outbox = directory.resolve("outbox");
            String exported = server.client("isengard:export all " + outbox);
            assertTrue(exported.contains("5 files"), exported);
            try (Stream<Path> files = Files.walk(outbox)) {
                List<Path> written = files.filter(Files::isRegularFile).toList();
                assertEquals(5, written.size());
                for (int i = 0; i < 5; i++) {
                    SampleFile sample = SampleFile.of("inbox", i);
                    Path file = written.stream()
                            .filter(f -> f.endsWith(sample.sopInstance() + ".dcm"))
                            .findFirst()
                            .orElseThrow();
                    assertArrayEquals(sample.bytes(), Files.readAllBytes(file));
                }
            }
        }
    }
}
