package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isengard.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** npm's dcmjs-dimse, a third implementation of the protocol, as a client. Skipped where npm cannot get it. */
@Timeout(300)
class DcmjsDimseIT {
    private static final String PACKAGE = "dcmjs-dimse@0.3.3";

    @TempDir
    Path directory;

    @Test
    void itStoresFindsAndGets() throws Exception {
        Path home = NpmPackages.install("dcmjs", PACKAGE);
        try (InputStream script = getClass().getResourceAsStream("/dcmjs-dimse.js")) {
            Files.write(home.resolve("client.js"), script.readAllBytes());
        }
        SampleFile file = SampleFile.of("dcmjs", 1);
        String study = SampleFile.dataset("dcmjs", 1).getString(Tag.StudyInstanceUID);
        try (ServerProcess server = new ServerProcess(directory.resolve("server"))
                .with("DicomAlwaysAllowFind", true)
                .with("DicomAlwaysAllowGet", true)
                .start()) {
            String output = Command.succeed(
                    home,
                    "node",
                    "client.js",
                    Integer.toString(server.dicomPort()),
                    file.writeTo(directory, "one.dcm").toString(),
                    "dcmjs-0",
                    study);
            for (String line : List.of(
                    "echo 0 \n",
                    "store 0 \n",
                    "find ff00 " + study + "\n",
                    "find 0 \n",
                    "got " + file.sopInstance() + "\n",
                    "get 0 \n")) {
                assertTrue(output.contains(line), line + " is not in " + output);
            }
        }
    }
}
