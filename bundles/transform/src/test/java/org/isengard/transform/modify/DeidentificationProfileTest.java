package org.isengard.transform.modify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntConsumer;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tag;
import org.isengard.dicom.Tags;
import org.isengard.dicom.VR;
import org.isengard.rest.kit.Json;
import org.isengard.transform.modify.DeidentificationProfile.Action;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every attribute of DICOM PS3.15 table E.1-1 (edition 2023b) against the modifier. */
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
                    true,
                    ResourceLevel.STUDY,
                    Dictionary.standard());
            new InstanceModifier(modification, new Identities(() -> 1), Dictionary.standard()).apply(dataset);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return dataset;
    }

    @ParameterizedTest
    @ValueSource(strings = {"2017c", "2021b", "2023b"})
    void everyAttributeOfTheTableIsProtected(String edition) throws IOException {
        forEach(
                "basic-profile.txt",
                "X",
                tag -> assertTrue(!anonymized(tag, edition).contains(tag), Tags.toString(tag)));
        forEach("basic-profile.txt", "DZ", tag -> {
            if (tag != Tag.PatientName && tag != Tag.PatientID) {
                assertTrue(anonymized(tag, edition).get(tag).isEmpty(), Tags.toString(tag));
            }
        });
        forEach("basic-profile.txt", "U", tag -> {
            String uid = anonymized(tag, edition).getString(tag);
            assertNotNull(uid, Tags.toString(tag));
            assertTrue(!uid.isEmpty() && !"1.2.3.4".equals(uid), Tags.toString(tag));
        });
    }

    @Test
    void theEditionOf2008RemovesWhatLaterOnesEmpty() throws IOException {
        forEach(
                "basic-profile-2008.txt",
                "X",
                tag -> assertTrue(!anonymized(tag, "2008").contains(tag), Tags.toString(tag)));
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
