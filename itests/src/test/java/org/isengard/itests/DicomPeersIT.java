package org.isengard.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DCMTK's programs as clients and servers of queries, retrieval and worklists. */
class DicomPeersIT {
    private static final String US = "127.0.0.1";

    @TempDir
    static Path directory;

    private static ServerProcess server;
    private static Rest rest;
    private static String port;

    @BeforeAll
    static void start() throws Exception {
        Command.assume("findscu", "movescu", "getscu", "storescp", "dcmqrscp", "wlmscpfs", "dump2dcm");
        Files.createDirectories(directory.resolve("server/worklist"));
        server = new ServerProcess(directory.resolve("server"))
                .with("Worklists", new ServerProcess.JsonText("{\"Enable\": true, \"Database\": \"worklist\"}"))
                .start();
        rest = new Rest(server);
        port = Integer.toString(server.dicomPort());
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void empty() throws Exception {
        rest.empty();
        for (JsonNode modality : rest.get("/modalities")) {
            server.delete("/modalities/" + modality.asText());
        }
        declare("self", "ISENGARD", server.dicomPort());
        declare("client", "CLIENT", ServerProcess.freePorts(1)[0]);
    }

    private static void declare(String name, String aet, int port) throws Exception {
        rest.put("/modalities/" + name, "[\"" + aet + "\", \"" + US + "\", " + port + "]");
    }

    private static void upload(SampleFile file) throws Exception {
        rest.post("/instances", file.bytes());
    }

    private static String[] scu(String program, String... more) {
        List<String> words = new ArrayList<>(List.of(program, "-v", "-aet", "CLIENT", "-aec", "ISENGARD", US, port));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    @Test
    void termscuCannotEndTheServer() throws Exception {
        Command.assume("termscu", "echoscu");
        assertNotEquals(
                0,
                Command.run(directory, "termscu", "-aec", "ISENGARD", US, port).status());
        Command.succeed(directory, "echoscu", "-aec", "ISENGARD", US, port);
    }

    @ParameterizedTest
    @CsvSource({
        "ISO_IR 100, ISO-8859-1, Müller^Jörg",
        "ISO_IR 101, ISO-8859-2, Łukasz^Świątek",
        "ISO_IR 144, ISO-8859-5, Люкceмбypг",
        "ISO_IR 126, ISO-8859-7, Διονυσιος",
        "ISO_IR 138, ISO-8859-8, שרון^דבורה",
        "ISO_IR 13, Shift_JIS, ﾔﾏﾀﾞ^ﾀﾛｳ",
        "ISO_IR 192, UTF-8, Wang^XiaoDong=王^小东",
        "GB18030, GB18030, Wang^XiaoDong=王^小东",
    })
    void queriesAndAnswersHaveTheirCharacterSets(String term, String charset, String name) throws Exception {
        Attributes dataset = SampleFile.dataset("charset" + term.replaceAll("\\W", ""), 1);
        dataset.setCharacterSet(term);
        dataset.setString(Tag.PatientName, VR.PN, name);
        upload(SampleFile.of(dataset, TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
        upload(SampleFile.of("other", 1));
        Path dump = directory.resolve("query.dump");
        String text = "(0008,0005) CS [" + term + "]\n(0008,0052) CS [PATIENT]\n(0010,0010) PN [" + name + "]\n";
        Files.write(dump, text.getBytes(Charset.forName(charset)));
        Command.succeed(directory, "dump2dcm", dump.toString(), "query.dcm");
        Path answers = Files.createDirectories(directory.resolve("answers-" + term.replaceAll("\\W", "")));
        Command.succeed(answers, scu("findscu", "-P", "-X", "-k", "PatientID=", "../query.dcm"));
        try (Stream<Path> files = Files.list(answers)) {
            List<Path> found = files.toList();
            assertEquals(1, found.size(), "answers for " + name);
            byte[] bytes = Files.readAllBytes(found.get(0));
            String raw = new String(bytes, ISO_8859_1);
            assertTrue(
                    raw.contains(new String(name.getBytes(Charset.forName(charset)), ISO_8859_1)), "answer in " + term);
        }
    }

    /** These are in the file only; the text is in another character set than the answer. */
    @Test
    void findscuAsksForSequencesAndPrivateTags() throws Exception {
        Attributes dataset = SampleFile.dataset("sequence", 1);
        dataset.setCharacterSet("ISO_IR 192");
        Attributes item = dataset.newSequence(Tag.RequestAttributesSequence).newItem();
        item.setString(Tag.ScheduledProcedureStepID, VR.SH, "STEP-1");
        item.setString(Tag.RequestedProcedureDescription, VR.LO, "Schädel");
        dataset.setString(0x00090010, VR.LO, "ACME");
        dataset.setString(0x00091001, VR.LO, "private value");
        upload(SampleFile.of(dataset, TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
        String step = "(0040,0275)[0].ScheduledProcedureStepID=";
        for (String level : List.of("STUDY", "SERIES")) {
            for (String wanted : List.of("", "STEP-1", "STEP-*", "STEP-2")) {
                Path answers = Files.createDirectories(directory.resolve(
                        "in-file-" + level + wanted.length() + wanted.endsWith("2") + wanted.endsWith("*")));
                Command.succeed(
                        answers,
                        scu(
                                "findscu",
                                "-S",
                                "-X",
                                "-k",
                                "QueryRetrieveLevel=" + level,
                                "-k",
                                "StudyInstanceUID=" + dataset.getString(Tag.StudyInstanceUID),
                                "-k",
                                step + wanted,
                                "-k",
                                "(0040,0275)[0].RequestedProcedureDescription=",
                                "-k",
                                "0009,0010=ACME",
                                "-k",
                                "0009,1001="));
                try (Stream<Path> files = Files.list(answers)) {
                    List<Path> found = files.toList();
                    assertEquals(wanted.equals("STEP-2") ? 0 : 1, found.size(), level + " " + wanted);
                    for (Path file : found) {
                        String raw = new String(Files.readAllBytes(file), ISO_8859_1);
                        assertTrue(raw.contains("STEP-1") && raw.contains("Sch\u00e4del"), raw);
                        assertTrue(raw.contains("private value"), raw);
                    }
                }
            }
        }
    }

    @Test
    void findscuMayCancelAndTheServerGoesOn() throws Exception {
        for (int i = 0; i < 40; i++) {
            upload(SampleFile.of("cancel", i * 100));
        }
        String output = Command.succeed(
                directory,
                scu("findscu", "-P", "--cancel", "3", "-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID="));
        assertTrue(output.contains("(Cancel") || output.contains("Success"), output);
        Command.succeed(directory, "echoscu", "-aec", "ISENGARD", US, port);
    }

    @Test
    void movescuHasInstancesSentToStorescp() throws Exception {
        String study = study("move", 5);
        try (BackgroundProcess storescp = storescp("moved")) {
            Command.succeed(directory, movescu("SINK", study));
            assertEquals(5, dicomFiles(directory.resolve("moved")), storescp.log());
            assertNotEquals(0, Command.run(directory, movescu("NOBODY", study)).status());
        }
    }

    @Test
    void movescuMayCancelAndNoMoreIsSent() throws Exception {
        String study = study("cancelled", 8);
        // A second for each instance leaves the time to say that it is enough.
        try (BackgroundProcess storescp = storescp("cancelled", "--sleep-during", "1")) {
            Command.run(directory, movescu("SINK", study, "--cancel", "1"));
            long sent = dicomFiles(directory.resolve("cancelled"));
            assertTrue(sent >= 1 && sent < 8, sent + " of 8 were sent: " + storescp.log());
            Command.succeed(directory, "echoscu", "-aec", "ISENGARD", US, port);
            assertEquals(sent, dicomFiles(directory.resolve("cancelled")));
        }
    }

    /** {@return the identifier of a study with so many instances} */
    private static String study(String prefix, int instances) throws Exception {
        for (int i = 0; i < instances; i++) {
            upload(SampleFile.of(prefix, i));
        }
        return SampleFile.dataset(prefix, 0).getString(Tag.StudyInstanceUID);
    }

    /** A program that takes what is sent to the modality {@code SINK} into a folder. */
    private static BackgroundProcess storescp(String folder, String... more) throws Exception {
        int sink = ServerProcess.freePorts(1)[0];
        declare("sink", "SINK", sink);
        List<String> words = new ArrayList<>(List.of("storescp"));
        words.addAll(List.of(more));
        words.add(Integer.toString(sink));
        return new BackgroundProcess(
                Files.createDirectories(directory.resolve(folder)), sink, words.toArray(String[]::new));
    }

    private static String[] movescu(String destination, String study, String... more) {
        List<String> words = new ArrayList<>(List.of("-S", "-aem", destination));
        words.addAll(List.of(more));
        words.addAll(List.of("-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID=" + study));
        return scu("movescu", words.toArray(String[]::new));
    }

    private static long dicomFiles(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.toString().endsWith(".log")).count();
        }
    }

    @Test
    void getscuTakesInstancesOnItsAssociation() throws Exception {
        for (int i = 0; i < 5; i++) {
            upload(SampleFile.of("get", i));
        }
        Path received = Files.createDirectories(directory.resolve("got"));
        String study = SampleFile.dataset("get", 0).getString(Tag.StudyInstanceUID);
        Command.succeed(
                received, scu("getscu", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID=" + study));
        assertEquals(5, dicomFiles(received));
    }

    /** It takes nothing compressed: what is must be transcoded. All comes back by C-MOVE and by C-GET. */
    @Test
    void dcmqrscpIsFilledQueriedAndEmptiedAgain() throws Exception {
        Command.assume("dcmcrle", "dcmcjpeg", "dcmcjpls");
        int archive = ServerProcess.freePorts(1)[0];
        Path folder = Files.createDirectories(directory.resolve("qr/db"));
        Path config = directory.resolve("qr/dcmqrscp.cfg");
        Files.writeString(
                config,
                "NetworkTCPPort = " + archive + "\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
                        + "HostTable BEGIN\nus = (ISENGARD, 127.0.0.1, " + port + ")\nHostTable END\n"
                        + "VendorTable BEGIN\nVendorTable END\n"
                        + "AETable BEGIN\nARCHIVE " + folder + " RW (200, 1024mb) ANY\nAETable END\n");
        declare("archive", "ARCHIVE", archive);
        try (BackgroundProcess qr =
                new BackgroundProcess(directory.resolve("qr"), archive, "dcmqrscp", "-c", config.toString())) {
            Path plain = SampleFile.of("qr", 1).writeTo(directory.resolve("qr"), "plain.dcm");
            Command.succeed(directory, "dcmcrle", "+un", plain.toString(), "qr/rle.dcm");
            upload(SampleFile.of("qr", 2));
            upload(SampleFile.of("qr", 3));
            rest.post("/instances", Files.readAllBytes(directory.resolve("qr/rle.dcm")));
            Attributes big = SampleFile.dataset("qr", 5);
            upload(SampleFile.of(big, TransferSyntax.EXPLICIT_BIG_ENDIAN));
            String study = SampleFile.dataset("qr", 1).getString(Tag.StudyInstanceUID);
            String id = SampleFile.of("qr", 1).ids().study();
            JsonNode sent = rest.post("/modalities/archive/store", id);
            assertEquals(4, sent.path("InstancesCount").asInt());
            assertEquals(0, sent.path("FailedInstancesCount").asInt(), qr.log());

            JsonNode query = rest.post(
                    "/modalities/archive/query",
                    "{\"Level\": \"Series\", \"Query\": {\"StudyInstanceUID\": \"" + study + "\"}}");
            String answers = "/queries/" + query.path("ID").asText() + "/answers";
            assertEquals(1, rest.get(answers).size());
            assertEquals(
                    "ARCHIVE",
                    rest.get(answers + "/0/content?simplify")
                            .path("RetrieveAETitle")
                            .asText());

            for (String method : List.of("C-MOVE", "C-GET")) {
                rest.empty();
                JsonNode retrieved =
                        rest.post(answers + "/0/retrieve", "{\"RetrieveMethod\": \"" + method + "\", \"Timeout\": 30}");
                assertEquals(4, rest.count("Instances"), method + ": " + retrieved + qr.log());
                assertEquals(4, retrieved.at("/Details/0/ReceivedInstancesIds").size(), method + ": " + retrieved);
            }
        }
    }

    @Test
    void wlmscpfsIsAskedForItsWorklist() throws Exception {
        int worklist = ServerProcess.freePorts(1)[0];
        Path folder = Files.createDirectories(directory.resolve("wlm/WORKLIST"));
        Files.writeString(folder.resolve("lockfile"), "");
        worklistItem(folder.resolve("one.wl"), "MR", "M\u00fcller^Anna");
        declare("worklist", "WORKLIST", worklist);
        try (BackgroundProcess wlm = new BackgroundProcess(
                directory,
                worklist,
                "wlmscpfs",
                "-dfp",
                directory.resolve("wlm").toString(),
                Integer.toString(worklist))) {
            JsonNode found = rest.post(
                    "/modalities/worklist/find-worklist",
                    "{\"Query\": {\"PatientName\": \"\", \"PatientID\": \"\","
                            + " \"ScheduledProcedureStepSequence\": [{\"Modality\": \"MR\"}]}}");
            assertEquals(1, found.size(), wlm.log());
            assertEquals("M\u00fcller^Anna", found.get(0).path("PatientName").asText());
            assertEquals(
                    "MR",
                    found.at("/0/ScheduledProcedureStepSequence/0/Modality").asText());
        }
    }

    private static void worklistItem(Path file, String modality, String name) throws Exception {
        Path dump = directory.resolve("item.dump");
        Files.write(dump, """
                (0008,0005) CS [ISO_IR 100]
                (0008,0050) SH [ACC-1]
                (0010,0010) PN [%s]
                (0010,0020) LO [PAT-1]
                (0010,0030) DA [19800101]
                (0010,0040) CS [F]
                (0020,000d) UI [1.2.276.0.1]
                (0032,1060) LO [Procedure]
                (0040,0100) SQ
                (fffe,e000) na
                (0008,0060) CS [%s]
                (0040,0001) AE [STATION]
                (0040,0002) DA [20240501]
                (0040,0003) TM [101500]
                (0040,0006) PN [Doctor]
                (0040,0007) LO [Step]
                (0040,0009) SH [STEP-1]
                (fffe,e00d)
                (fffe,e0dd)
                (0040,1001) SH [REQ-1]
                """.formatted(name, modality).getBytes(ISO_8859_1));
        Command.succeed(directory, "dump2dcm", dump.toString(), file.toString());
    }

    @Test
    void findscuSeesTheWorklistFolder() throws Exception {
        Path folder = directory.resolve("server/worklist");
        worklistItem(folder.resolve("ct.wl"), "CT", "One^Item");
        worklistItem(folder.resolve("mr.wl"), "MR", "Other^Item");
        Files.writeString(folder.resolve("bad.wl"), "no DICOM");
        String output = Command.succeed(
                directory,
                scu(
                        "findscu",
                        "-W",
                        "-k",
                        "PatientName=*item",
                        "-k",
                        "(0040,0100)[0].Modality=MR",
                        "-k",
                        "(0040,0100)[0].ScheduledProcedureStepStartDate=20240401-20240531"));
        assertTrue(output.contains("[Other^Item"), output);
        assertTrue(!output.contains("[One^Item"), output);
        Files.delete(folder.resolve("mr.wl"));
        output = Command.succeed(
                directory, scu("findscu", "-W", "-k", "PatientName=", "-k", "(0040,0100)[0].Modality=MR"));
        assertTrue(!output.contains("Pending"), output);
        // Who is not declared may not ask.
        Command stranger = Command.run(
                directory,
                "findscu",
                "-v",
                "-W",
                "-aet",
                "STRANGER",
                "-aec",
                "ISENGARD",
                US,
                port,
                "-k",
                "PatientName=");
        assertTrue(!stranger.output().contains("Pending"), stranger.output());
    }

    @Test
    void operatorsSeeModalitiesAndAssociations() throws Exception {
        String shell = server.shell("isengard:modalities", "isengard:echo self", "isengard:echo client");
        assertTrue(shell.contains("ISENGARD") && shell.contains("Store"), shell);
        assertTrue(shell.contains("self: answers within"), shell);
        assertTrue(shell.contains("client: ") && !shell.contains("client: answers"), shell);
        var call = AssociationOptions.to(US, server.dicomPort())
                .callingAet("WATCHED")
                .propose(UID.Verification, UID.ImplicitVRLittleEndian);
        try (var client = DicomClient.open(call)) {
            client.echo();
            shell = server.shell("isengard:associations");
            assertTrue(shell.contains("WATCHED"), shell);
        }
    }
}
