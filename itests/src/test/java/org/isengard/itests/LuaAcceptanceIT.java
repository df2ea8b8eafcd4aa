package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.isengard.dicom.UID;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.PresentationContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scripts that decide which transfer syntaxes and SOP classes are accepted, whatever the configuration says. */
@Timeout(180)
class LuaAcceptanceIT {
    private static final String US = "127.0.0.1";
    private static final String ROOT = "1.2.840.10008.1.2";
    private static final String UNKNOWN_CLASS = "1.2.276.0.7230010.9.9.9";

    /** By the word in the name of the callback. */
    private static final Map<String, List<String>> FAMILIES = new TreeMap<>(Map.of(
            "Deflated", List.of(ROOT + ".1.99"),
            "Jpeg", List.of(ROOT + ".4.50", ROOT + ".4.51"),
            "JpegLossless", List.of(ROOT + ".4.70", ROOT + ".4.80", ROOT + ".4.81"),
            "Jpeg2000", List.of(ROOT + ".4.90", ROOT + ".4.91", ROOT + ".4.92", ROOT + ".4.93"),
            "Jpip", List.of(ROOT + ".4.94", ROOT + ".4.95"),
            "Mpeg2", List.of(ROOT + ".4.100", ROOT + ".4.101"),
            "Mpeg4", List.of(ROOT + ".4.102", ROOT + ".4.103"),
            "H265", List.of(ROOT + ".4.107", ROOT + ".4.108"),
            "Rle", List.of(ROOT + ".5")));

    /** What the configuration refuses; it accepts the others. */
    private static final Set<String> REFUSED = Set.of("Jpeg", "Jpeg2000", "Rle");

    @TempDir
    static Path directory;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        var script = new StringBuilder();
        for (String family : FAMILIES.keySet()) {
            script.append("function Is" + family + "TransferSyntaxAccepted(aet, ip, called)\n  return aet == '"
                    + family.toUpperCase() + "' and ip == '127.0.0.1' and called == 'ISENGARD'\nend\n");
        }
        script.append("function IsUnknownSopClassAccepted(aet, ip) return aet == 'UNKNOWN' end\n");
        Files.createDirectories(directory.resolve("server"));
        Files.writeString(directory.resolve("server/accept.lua"), script);
        server = new ServerProcess(directory.resolve("server"))
                .with("LuaScripts", new ServerProcess.JsonText("[\"accept.lua\"]"));
        REFUSED.forEach(family -> server.with(family + "TransferSyntaxAccepted", false));
        server.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static AssociationOptions call(String aet) {
        return AssociationOptions.to(US, server.dicomPort())
                .callingAet(aet)
                .calledAet("ISENGARD")
                .propose(UID.Verification, UID.ImplicitVRLittleEndian);
    }

    @Test
    void eachFamilyOfTransferSyntaxesIsForWhomTheScriptSays() throws Exception {
        for (String caller : FAMILIES.keySet()) {
            AssociationOptions call = call(caller.toUpperCase());
            FAMILIES.values().forEach(syntaxes -> syntaxes.forEach(syntax -> call.propose(UID.CTImageStorage, syntax)));
            Set<String> accepted = new TreeSet<>();
            try (DicomClient client = DicomClient.open(call)) {
                for (PresentationContext context : client.association().contexts()) {
                    if (context.abstractSyntax().equals(UID.CTImageStorage)) {
                        accepted.add(context.transferSyntax());
                    }
                }
            }
            assertEquals(new TreeSet<>(FAMILIES.get(caller)), accepted, caller);
        }
    }

    @Test
    void unknownSopClassesAreForWhomTheScriptSays() throws Exception {
        for (String caller : List.of("UNKNOWN", "OTHER")) {
            AssociationOptions call = call(caller).propose(UNKNOWN_CLASS, UID.ExplicitVRLittleEndian);
            try (DicomClient client = DicomClient.open(call)) {
                assertEquals(
                        caller.equals("UNKNOWN"),
                        client.association().context(UNKNOWN_CLASS).isPresent(),
                        caller);
            }
        }
    }

    @Test
    void storescuStoresForOneCallerWhatItMayNotForAnother() throws Exception {
        Command.assume("storescu", "dcmcrle", "dcmcjpeg", "dcmconv");
        Path plain = SampleFile.of("accept", 1).writeTo(directory, "plain.dcm");
        store("RLE", "-xr", "dcmcrle", plain);
        store("JPEGLOSSLESS", "-xs", "dcmcjpeg", plain);
        store("DEFLATED", "-xd", "dcmconv", plain, "+td");
    }

    private static void store(String aet, String option, String encoder, Path plain, String... options)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(encoder));
        words.addAll(List.of(options));
        words.addAll(List.of(plain.toString(), "packed.dcm"));
        Command.succeed(directory, words.toArray(String[]::new));
        String port = Integer.toString(server.dicomPort());
        String id = "/instances/" + SampleFile.of("accept", 1).id();
        for (String caller : List.of("OTHER", aet)) {
            Command.run(
                    directory,
                    List.of("storescu", "-R", option, "-aet", caller, "-aec", "ISENGARD", US, port, "packed.dcm"));
            // A client may have unpacked what it could not send as it was.
            String syntax =
                    new String(server.get(id + "/metadata/TransferSyntax").body());
            assertEquals(
                    caller.equals(aet),
                    FAMILIES.values().stream().anyMatch(family -> family.contains(syntax)),
                    caller + " sent it in " + syntax);
            server.delete(id);
        }
    }
}
