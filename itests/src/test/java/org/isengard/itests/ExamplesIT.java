package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the guide for users do what the guide says. */
@Timeout(120)
class ExamplesIT {
    private static final Path EXAMPLES = Checkout.root().resolve("docs/guide/examples");

    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    @TempDir
    Path directory;

    @Test
    void aJobIsFollowedToItsEnd() throws Exception {
        Command.assume("python3");
        ServerProcess server = SHARED.server();
        SampleFile file = SampleFile.of("example-job", 1);
        assertEquals(200, server.post("/instances", file.bytes()).statusCode());
        String output = run("python3", "anonymize.py", file.ids().study());
        assertTrue(output.contains("Success, 100 %"), output);
        String study = output.replaceAll("(?s).*the new study is (\\S+).*", "$1");
        assertEquals(
                "TRIAL^042",
                new Rest(server)
                        .get("/studies/" + study)
                        .at("/PatientMainDicomTags/PatientName")
                        .asText());
    }

    @Test
    void aStudyIsLabelledAndFound() throws Exception {
        Command.assume("node");
        SampleFile file = SampleFile.of("example-label", 1);
        String output =
                run("node", "label.mjs", file.writeTo(directory, "image.dcm").toString());
        assertTrue(output.contains("studies with the label: " + file.ids().study()), output);
        assertTrue(output.contains("note: Shown in the lecture of May"), output);
        assertTrue(output.contains("document: Any bytes: a letter, a picture"), output);
    }

    private String run(String interpreter, String program, String argument) throws Exception {
        String address = SHARED.server().uri("").toString();
        return Command.succeed(directory, interpreter, EXAMPLES.resolve(program).toString(), address, argument);
    }
}
