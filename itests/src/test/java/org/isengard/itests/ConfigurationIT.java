package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator writes into the configuration. */
@Timeout(120)
class ConfigurationIT {
    private static final Duration REFUSAL = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    /** OptionCheckTest has the other options and types. */
    @Test
    void aWrongTypeIsRefusedByName() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).with("DicomModalities", "none")) {
            assertRefused(server.launch(), "DicomModalities");
        }
    }

    @Test
    void whatIsNoJsonIsRefused() throws Exception {
        Path config = Files.writeString(directory.resolve("broken.json"), "{ \"Name\" : ");
        try (ServerProcess server = new ServerProcess(directory)) {
            assertRefused(server.launch(List.of(config.toString())), "broken.json");
        }
    }

    @Test
    void aPromiseThatTheServerDoesNotKeepEndsTheStart() throws Exception {
        try (ServerProcess server = new ServerProcess(directory).with("StoreDicom", false)) {
            assertRefused(server.launch(), "StoreDicom");
        }
    }

    @Test
    void anOptionWithoutEffectIsAWarningAndTheEnvironmentOverridesTheFile() throws Exception {
        try (ServerProcess server = new ServerProcess(directory)
                .with("MallocArenaMax", 7)
                .with("LuaTimout", 7)
                .with("NoSuchOption", 1)
                .with("OverwriteInstances", true)
                .withEnvironment("ORTHANC__NAME", "From the environment")
                .withEnvironment("ORTHANC__DICOM_AET", "ENVAET")
                .withEnvironment("ORTHANC__STABLE_AGE", "77")
                .start()) {
            String log = server.outputText();
            assertTrue(log.contains("\"MallocArenaMax\" has no effect"), log);
            assertTrue(log.contains("\"NoSuchOption\""), log);
            assertTrue(log.contains("\"LuaTimout\"") && log.contains("\"LuaTimeout\""), log);
            String system = text(server, "/system").replaceAll("\\s", "");
            assertTrue(system.contains("\"OverwriteInstances\":true,\"OverwriteInstancesMode\":\"Always\""), system);
            assertTrue(system.contains("\"Fromtheenvironment\"") && system.contains("\"ENVAET\""), system);
            byte[] file = SampleFile.of("twice", 1).bytes();
            for (int i = 0; i < 2; i++) {
                String answer = new String(server.post("/instances", file).body(), StandardCharsets.UTF_8);
                assertTrue(answer.contains("\"Success\""), answer);
            }
        }
    }

    @Test
    void aDirectoryOfFilesIsMergedAndPathsAreRelativeToTheWorkingDirectory() throws Exception {
        Path files = Files.createDirectories(directory.resolve("config"));
        try (ServerProcess server = new ServerProcess(directory)) {
            Files.writeString(files.resolve("a.json"), """
                    // Comments are allowed.
                    { "Name" : "Merged", "StorageDirectory" : "kept/here", "IndexDirectory" : "kept/index" }
                    """);
            Files.writeString(
                    files.resolve("b.json"),
                    "{ \"HttpPort\" : " + server.httpPort() + ", \"DicomPort\" : " + server.dicomPort() + " /* ! */ }");
            Files.writeString(files.resolve("README"), "no configuration");
            server.launch(List.of("config"));
            server.awaitReady();
            assertTrue(text(server, "/system").contains("\"Merged\""));
            SampleFile file = SampleFile.of("relative", 1);
            assertEquals(200, server.post("/instances", file.bytes()).statusCode());
            assertTrue(holdsFile(directory.resolve("kept/here"), file.bytes().length));
            assertTrue(Files.isDirectory(directory.resolve("kept/index")));
        }
    }

    private static void assertRefused(ServerProcess server, String word) throws Exception {
        assertEquals(1, server.awaitEnd(REFUSAL));
        assertEquals(1, server.errorText().lines().count(), server.errorText());
        assertTrue(server.errorText().startsWith("isengard: "), server.errorText());
        assertTrue(server.errorText().contains(word), server.errorText());
    }

    private static String text(ServerProcess server, String path) throws IOException, InterruptedException {
        return new String(server.get(path).body(), StandardCharsets.UTF_8);
    }

    private static boolean holdsFile(Path directory, long size) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .anyMatch(file -> file.toFile().length() == size);
        }
    }
}
