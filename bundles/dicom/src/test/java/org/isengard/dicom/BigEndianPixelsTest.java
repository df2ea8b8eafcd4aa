package org.isengard.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** GE's private transfer syntax: implicit little endian, but for the words of pixel data. */
class BigEndianPixelsTest {
    private static final TransferSyntax GE = TransferSyntax.of("1.2.840.113619.5.2");
    private static final byte[] WORDS = {1, 2, 3, 4};

    @Test
    void wordsOfPixelDataAreTurnedAndNothingElseIs() throws IOException {
        byte[] file = file(GE);
        assertArrayEquals(new byte[] {2, 1, 4, 3}, Arrays.copyOfRange(file, file.length - 4, file.length));
        DicomFile read = DicomReader.read(new ByteArrayInputStream(file), ReadOptions.defaults());
        assertEquals(GE, read.transferSyntax());
        assertEquals(258, read.dataset().getInt(Tag.Rows, 0));
        assertArrayEquals(WORDS, read.dataset().getBytes(Tag.PixelData));
        Attributes icon = read.dataset().getSequence(Tag.IconImageSequence).get(0);
        assertArrayEquals(WORDS, icon.getBytes(Tag.PixelData));
    }

    @Test
    void pixelDataLeftInItsSourceKnowsItsOrder() throws IOException {
        byte[] file = file(GE);
        DicomFile read = DicomReader.read(
                new ByteArrayInputStream(file),
                ReadOptions.defaults().withPixelData(ReadOptions.PixelData.REFERENCE),
                offset -> new ByteArrayInputStream(file, (int) offset, file.length - (int) offset));
        assertTrue(read.dataset().get(Tag.PixelData) instanceof BulkData bulk && bulk.bigEndian());
        for (TransferSyntax syntax : new TransferSyntax[] {GE, TransferSyntax.EXPLICIT_LITTLE_ENDIAN}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            DicomWriter.write(out, null, read.dataset(), syntax);
            DicomFile again = DicomReader.read(new ByteArrayInputStream(out.toByteArray()), ReadOptions.defaults());
            assertArrayEquals(WORDS, again.dataset().getBytes(Tag.PixelData), syntax.name());
        }
    }

    private static byte[] file(TransferSyntax syntax) throws IOException {
        Attributes dataset = new Attributes();
        dataset.setString(Tag.SOPClassUID, VR.UI, "1.2.3");
        dataset.setString(Tag.SOPInstanceUID, VR.UI, "1.2.4");
        dataset.setInt(Tag.Rows, VR.US, 258);
        dataset.newSequence(Tag.IconImageSequence).newItem().setBytes(Tag.PixelData, VR.OW, WORDS);
        dataset.setBytes(Tag.PixelData, VR.OW, WORDS);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DicomWriter.write(out, null, dataset, syntax);
        return out.toByteArray();
    }
}
