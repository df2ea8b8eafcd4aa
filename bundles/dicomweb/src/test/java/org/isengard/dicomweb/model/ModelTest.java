package org.isengard.dicomweb.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.SpecificCharacterSet;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.runtime.Json;
import org.junit.jupiter.api.Test;

class ModelTest {
    private static final BulkDataSource NO_BULK_DATA = (dataset, tag, vr, address) -> {
        throw new IllegalArgumentException("no bulk data: " + address);
    };

    private static Attributes dataset() {
        Attributes d = new Attributes();
        d.setDefaultCharacterSet(SpecificCharacterSet.UTF_8);
        d.setString(Tag.SpecificCharacterSet, VR.CS, "ISO_IR 192");
        d.setString(Tag.PatientName, VR.PN, "Wang^XiaoDong=\u738b^\u5c0f\u4e1c");
        d.setString(Tag.OtherPatientNames, VR.PN, "X^Y^^", "", "=Ideo");
        d.setNull(Tag.PatientBirthDate, VR.DA);
        d.setString(Tag.ImageType, VR.CS, "A", "", "B");
        d.setString(Tag.SeriesNumber, VR.IS, "+5");
        d.setString(Tag.PixelSpacing, VR.DS, "1.50", "-0");
        d.setInt(Tag.Rows, VR.US, 512);
        d.setInt(Tag.ReferencePixelX0, VR.SL, -70000);
        d.setDouble(Tag.RecommendedDisplayFrameRateInFloat, VR.FL, 2.5);
        d.setDouble(0x00189313, VR.FD, 0.001, Double.NaN, Double.POSITIVE_INFINITY);
        d.setLong(Tag.FrameIncrementPointer, VR.AT, Tag.FrameTime);
        d.setBytes(Tag.EncapsulatedDocument, VR.OB, new byte[] {1, 2, 3, 4});
        Attributes item = d.newSequence(Tag.RequestAttributesSequence).newItem();
        item.setString(Tag.CodeMeaning, VR.LO, "Frage \u00fc");
        item.setBytes(Tag.EncapsulatedDocument, VR.OB, new byte[] {5, 6});
        d.newSequence(Tag.ReferencedImageSequence);
        return d;
    }

