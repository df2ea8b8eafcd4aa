package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real Orthanc as modality, as partner in storage commitment and as peer, in both directions. */
class OrthancNetworkIT {
    @TempDir
    static Path directory;

    @RegisterExtension
    static final SharedServer SHARED = SharedServer.standard();

    private static OrthancProcess orthanc;
    private static ServerProcess server;
    private static Rest rest;

    /** Files of many transfer syntaxes and character sets, each an instance of its own. */
    private static List<SampleFile> files;

    @BeforeAll
    static void start() throws Exception {
        Command.assume("dcmcrle", "dcmcjpeg", "dcmcjpls", "dcmconv");
        orthanc = SHARED.orthanc();
        server = SHARED.server();
        rest = new Rest(server);
        assertEquals(
                200,
                orthanc.put("/modalities/isengard", "[\"ISENGARD\", \"127.0.0.1\", " + server.dicomPort() + "]")
                        .statusCode());
        assertEquals(
                200,
                orthanc.put("/peers/isengard", "[\"http://127.0.0.1:" + server.httpPort() + "/\"]")
                        .statusCode());
        rest.put("/modalities/orthanc", "[\"ORTHANC\", \"127.0.0.1\", " + orthanc.dicomPort() + "]");
        rest.put("/peers/orthanc", "[\"" + orthanc.uri("/") + "\"]");
        files = files();
    }

    @BeforeEach
    void empty() throws Exception {
        rest.empty();
        for (JsonNode patient : Rest.JSON.readTree(orthanc.get("/patients").body())) {
            orthanc.delete("/patients/" + patient.asText());
        }
    }

