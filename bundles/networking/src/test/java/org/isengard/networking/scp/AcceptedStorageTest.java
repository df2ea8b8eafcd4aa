package org.isengard.networking.scp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isengard.api.IsengardException;
import org.isengard.dicom.UID;
import org.isengard.dicom.net.AssociateRequest;
import org.isengard.dicom.net.AssociationRejectedException;
import org.isengard.dicom.net.UserInformation;
import org.isengard.networking.Configs;
import org.isengard.networking.scu.Modality;
import org.isengard.networking.scu.Modality.Permission;
import org.junit.jupiter.api.Test;

class AcceptedStorageTest {
    private static AcceptedStorage accepted(Map<String, Object> options) {
        return new AcceptedStorage(Configs.of(AcceptedStorage.Config.class, options));
    }

    @Test
    void everythingOfOrthancIsAcceptedByDefault() {
        assertEquals(48, accepted(Map.of()).acceptedTransferSyntaxes().size());
        assertTrue(accepted(Map.of()).acceptsSopClass(UID.CTImageStorage));
        assertFalse(accepted(Map.of()).acceptsSopClass("1.2.3"));
        assertFalse(accepted(Map.of()).acceptsSopClass(UID.StudyRootQueryRetrieveInformationModelFind));
    }

    @Test
    void patternsAndFamiliesSelectTransferSyntaxes() {
        AcceptedStorage accepted = accepted(Map.of("JpegTransferSyntaxAccepted", false));
        assertFalse(accepted.acceptsTransferSyntax(UID.JPEGBaseline8Bit));
        assertTrue(accepted.acceptsTransferSyntax(UID.JPEGLosslessSV1));
        accepted.acceptTransferSyntaxes(List.of("1.2.840.10008.1.2.4.?0", UID.ExplicitVRLittleEndian));
        assertEquals(
                List.of(
                        UID.ExplicitVRLittleEndian,
                        "1.2.840.10008.1.2.4.50",
                        "1.2.840.10008.1.2.4.60",
                        "1.2.840.10008.1.2.4.70",
                        "1.2.840.10008.1.2.4.80",
                        "1.2.840.10008.1.2.4.90"),
                accepted.acceptedTransferSyntaxes());
        accepted.acceptTransferSyntaxes(List.of("nope"));
        assertEquals(List.of(), accepted.acceptedTransferSyntaxes());
    }

    @Test
    void sopClassesAreAcceptedAndRejectedByPattern() {
        AcceptedStorage some = accepted(Map.of(
                "AcceptedSopClasses", new String[] {"1.2.840.10008.5.1.4.1.1.2*", "1.2.3.4"},
                "RejectedSopClasses", new String[] {UID.EnhancedCTImageStorage}));
        assertTrue(some.acceptsSopClass(UID.CTImageStorage));
        assertTrue(some.acceptsSopClass("1.2.3.4"));
        assertFalse(some.acceptsSopClass(UID.EnhancedCTImageStorage));
        assertFalse(some.acceptsSopClass(UID.MRImageStorage));
        assertTrue(some.acceptedSopClasses().contains(UID.CTImageStorage));
    }

    @Test
    void unknownSopClassesAreAcceptedOnRequest() {
        AcceptedStorage accepted = accepted(Map.of("RejectedSopClasses", new String[] {"1.2.3.5"}));
        accepted.acceptUnknownSopClass(true);
        assertTrue(accepted.acceptsSopClass("1.2.3.4"));
        assertFalse(accepted.acceptsSopClass("1.2.3.5"));
        assertFalse(accepted.acceptsSopClass(UID.StudyRootQueryRetrieveInformationModelFind));
    }

    private static AccessRules rules(Map<String, Object> options) {
        String modalities = """
                {"a": ["KNOWN", "127.0.0.1", 104],
                 "b": {"AET": "Partly", "Host": "192.0.2.1", "Port": 104, "AllowStore": false}}""";
        return new AccessRules(Configs.of(DicomScp.Config.class, options), () -> Modality.parse(modalities));
    }

    @Test
    void permissionsComeFromModalitiesWhereNotEverybodyHasThem() throws Exception {
        var local = InetAddress.getByName("127.0.0.1");
        AccessRules open = rules(Map.of());
        assertTrue(open.allows(Permission.STORE, "ANYBODY", local));
        assertFalse(open.allows(Permission.FIND, "ANYBODY", local));
        assertTrue(open.allows(Permission.FIND, "known", local));

        Map<String, Object> options = new HashMap<>(
                Map.of("DicomAlwaysAllowStore", false, "DicomAlwaysAllowEcho", false, "DicomCheckModalityHost", true));
        AccessRules closed = rules(options);
        assertTrue(closed.allows(Permission.STORE, "KNOWN", local));
        assertFalse(closed.allows(Permission.STORE, "KNOWN", InetAddress.getByName("192.0.2.7")));
        assertFalse(closed.allows(Permission.STORE, "PARTLY", InetAddress.getByName("192.0.2.1")));
        assertTrue(closed.allows(Permission.ECHO, "PARTLY", InetAddress.getByName("192.0.2.1")));
        assertThrows(AssociationRejectedException.class, () -> closed.check(request("ANYBODY", "ORTHANC"), local));

        options.put("StrictAetComparison", true);
        assertFalse(rules(options).allows(Permission.STORE, "known", local));
        options.put("DicomCheckCalledAet", true);
        rules(options).check(request("KNOWN", "ORTHANC"), local);
        var e = assertThrows(
                AssociationRejectedException.class, () -> rules(options).check(request("KNOWN", "orthanc"), local));
        assertEquals(7, e.reason());
    }

    private static AssociateRequest request(String calling, String called) {
        var user = new UserInformation(0, "1.2", "", List.of(), null);
        return new AssociateRequest(1, called, calling, "1.2", List.of(), user);
    }

    @Test
    void modalitiesThatCannotBeUnderstoodAreNamed() {
        for (String bad : List.of("{\"x\": [\"A\", \"h\"]}", "{\"x\": [\"A\", \"h\", 70000]}", "{")) {
            assertThrows(IsengardException.class, () -> Modality.parse(bad));
        }
        assertEquals(
                104, Modality.parse("{\"x\": [\"A\", \"h\", \"104\"]}").get(0).port());
    }
}