    private static String json(Attributes dataset, BulkDataUris bulkData) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
            new JsonModelWriter(json, bulkData).write(dataset);
        }
        return text.toString();
    }

    private static String xml(Attributes dataset) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        XmlModelWriter.write(out, dataset, Dictionary.standard(), null);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void jsonFollowsAnnexF() throws IOException {
        JsonNode json = Json.MAPPER.readTree(json(dataset(), path -> "bulk/" + path));
        assertEquals(
                "{\"Alphabetic\":\"Wang^XiaoDong\",\"Ideographic\":\"\u738b^\u5c0f\u4e1c\"}",
                json.at("/00100010/Value/0").toString());
        assertEquals(
                "[{\"Alphabetic\":\"X^Y^^\"},null,{\"Ideographic\":\"Ideo\"}]",
                json.at("/00101001/Value").toString());
        assertEquals("{\"vr\":\"DA\"}", json.get("00100030").toString());
        assertEquals("[\"A\",null,\"B\"]", json.at("/00080008/Value").toString());
        assertEquals("[5]", json.at("/00200011/Value").toString());
        assertEquals("[\"1.50\",\"-0\"]", json.at("/00280030/Value").toString());
        assertEquals("[512]", json.at("/00280010/Value").toString());
        assertEquals("[-70000]", json.at("/00186020/Value").toString());
        assertEquals("[2.5]", json.at("/00089459/Value").toString());
        assertEquals("[0.001,\"NaN\",\"inf\"]", json.at("/00189313/Value").toString());
        assertEquals("[\"00181063\"]", json.at("/00280009/Value").toString());
        assertEquals("bulk/00420011", json.at("/00420011/BulkDataURI").asText());
        assertEquals(
                "bulk/00400275/1/00420011",
                json.at("/00400275/Value/0/00420011/BulkDataURI").asText());
        assertEquals("{\"vr\":\"SQ\"}", json.get("00081140").toString());
    }

    @Test
    void groupLengthsAndFileMetaDoNotAppear() throws IOException {
        Attributes d = new Attributes();
        d.setInt(0x00080000, VR.UL, 4);
        d.setString(Tag.TransferSyntaxUID, VR.UI, "1.2");
        d.setString(Tag.Modality, VR.CS, "CT");
        assertEquals("{\"00080060\":{\"vr\":\"CS\",\"Value\":[\"CT\"]}}", json(d, null));
    }

    @Test
    void whatJsonSaysComesBack() throws IOException {
        String written = json(dataset(), null);
        Attributes read = new JsonModelReader(NO_BULK_DATA).read(Json.MAPPER.readTree(written));
        assertEquals(Json.MAPPER.readTree(written), Json.MAPPER.readTree(json(read, null)));
    }

    @Test
    void whatXmlSaysComesBack() throws IOException {
        Attributes dataset = dataset();
        // A name in XML has five parts: delimiters at the end of a group say nothing.
        dataset.setString(Tag.OtherPatientNames, VR.PN, "X^Y", "", "=Ideo");
        String written = xml(dataset);
        Attributes read =
                XmlModelReader.read(new ByteArrayInputStream(written.getBytes(StandardCharsets.UTF_8)), NO_BULK_DATA);
        assertEquals(written, xml(read));
        assertEquals(Json.MAPPER.readTree(json(dataset, null)), Json.MAPPER.readTree(json(read, null)));
    }

    @Test
    void xmlNamesKeywordsAndPrivateCreators() throws IOException {
        Attributes d = new Attributes();
        d.setString(0x00090010, VR.LO, "ACME");
        d.setString(0x00091001, VR.LO, "a \u0001 b");
        d.setString(Tag.Modality, VR.CS, "CT");
        String xml = xml(d);
        assertTrue(xml.contains("tag=\"00080060\" vr=\"CS\" keyword=\"Modality\""), xml);
        assertTrue(xml.contains("tag=\"00091001\" vr=\"LO\" privateCreator=\"ACME\""), xml);
        assertTrue(xml.contains("a \uFFFD b"), xml);
    }

    @Test
    void badDataSetsGiveClearErrors() {
        for (String text : List.of(
                "[]",
                "1",
                "{\"x\":{}}",
                "{\"00100010\":{}}",
                "{\"00100010\":{\"vr\":\"ZZ\"}}",
                "{\"00280010\":{\"vr\":\"US\",\"Value\":[\"a\"]}}",
                "{\"00280010\":{\"vr\":\"US\",\"Value\":[70000]}}",
                "{\"00280010\":{\"vr\":\"US\",\"Value\":[null]}}",
                "{\"00420011\":{\"vr\":\"OB\",\"InlineBinary\":\"****\"}}",
                "{\"00420011\":{\"vr\":\"OB\",\"Value\":[\"a\"]}}",
                "{\"00400275\":{\"vr\":\"SQ\",\"Value\":[1]}}",
                "{\"00420011\":{\"vr\":\"OB\",\"BulkDataURI\":\"file:///etc/passwd\"}}")) {
            IsengardException e = assertThrows(
                    IsengardException.class,
                    () -> new JsonModelReader(NO_BULK_DATA).read(Json.MAPPER.readTree(text)),
                    text);
            assertFalse(e.details().isBlank(), text);
        }
    }

    @Test
    void entitiesAndDocumentTypesOfXmlAreRefused() {
        for (String text : List.of(
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><NativeDicomModel>"
                        + "<DicomAttribute tag=\"00100010\" vr=\"LO\"><Value number=\"1\">&e;</Value></DicomAttribute>"
                        + "</NativeDicomModel>",
                "<x/>",
                "<NativeDicomModel><DicomAttribute/></NativeDicomModel>",
                "<NativeDicomModel>")) {
            assertThrows(
                    IsengardException.class,
                    () -> XmlModelReader.read(
                            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), NO_BULK_DATA),
                    text);
        }
    }

    @Test
    void damagedJsonGivesADataSetOrAClearError() throws IOException {
        byte[] good = json(dataset(), null).getBytes(StandardCharsets.UTF_8);
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] text = good.clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                text[random.nextInt(text.length)] = (byte) (32 + random.nextInt(95));
            }
            JsonNode node;
            try {
                node = Json.MAPPER.readTree(text);
            } catch (IOException e) {
                continue;
            }
            try {
                new JsonModelReader(NO_BULK_DATA).read(node);
            } catch (IsengardException e) {
                assertFalse(e.details().isBlank());
            }
        }
    }
}
