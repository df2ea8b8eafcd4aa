package org.isengard.transform.modify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ResourceLevel;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.runtime.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceModifierTest {
    private static Attributes dataset() {
        Attributes dataset = new Attributes();
        dataset.setCharacterSet("ISO_IR 100");
        dataset.setString(Tag.SOPClassUID, VR.UI, "1.2.840.10008.5.1.4.1.1.2");
        dataset.setString(Tag.SOPInstanceUID, VR.UI, "1.2.3.1.1.1");
        dataset.setString(Tag.StudyDate, VR.DA, "20200304");
        dataset.setString(Tag.SeriesDescription, VR.LO, "series");
        dataset.setString(Tag.PatientName, VR.PN, "Somebody");
        dataset.setString(Tag.PatientID, VR.LO, "ID");
        dataset.setString(Tag.StudyInstanceUID, VR.UI, "1.2.3");
        dataset.setString(Tag.SeriesInstanceUID, VR.UI, "1.2.3.1");
        Attributes reference = dataset.newSequence(Tag.ReferencedImageSequence).newItem();
        reference.setString(Tag.ReferencedSOPClassUID, VR.UI, "1.2.840.10008.5.1.4.1.1.2");
        reference.setString(Tag.ReferencedSOPInstanceUID, VR.UI, "1.2.3.1.1.2");
        reference.setString(Tag.PatientComments, VR.LT, "nested");
        dataset.setString(0x00990010, VR.LO, "SOMEBODY");
        dataset.setString(0x00991001, VR.LO, "private");
        return dataset;
    }

    private static Attributes apply(Modification.Kind kind, ResourceLevel level, String body, Identities identities)
            throws IOException {
        return apply(dataset(), kind, level, body, identities);
    }

    private static Attributes apply(
            Attributes dataset, Modification.Kind kind, ResourceLevel level, String body, Identities identities)
            throws IOException {
        Modification modification = Modification.of(Json.MAPPER.readTree(body), kind, level, Dictionary.standard());
        new InstanceModifier(modification, identities, Dictionary.standard()).apply(dataset);
        return dataset;
    }

    private static Attributes modify(String body) throws IOException {
        return apply(Modification.Kind.MODIFY, ResourceLevel.INSTANCE, body, new Identities(() -> 1));
    }

    private static Attributes modify(Attributes dataset, String body) throws IOException {
        return apply(dataset, Modification.Kind.MODIFY, ResourceLevel.INSTANCE, body, new Identities(() -> 1));
    }

    private static Attributes anonymize(String body) throws IOException {
        return apply(Modification.Kind.ANONYMIZE, ResourceLevel.INSTANCE, body, new Identities(() -> 7));
    }

    @Test
    void modifyingAnInstanceMakesAnotherInstanceOfTheSameSeries() throws IOException {
        Attributes dataset = modify("{}");
        assertNotEquals("1.2.3.1.1.1", dataset.getString(Tag.SOPInstanceUID));
        assertEquals("1.2.3.1", dataset.getString(Tag.SeriesInstanceUID));
    }

    @Test
    void anotherPatientHasOtherStudies() throws IOException {
        Attributes dataset = modify("{\"Replace\": {\"PatientID\": \"X\"}, \"Force\": true}");
        assertEquals("X", dataset.getString(Tag.PatientID));
        assertNotEquals("1.2.3", dataset.getString(Tag.StudyInstanceUID));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Replace\": {\"PatientID\": \"X\"}}",
                "{\"Keep\": [\"SOPInstanceUID\"]}",
                "{\"Remove\": [\"PatientID\"], \"Force\": true}",
                "{\"Remove\": \"PatientName\"}",
                "{\"Replace\": []}"
            })
    void identifiersNeedForce(String body) {
        IsengardException e = assertThrows(IsengardException.class, () -> modify(body));
        assertEquals(ErrorCode.BAD_REQUEST, e.error());
    }

    @Test
    void nullEmptiesATagAlsoInItems() throws IOException {
        Attributes dataset = modify("{\"Replace\": {\"PatientName\": null,"
                + " \"RequestAttributesSequence\": [{\"CodeValue\": null}], \"ReferencedImageSequence\": null}}");
        assertEquals("", dataset.getString(Tag.PatientName, ""));
        assertTrue(dataset.contains(Tag.PatientName));
        assertTrue(dataset.getItem(Tag.RequestAttributesSequence, 0).contains(Tag.CodeValue));
        assertTrue(dataset.get(Tag.ReferencedImageSequence).isEmpty());
    }

    @Test
    void aTagToKeepStaysWhateverShallReplaceIt() throws IOException {
        String body = "{\"Keep\": [\"PatientName\", \"PatientID\"], \"Force\": true,"
                + " \"Replace\": {\"PatientName\": \"X\", \"PatientID\": \"Y\"}}";
        Attributes before = dataset();
        for (Attributes dataset : new Attributes[] {modify(body), anonymize(body)}) {
            assertEquals(before.getString(Tag.PatientName), dataset.getString(Tag.PatientName));
            assertEquals(before.getString(Tag.PatientID), dataset.getString(Tag.PatientID));
        }
    }

    @Test
    void anAnonymizationRemovesTheNameWhereItShall() throws IOException {
        assertNull(anonymize("{\"Remove\": [\"PatientName\"]}").get(Tag.PatientName));
    }

    @Test
    void referencesFollowAnIdentifierThatTheClientGives() throws IOException {
        for (Modification.Kind kind : Modification.Kind.values()) {
            Attributes dataset = dataset();
            dataset.getItem(Tag.ReferencedImageSequence, 0)
                    .setString(Tag.StudyInstanceUID, VR.UI, dataset.getString(Tag.StudyInstanceUID));
            apply(
                    dataset,
                    kind,
                    ResourceLevel.STUDY,
                    "{\"Replace\": {\"StudyInstanceUID\": \"9.8.7\"}, \"Force\": true}",
                    new Identities(() -> 1));
            assertEquals("9.8.7", dataset.getString(Tag.StudyInstanceUID));
            assertEquals(
                    "9.8.7", dataset.getItem(Tag.ReferencedImageSequence, 0).getString(Tag.StudyInstanceUID));
        }
    }

    @Test
    void pathsReachIntoItems() throws IOException {
        Attributes dataset = modify("{\"Remove\": [\"ReferencedImageSequence[*].PatientComments\"],"
                + " \"Replace\": {\"ReferencedImageSequence[0].InstanceNumber\": \"4\"}}");
        Attributes item = dataset.getItem(Tag.ReferencedImageSequence, 0);
        assertNull(item.get(Tag.PatientComments));
        assertEquals(4, item.getInt(Tag.InstanceNumber, 0));
    }

    @Test
    void textOutsideTheCharacterSetMakesTheDataSetUtf8() throws IOException {
        Attributes dataset = modify("{\"Replace\": {\"PatientName\": \"\u0394\"}}");
        assertEquals("\u0394", dataset.getString(Tag.PatientName));
        assertEquals("ISO_IR 192", dataset.getString(Tag.SpecificCharacterSet));
    }

    @Test
    void anotherCharacterSetKeepsTheText() throws IOException {
        Attributes dataset =
                modify("{\"Replace\": {\"PatientName\": \"\u00c9\"," + " \"SpecificCharacterSet\": \"ISO_IR 192\"}}");
        assertEquals("\u00c9", dataset.getString(Tag.PatientName));
        assertEquals(2, dataset.getBytes(Tag.PatientName).length);
    }

    @ParameterizedTest
    @CsvSource({
        "BLAH, PARAMETER_OUT_OF_RANGE",
        "ISO_IR 192\\\\BLAH, PARAMETER_OUT_OF_RANGE",
        "ISO_IR 144, BAD_REQUEST",
        "'', BAD_REQUEST"
    })
    void characterSetsThatAreUnknownOrWouldLoseTextAreRefused(String set, ErrorCode error) {
        Attributes dataset = dataset();
        dataset.setString(Tag.PatientName, VR.PN, "\u00c9");
        String body = "{\"Replace\": {\"SpecificCharacterSet\": \"" + set + "\"}}";
        assertEquals(
                error,
                assertThrows(IsengardException.class, () -> modify(dataset, body))
                        .error());
    }

    @Test
    void aCharacterSetIsAText() {
        String body = "{\"Replace\": {\"SpecificCharacterSet\": [\"ISO_IR 192\"]}}";
        assertEquals(
                ErrorCode.BAD_REQUEST,
                assertThrows(IsengardException.class, () -> modify(body)).error());
    }

    @Test
    void textThatIsReplacedNeedNotFitTheNewSet() throws IOException {
        Attributes dataset = dataset();
        dataset.setString(Tag.PatientName, VR.PN, "\u00c9");
        modify(dataset, "{\"Replace\": {\"SpecificCharacterSet\": \"ISO_IR 144\", \"PatientName\": \"\u042f\"}}");
        assertEquals("\u042f", dataset.getString(Tag.PatientName));
        assertEquals(1, dataset.getBytes(Tag.PatientName).length);
    }

    @Test
    void textThatWasInAnotherSetThanItSaidKeepsItsBytes() throws IOException {
        Attributes dataset = dataset();
        dataset.setCharacterSet("ISO_IR 192");
        dataset.setBytes(Tag.PatientName, VR.PN, "\u00c9".getBytes(StandardCharsets.ISO_8859_1));
        modify(dataset, "{\"Replace\": {\"SpecificCharacterSet\": \"ISO_IR 100\"}}");
        assertEquals("\u00c9", dataset.getString(Tag.PatientName));
    }

    @Test
    void anonymizationEmptiesRemovesAndReplacesAtEveryDepth() throws IOException {
        Attributes dataset = anonymize("{}");
        assertEquals("Anonymized7", dataset.getString(Tag.PatientName));
        assertEquals("", dataset.getString(Tag.StudyDate, ""));
        assertTrue(dataset.contains(Tag.StudyDate));
        assertFalse(dataset.contains(Tag.SeriesDescription));
        assertFalse(dataset.contains(0x00991001));
        Attributes item = dataset.getItem(Tag.ReferencedImageSequence, 0);
        assertNull(item.get(Tag.PatientComments));
        assertEquals("1.2.840.10008.5.1.4.1.1.2", item.getString(Tag.ReferencedSOPClassUID));
        assertNotEquals("1.2.3.1.1.2", item.getString(Tag.ReferencedSOPInstanceUID));
        assertEquals("YES", dataset.getString(Tag.PatientIdentityRemoved));
    }

    @Test
    void whatReferredToEachOtherStillDoes() throws IOException {
        Identities identities = new Identities(() -> 1);
        Attributes first = apply(Modification.Kind.ANONYMIZE, ResourceLevel.STUDY, "{}", identities);
        Attributes second = apply(
                Modification.Kind.ANONYMIZE, ResourceLevel.STUDY, "{}", new Identities(identities.toJson(), () -> 2));
        assertEquals(first.getString(Tag.SOPInstanceUID), second.getString(Tag.SOPInstanceUID));
        assertEquals(first.getString(Tag.PatientName), second.getString(Tag.PatientName));
        assertEquals(
                identities.uid("1.2.3.1.1.2"),
                first.getItem(Tag.ReferencedImageSequence, 0).getString(Tag.ReferencedSOPInstanceUID));
    }

    @Test
    void whatIsToBeKeptIsKept() throws IOException {
        Attributes dataset = anonymize("{\"Keep\": [\"SeriesDescription\", \"0099-1001\"]}");
        assertEquals("series", dataset.getString(Tag.SeriesDescription));
        assertEquals("private", dataset.getString("SOMEBODY", 0x00991001));
    }

    /** A data set with one item for the patient itself and one for another, in a sequence that the profile keeps. */
    private static Attributes withPatients(int sequence) {
        Attributes dataset = dataset();
        Attributes own = sequence(dataset, sequence).newItem();
        own.setString(Tag.PatientID, VR.LO, "ID");
        own.setString(Tag.PatientName, VR.PN, "Somebody");
        own.setString(Tag.PatientSex, VR.CS, "F");
        own.setString(Tag.Manufacturer, VR.LO, "maker");
        own.setString(Tag.StudyInstanceUID, VR.UI, "1.2.3");
        own.setString(Tag.FrameOfReferenceUID, VR.UI, "1.2.9");
        own.setString(0x00990010, VR.LO, "SOMEBODY");
        own.setString(0x00991001, VR.LO, "private");
        sequence(dataset, sequence).newItem().setString(Tag.PatientID, VR.LO, "OTHER");
        return dataset;
    }

    private static Sequence sequence(Attributes dataset, int tag) {
        return dataset.get(tag) instanceof Sequence there ? there : dataset.newSequence(tag);
    }

    private static Attributes anonymize(Attributes dataset, String body) throws IOException {
        return apply(dataset, Modification.Kind.ANONYMIZE, ResourceLevel.STUDY, body, new Identities(() -> 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2008", "2017c", "2021b", "2023b"})
    void patientsInItemsFollowThePatientOfTheInstance(String edition) throws IOException {
        Attributes dataset =
                anonymize(withPatients(Tag.ROIContourSequence), "{\"DicomVersion\": \"%s\"}".formatted(edition));
        Attributes own = dataset.getItem(Tag.ROIContourSequence, 0);
        assertEquals(dataset.getString(Tag.PatientID), own.getString(Tag.PatientID));
        assertEquals(dataset.getString(Tag.StudyInstanceUID), own.getString(Tag.StudyInstanceUID));
        assertEquals("", own.getString(Tag.PatientName, ""));
        String other = dataset.getItem(Tag.ROIContourSequence, 1).getString(Tag.PatientID);
        assertNotEquals("OTHER", other);
        assertNotEquals(dataset.getString(Tag.PatientID), other);
    }

    @Test
    void aPatientIdGivenByTheClientHoldsInItems() throws IOException {
        Attributes dataset = anonymize(
                withPatients(Tag.ROIContourSequence), "{\"Replace\": {\"PatientID\": \"NEW\"}, \"Force\": true}");
        assertEquals("NEW", dataset.getItem(Tag.ROIContourSequence, 0).getString(Tag.PatientID));
        assertNotEquals("OTHER", dataset.getItem(Tag.ROIContourSequence, 1).getString(Tag.PatientID));
    }

    @Test
    void tagsToKeepOrRemoveWithoutAPathCountInItemsOfAnAnonymization() throws IOException {
        Attributes dataset = anonymize(
                withPatients(Tag.ROIContourSequence),
                "{\"Keep\": [\"PatientSex\", \"FrameOfReferenceUID\", \"0099-1001\"], \"Remove\": [\"Manufacturer\"]}");
        Attributes item = dataset.getItem(Tag.ROIContourSequence, 0);
        assertEquals("F", item.getString(Tag.PatientSex));
        assertEquals("1.2.9", item.getString(Tag.FrameOfReferenceUID));
        assertEquals("private", item.getString("SOMEBODY", 0x00991001));
        assertFalse(item.contains(Tag.Manufacturer));
    }

    @Test
    void theProfileHoldsInPrivateSequencesThatAreKept() throws IOException {
        Attributes dataset = withPatients(0x00991002);
        anonymize(dataset, "{\"KeepPrivateTags\": true}");
        Attributes item = dataset.getItem(0x00991002, 0);
        assertEquals("", item.getString(Tag.PatientName, ""));
        assertEquals(dataset.getString(Tag.PatientID), item.getString(Tag.PatientID));
        assertEquals(dataset.getString(Tag.StudyInstanceUID), item.getString(Tag.StudyInstanceUID));
        assertEquals("private", item.getString("SOMEBODY", 0x00991001));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ReferencedImageSequence.PatientID",
                "ReferencedImageSequence[].PatientID",
                "ReferencedImageSequence[a].PatientID",
                "ReferencedImageSequence[-1].PatientID"
            })
    void aPathNeedsAnIndexForEachSequence(String path) {
        IsengardException e =
                assertThrows(IsengardException.class, () -> modify("{\"Remove\": [\"%s\"]}".formatted(path)));
        assertEquals(ErrorCode.PARAMETER_OUT_OF_RANGE, e.error());
    }
}
