package org.isengard.transform.modify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.VR;
import org.isengard.runtime.Json;
import org.isengard.transform.modify.DeidentificationProfile.Action;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every attribute of DICOM PS3.15 table E.1-1, in each edition, against the modifier. That the tables are what a real
 * Orthanc does is the matter of {@code DeidentificationSideBySideIT}.
 */
class DeidentificationProfileTest {
    private static void forEach(String resource, String codes, IntConsumer test) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                DeidentificationProfile.class.getResourceAsStream(resource), StandardCharsets.US_ASCII))) {
            for (String line :
                    lines.lines().filter(l -> codes.contains(l.substring(0, 1))).toList()) {
                String[] words = line.split(" ");
                for (String element : List.of(words).subList(2, words.length)) {
                    test.accept(Tags.of(Integer.parseInt(words[1], 16), Integer.parseInt(element, 16)));
                }
            }
        }
    }

    private static Attributes anonymized(int tag, String edition) {
        Attributes dataset = new Attributes();
        VR vr = Dictionary.standard().vrOf(tag, null);
        if (vr == VR.SQ) {
            dataset.newSequence(tag).newItem();
        } else if (vr.isString()) {
            dataset.setString(tag, vr, vr == VR.UI ? "1.2.3.4" : "1");
        } else {
            dataset.setBytes(tag, vr, new byte[8]);
        }
        try {
            Modification modification = Modification.of(
                    Json.MAPPER.readTree("{\"DicomVersion\": \"" + edition + "\"}"),
                    Modification.Kind.ANONYMIZE,
                    ResourceLevel.STUDY,
                    Dictionary.standard());
            new InstanceModifier(modification, new Identities(() -> 1), Dictionary.standard()).apply(dataset);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return dataset;
    }

    @ParameterizedTest
    @ValueSource(strings = {"2008", "2017c", "2021b", "2023b"})
    void everyAttributeOfTheTableIsProtected(String edition) throws IOException {
        forEach(table(edition), "X", tag -> assertTrue(!anonymized(tag, edition).contains(tag), Tags.toString(tag)));
        forEach(table(edition), "DZ", tag -> {
            if (tag != Tag.PatientName && tag != Tag.PatientID) {
                assertTrue(anonymized(tag, edition).get(tag).isEmpty(), Tags.toString(tag));
            }
        });
        forEach(table(edition), "U", tag -> {
            String uid = anonymized(tag, edition).getString(tag);
            assertNotNull(uid, Tags.toString(tag));
            assertTrue(!uid.isEmpty() && !"1.2.3.4".equals(uid), Tags.toString(tag));
        });
    }

    private static String table(String edition) {
        return "basic-profile-" + edition + ".txt";
    }

    @ParameterizedTest
    @CsvSource({"2008, 52", "2017c, 267", "2021b, 449", "2023b, 601"})
    void whatIsNotInTheTableStays(String edition, int size) throws IOException {
        Set<Integer> listed = new HashSet<>();
        forEach(table(edition), "XDZU", listed::add);
        assertEquals(size, listed.size());
        int kept = 0;
        DeidentificationProfile profile = DeidentificationProfile.of(edition);
        for (int group : listed.stream().map(Tags::group).distinct().toList()) {
            for (int element = 1; element <= 0xffff; element++) {
                int tag = Tags.of(group, element);
                boolean stays = profile.action(tag) == Action.KEEP;
                assertEquals(!listed.contains(tag), stays, Tags.toString(tag));
                kept += stays && Dictionary.standard().lookup(tag, null) != null ? 1 : 0;
            }
        }
        assertTrue(kept > 1000, kept + " attributes of the dictionary stay");
    }

    /** Rows of the published tables, read in the standard itself (part15.xml of the editions 2021b and 2023b). */
    @ParameterizedTest
    @CsvSource({
        "2021b, 04000552, REMOVE",
        "2021b, 0040a192, REMOVE",
        "2021b, 0040a193, REMOVE",
        "2021b, 0040a402, REPLACE_UID",
        "2021b, 0040a171, REPLACE_UID",
        "2021b, 00102180, REMOVE",
        "2021b, 00081072, REMOVE",
        "2021b, 00081070, REMOVE",
        "2023b, 001021d0, REMOVE",
        "2023b, 0016004f, REMOVE",
        "2023b, 00160050, REMOVE",
        "2023b, 00160051, REMOVE",
        "2023b, 0016004e, REMOVE",
        "2023b, 00500021, REMOVE",
        "2023b, 04000404, REMOVE",
        "2023b, 0016002b, REMOVE",
        "2023b, 00080090, EMPTY",
        "2023b, 00080094, REMOVE",
        "2023b, 00080096, REMOVE",
        "2023b, 00102152, REMOVE",
        "2023b, 300600c2, REPLACE_UID",
        "2023b, 00400275, REMOVE",
        "2023b, 00321070, REMOVE",
        "2023b, 00401400, REMOVE",
        // Added between the editions.
        "2017c, 0016002b, KEEP",
        "2021b, 00080012, KEEP",
        "2023b, 00080012, REMOVE",
        "2008, 00080020, KEEP",
        "2017c, 00080020, EMPTY"
    })
    void theRowsOfTheStandardHold(String edition, String tag, Action action) {
        assertEquals(action, DeidentificationProfile.of(edition).action(Integer.parseUnsignedInt(tag, 16)));
    }

    @ParameterizedTest
    @CsvSource({
        "60003000, REMOVE",
        "60024000, REMOVE",
        "60000010, KEEP",
        "50003000, REMOVE",
        "00080060, KEEP",
        "00080016, KEEP"
    })
    void repeatingGroupsAndTheRest(String tag, Action action) {
        assertEquals(action, DeidentificationProfile.of("2023b").action(Integer.parseUnsignedInt(tag, 16)));
    }

    @Test
    void anUnknownEditionIsRefused() {
        IsengardException e = assertThrows(IsengardException.class, () -> DeidentificationProfile.of("1999"));
        assertEquals(ErrorCode.PARAMETER_OUT_OF_RANGE, e.error());
    }
}
