package org.isengard.transform.create;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tag;
import org.isengard.runtime.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewInstanceBuilderTest {
    private static Attributes plain(String body) throws IOException {
        return NewInstanceBuilder.ofPlainTags(Dictionary.standard(), Json.MAPPER.readTree(body))
                .dataset();
    }

    @Test
    void aBodyOfTagsAloneIsTheDataSet() throws IOException {
        Attributes dataset =
                plain("{\"PatientName\": \"A^B\", \"0008-0060\": \"CT\", \"StudyInstanceUID\": \"1.2.3\"}");
        assertEquals("A^B", dataset.getString(Tag.PatientName));
        assertEquals("CT", dataset.getString(Tag.Modality));
        assertEquals("1.2.3", dataset.getString(Tag.StudyInstanceUID));
        assertTrue(dataset.contains(Tag.SOPInstanceUID));
        assertFalse(dataset.contains(Tag.StudyDate));
        assertFalse(dataset.contains(Tag.SpecificCharacterSet));
    }

    @Test
    void pixelDataOfABodyOfTagsAloneIsAnImage() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(4, 3, BufferedImage.TYPE_BYTE_GRAY), "png", png);
        String uri = "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
        Attributes dataset = plain("{\"PatientName\": \"A\", \"PixelData\": \"" + uri + "\"}");
        assertEquals(3, dataset.getInt(Tag.Rows, 0));
        assertEquals(4, dataset.getInt(Tag.Columns, 0));
    }

    @Test
    void textBeyondAsciiMakesADataSetOfUtf8() throws IOException {
        Attributes dataset = plain("{\"PatientName\": \"\u0416\"}");
        assertEquals("ISO_IR 192", dataset.getString(Tag.SpecificCharacterSet));
        assertEquals("\u0416", dataset.getString(Tag.PatientName));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"PatientAge\": 5} | CREATE_DICOM_NOT_STRING",
                "{\"ContentSequence\": []} | CREATE_DICOM_NOT_STRING",
                "{\"NoSuchTag\": \"x\"} | UNKNOWN_DICOM_TAG"
            })
    void aBodyOfTagsAloneHasTextsOfKnownTags(String body, ErrorCode error) {
        assertEquals(
                error, assertThrows(IsengardException.class, () -> plain(body)).error());
    }
}