    private static List<SampleFile> files() throws Exception {
        List<SampleFile> made = new ArrayList<>();
        made.add(named(1, "ISO_IR 100", "Müller^Jörg", TransferSyntax.IMPLICIT_LITTLE_ENDIAN));
        made.add(named(2, "ISO_IR 144", "Люкceмбypг", TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
        made.add(named(3, "ISO_IR 192", "Wang^XiaoDong=王^小东", TransferSyntax.EXPLICIT_BIG_ENDIAN));
        made.add(named(4, "GB18030", "Wang^XiaoDong=王^小东", TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
        made.add(packed(5, "dcmcrle", "+un"));
        made.add(packed(6, "dcmcjpeg", "+un", "+e1"));
        made.add(packed(7, "dcmcjpls", "+un"));
        made.add(packed(8, "dcmconv", "+td"));
        return made;
    }

    private static SampleFile named(int number, String charset, String name, TransferSyntax syntax) {
        Attributes dataset = SampleFile.dataset("net", number);
        dataset.setCharacterSet(charset);
        dataset.setString(Tag.PatientName, VR.PN, name);
        return SampleFile.of(dataset, syntax);
    }

    /** The file as a program of DCMTK encodes it. */
    private static SampleFile packed(int number, String program, String... options) throws Exception {
        SampleFile plain = SampleFile.of("net", number);
        Path in = plain.writeTo(directory, number + ".dcm");
        List<String> words = new ArrayList<>(List.of(program));
        words.addAll(List.of(options));
        words.addAll(List.of(in.toString(), number + ".packed"));
        Command.succeed(directory, words.toArray(String[]::new));
        return new SampleFile(
                Files.readAllBytes(directory.resolve(number + ".packed")), plain.sopInstance(), plain.ids());
    }

    private static String study() {
        return files.get(0).ids().study();
    }

    private static void uploadHere() throws Exception {
        for (SampleFile file : files) {
            rest.post("/instances", file.bytes());
        }
        assertEquals(files.size(), rest.count("Instances"));
    }

    private static void uploadThere() throws Exception {
        for (SampleFile file : files) {
            assertEquals(200, orthanc.post("/instances", file.bytes()).statusCode());
        }
    }

    private static JsonNode there(String path) throws Exception {
        return json(orthanc.get(path));
    }

    private static JsonNode thereCalled(String path, String body) throws Exception {
        return json(orthanc.post(path, body.getBytes(UTF_8)));
    }

    private static JsonNode json(HttpResponse<byte[]> answer) throws IOException {
        assertEquals(200, answer.statusCode(), () -> new String(answer.body(), UTF_8));
        return Rest.JSON.readTree(answer.body());
    }

    /** Every instance is there on both sides, with the same text. */
    private static void assertSame() throws Exception {
        for (SampleFile file : files) {
            String path = "/instances/" + file.id() + "/content/";
            for (String tag : List.of("PatientName", "SOPInstanceUID", "SpecificCharacterSet")) {
                if (!tag.equals("SpecificCharacterSet")
                        || server.get(path + tag).statusCode() == 200) {
                    assertEquals(
                            new String(orthanc.get(path + tag).body(), UTF_8),
                            new String(server.get(path + tag).body(), UTF_8),
                            path + tag);
                }
            }
            assertEquals(
                    there("/instances/" + file.id() + "/simplified-tags").path("PatientName"),
                    rest.get("/instances/" + file.id() + "/simplified-tags").path("PatientName"));
        }
    }

    @Test
    void whatIsSentThereIsCommittedAndMayThenBeRemoved() throws Exception {
        uploadHere();
        JsonNode sent = rest.post(
                "/modalities/orthanc/store", "{\"Resources\": [\"" + study() + "\"], \"StorageCommitment\": true}");
        assertEquals(0, sent.path("FailedInstancesCount").asInt(), sent.toString());
        assertEquals(files.size(), there("/statistics").path("CountInstances").asInt());
        assertSame();
        String transaction = "/storage-commitment/"
                + sent.path("StorageCommitmentTransactionUID").asText();
        JsonNode report = rest.await(transaction, "Status", "Success", "Failure");
        assertEquals(files.size(), report.path("Success").size(), report.toString());
        rest.post(transaction + "/remove", "{}");
        assertEquals(0, rest.count("Instances"));
    }

    @Test
    void whatOrthancSendsHereIsCommittedByUs() throws Exception {
        uploadThere();
        JsonNode sent = thereCalled(
                "/modalities/isengard/store", "{\"Resources\": [\"" + study() + "\"], \"StorageCommitment\": true}");
        assertEquals(files.size(), rest.count("Instances"));
        assertSame();
        String transaction = "/storage-commitment/"
                + sent.path("StorageCommitmentTransactionUID").asText();
        for (int i = 0; there(transaction).path("Status").asText().equals("Pending") && i < 1000; i++) {
            Thread.sleep(20);
        }
        JsonNode report = there(transaction);
        assertEquals("Success", report.path("Status").asText(), report.toString());
        // What we do not have is said to be missing.
        server.delete("/instances/" + files.get(0).id());
        JsonNode asked =
                thereCalled("/modalities/isengard/storage-commitment", "{\"Resources\": [\"" + study() + "\"]}");
        transaction = asked.path("Path").asText();
        for (int i = 0; there(transaction).path("Status").asText().equals("Pending") && i < 1000; i++) {
            Thread.sleep(20);
        }
        report = there(transaction);
        assertEquals("Failure", report.path("Status").asText(), report.toString());
        assertEquals(1, report.path("Failures").size(), report.toString());
        assertEquals(274, report.at("/Failures/0/FailureReason").asInt(), report.toString());
    }

    @Test
    void studiesAreQueriedAndRetrievedByBothMethods() throws Exception {
        uploadThere();
        JsonNode query =
                rest.post("/modalities/orthanc/query", "{\"Level\": \"Study\", \"Query\": {\"PatientID\": \"net-0\"}}");
        String answers = query.path("Path").asText() + "/answers";
        assertEquals(1, rest.get(answers).size());
        for (String method : List.of("C-MOVE", "C-GET")) {
            rest.empty();
            JsonNode retrieved =
                    rest.post(answers + "/0/retrieve", "{\"RetrieveMethod\": \"" + method + "\", \"Timeout\": 30}");
            assertEquals(files.size(), rest.count("Instances"), method + ": " + retrieved);
            assertEquals(
                    files.size(),
                    retrieved.at("/Details/0/ReceivedInstancesIds").size());
            assertSame();
        }
    }

    /** Names are found whatever their case, other text is not (PS3.4 C.2.2.2.1). */
    @ParameterizedTest
    @CsvSource({
        "Patient, PatientID, net-0",
        "Patient, PatientID, NET-0",
        "Patient, PatientID, NET*",
        "Patient, PatientID, n?t-0",
        "Study, AccessionNumber, A0",
        "Study, AccessionNumber, a0",
        "Study, AccessionNumber, b0\\\\a0",
        "Series, Modality, OT",
        "Series, Modality, ot",
        "Patient, PatientName, muller*",
        "Patient, PatientName, Müller^Jörg",
        "Patient, PatientName, M*",
        "Patient, PatientName, m*G"
    })
    void bothFindTheSame(String level, String tag, String value) throws Exception {
        uploadHere();
        uploadThere();
        String query = "{\"Level\": \"" + level + "\", \"Query\": {\"" + tag + "\": \"" + value + "\"}}";
        JsonNode here = thereCalled("/modalities/isengard/query", query);
        JsonNode there = rest.post("/modalities/orthanc/query", query);
        assertEquals(
                rest.get(there.path("Path").asText() + "/answers").size(),
                there(here.path("Path").asText() + "/answers").size());
    }

    @Test
    void orthancQueriesAndRetrievesFromHere() throws Exception {
        uploadHere();
        JsonNode query = thereCalled(
                "/modalities/isengard/query", "{\"Level\": \"Study\", \"Query\": {\"PatientID\": \"net-0\"}}");
        thereCalled(query.path("Path").asText() + "/retrieve", "{\"TargetAet\": \"ORTHANC\"}");
        assertEquals(files.size(), there("/statistics").path("CountInstances").asInt());
        assertSame();
    }

    @Test
    void instancesGoToThePeerPlainPackedAndTranscoded() throws Exception {
        assertTrue(rest.get("/peers/orthanc/system").has("Version"));
        uploadHere();
        for (String options : List.of("", ", \"Compress\": true")) {
            JsonNode sent = rest.post("/peers/orthanc/store", "{\"Resources\": [\"" + study() + "\"]" + options + "}");
            assertEquals(0, sent.path("FailedInstancesCount").asInt(), sent.toString());
            assertEquals(
                    files.size(), there("/statistics").path("CountInstances").asInt());
            assertSame();
            orthanc.delete("/studies/" + study());
        }
        String rle = files.get(4).id();
        rest.post("/peers/orthanc/store", "{\"Resources\": [\"" + rle + "\"], \"Transcode\": \"1.2.840.10008.1.2.1\"}");
        assertEquals(
                "1.2.840.10008.1.2.1",
                new String(
                        orthanc.get("/instances/" + rle + "/metadata/TransferSyntax")
                                .body(),
                        UTF_8));
        orthanc.delete("/studies/" + study());
        rest.post("/peers/orthanc/store-straight", files.get(0).bytes());
        assertEquals(1, there("/statistics").path("CountInstances").asInt());
    }

    @Test
    void orthancSendsToUsAsItsPeer() throws Exception {
        uploadThere();
        thereCalled("/peers/isengard/store", "{\"Resources\": [\"" + study() + "\"], \"Compress\": true}");
        assertEquals(files.size(), rest.count("Instances"));
        assertSame();
        assertTrue(there("/peers/isengard/system").has("Isengard"));
    }
}
