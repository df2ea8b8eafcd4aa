package org.isengard.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes.Name;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The test upgrades, swaps and reloads scripting under load: scripts filter each query and each association. */
@Timeout(300)
class ScriptsUpgradeIT {
    private static final String EXPLICIT = UID.ExplicitVRLittleEndian;
    private static final String IMAGE = UID.SecondaryCaptureImageStorage;
    private static final String FIND = UID.StudyRootQueryRetrieveInformationModelFind;
    private static final String WORKLIST = UID.ModalityWorklistInformationModelFind;
    private static final String UNKNOWN = "1.2.826.0.1.3680043.8.498.1";

    private static final String SCRIPT = """
            local function seen(query)
              query['0010,0020'] = 'seen-0'
              return query
            end
            IncomingFindRequestFilter = seen
            IncomingWorklistRequestFilter = seen
            OutgoingFindRequestFilter = seen
            function IsRleTransferSyntaxAccepted() return false end
            function IsUnknownSopClassAccepted() return false end
            function OnStoredInstance(id)
              print('told ' .. id)
              SendToModality(id, 'sink')
            end
            """;

    @TempDir
    Path directory;

    private final Queue<SampleFile> acknowledged = new ConcurrentLinkedQueue<>();
    private ServerProcess server;

    @Test
    void nothingPassesUnfilteredAndEachEventAndSendIsDoneOnce() throws Exception {
        Path home = Files.createDirectories(directory.resolve("server"));
        Files.writeString(home.resolve("script.lua"), SCRIPT);
        worklist(home, "seen-0");
        worklist(home, "hidden-0");
        int port = ServerProcess.freePorts(1)[0];
        try (StoreSink sink = new StoreSink(port, 10);
                ServerProcess started = new ServerProcess(home)
                        .with("LuaScripts", new ServerProcess.JsonText("[\"script.lua\"]"))
                        .with("DicomAlwaysAllowFind", true)
                        .with("DicomAlwaysAllowFindWorklist", true)
                        .with("UnknownSopClassAccepted", true)
                        .with("Worklists", new ServerProcess.JsonText("{\"Enable\": true, \"Database\": \"worklist\"}"))
                        .with(
                                "DicomModalities",
                                new ServerProcess.JsonText("{\"sink\": [\"SINK\", \"127.0.0.1\", " + port + "]}"))
                        .start();
                Load load = new Load()) {
            server = started;
            for (String prefix : List.of("seen", "hidden")) {
                store(SampleFile.of(prefix, 1));
            }
            Bundles bundles = new Bundles(server);
            while (found(WORKLIST).isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            for (String prefix : List.of("one", "two", "three", "four")) {
                load.client(prefix, round -> {
                    SampleFile file = SampleFile.of(prefix, round);
                    store(file);
                    awaitSent(sink, List.of(file.sopInstance()));
                });
            }
            load.client("find", round -> assertEquals(List.of("seen-0"), found(FIND)));
            load.client("worklist", round -> assertEquals(List.of("seen-0"), found(WORKLIST)));
            load.client(
                    "outgoing",
                    round -> assertEquals(
                            200,
                            server.post(
                                            "/modalities/sink/query",
                                            "{\"Level\": \"Study\", \"Query\": {\"PatientID\": \"any\"}}"
                                                    .getBytes(UTF_8))
                                    .statusCode()));
            load.client("association", round -> associate());
            load.await(2);

            load.phase("upgrade");
            String upgraded = server.shell("isengard:upgrade scripting " + Bundles.renewed("scripting", directory));
            assertTrue(upgraded.contains("scripting is now 0.1.0.z"), upgraded);
            load.await(2);
            load.phase("upgrade to one that does not start");
            Path broken = Bundles.changed(
                    "scripting",
                    directory,
                    manifest -> manifest.put(new Name("Bundle-Activator"), "no.such.Activator"),
                    entry -> true);
            String back = server.shell("isengard:upgrade scripting " + broken);
            assertTrue(back.contains("scripting stays 0.1.0.z"), back);
            load.await(2);
            load.phase("swap");
            bundles.stopAndStart("scripting");
            load.await(2);
            load.phase("reload");
            server.shell("isengard:scripts --reload");
            load.await(2);
            load.stop();
            System.out.println("upgrade under scripts: calls " + load.done());
            assertEquals(List.of(), load.failures());

            List<String> ids = new ArrayList<>();
            List<String> instances = new ArrayList<>();
            acknowledged.forEach(file -> {
                ids.add(file.id());
                instances.add(file.sopInstance());
            });
            awaitSent(sink, instances);
            while (isAnythingLeft(home)) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertEquals(
                    ids.stream().sorted().toList(), told().stream().sorted().toList());
            assertEquals(
                    instances.stream().sorted().toList(),
                    sink.all.stream().sorted().toList());
            assertEquals(Set.of("seen-0"), Set.copyOf(sink.queried));
        }
    }

    private static boolean isAnythingLeft(Path home) throws Exception {
        try (Stream<Path> errands = Files.list(home.resolve("storage/scripts/errands"))) {
            return errands.findAny().isPresent();
        }
    }

    private void store(SampleFile file) throws Exception {
        assertEquals(200, server.post("/instances", file.bytes()).statusCode());
        acknowledged.add(file);
    }

    private static void awaitSent(StoreSink sink, List<String> instances) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!sink.received.containsAll(instances)) {
            assertTrue(System.nanoTime() < end, "of " + instances.size() + " not all were sent");
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private List<String> told() throws Exception {
        return Pattern.compile("told ([0-9a-f-]{44})")
                .matcher(server.outputText())
                .results()
                .map(line -> line.group(1))
                .toList();
    }

    private AssociationOptions call() {
        return AssociationOptions.to("127.0.0.1", server.dicomPort())
                .callingAet("CLIENT")
                .calledAet("ISENGARD")
                .timeout(60_000);
    }

    /** {@return the patients that match a query for all} */
    private List<String> found(String model) throws Exception {
        Attributes query = new Attributes();
        if (model.equals(FIND)) {
            query.setString(Tag.QueryRetrieveLevel, VR.CS, "STUDY");
            query.setNull(Tag.StudyInstanceUID, VR.UI);
        }
        query.setNull(Tag.PatientID, VR.LO);
        List<String> found = new ArrayList<>();
        try (DicomClient client = DicomClient.open(call().propose(model, EXPLICIT))) {
            DicomClient.Response end = client.find(model, query, match -> found.add(match.getString(Tag.PatientID)));
            assertEquals(Status.SUCCESS, end.status(), end.errorComment());
        }
        return found;
    }

    private void associate() throws Exception {
        AssociationOptions options = call().propose(UID.Verification, EXPLICIT)
                .propose(IMAGE, UID.RLELossless)
                .propose(UNKNOWN, EXPLICIT);
        try (DicomClient client = DicomClient.open(options)) {
            Map<String, Boolean> accepted = Map.of(
                    "rle", client.association().context(IMAGE).isPresent(),
                    "unknown", client.association().context(UNKNOWN).isPresent());
            assertFalse(accepted.containsValue(true), "" + accepted);
        }
    }

    private static void worklist(Path home, String patient) throws Exception {
        Attributes entry = new Attributes();
        entry.setString(Tag.SOPClassUID, VR.UI, WORKLIST);
        SampleFile some = SampleFile.of(patient, 1);
        entry.setString(Tag.SOPInstanceUID, VR.UI, some.sopInstance());
        entry.setString(Tag.StudyInstanceUID, VR.UI, some.sopInstance() + ".1");
        entry.setString(Tag.SeriesInstanceUID, VR.UI, some.sopInstance() + ".2");
        entry.setString(Tag.PatientID, VR.LO, patient);
        entry.newSequence(Tag.ScheduledProcedureStepSequence).newItem().setString(Tag.Modality, VR.CS, "CT");
        Files.write(
                Files.createDirectories(home.resolve("worklist")).resolve(patient + ".wl"),
                SampleFile.of(entry, TransferSyntax.EXPLICIT_LITTLE_ENDIAN).bytes());
    }
}
