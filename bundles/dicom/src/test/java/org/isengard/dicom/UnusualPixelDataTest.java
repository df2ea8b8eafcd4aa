package org.isengard.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The VR of pixel data, and whether it is the one of PS3.5 annex A. */
class UnusualPixelDataTest {
    @Test
    void onlyAnotherVrThanTheStandardDemandsIsTold() {
        assertEquals(
                Optional.empty(),
                file(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, VR.OW, 16).unusualPixelDataVR());
        assertEquals(
                Optional.of(VR.OB),
                file(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, VR.OB, 16).unusualPixelDataVR());
        assertEquals(
                Optional.empty(),
                file(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, VR.OB, 8).unusualPixelDataVR());
        assertEquals(
                Optional.of(VR.UN),
                file(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, VR.UN, 8).unusualPixelDataVR());
        assertEquals(Optional.empty(), file(TransferSyntax.RLE, VR.OB, 16).unusualPixelDataVR());
        assertEquals(Optional.of(VR.OW), file(TransferSyntax.RLE, VR.OW, 16).unusualPixelDataVR());
        assertEquals(Optional.empty(), file(TransferSyntax.RLE, null, 16).unusualPixelDataVR());
    }

    @Test
    void aReadingThatStopsAtPixelDataKnowsItsVr() throws IOException {
        for (TransferSyntax syntax :
                new TransferSyntax[] {TransferSyntax.EXPLICIT_LITTLE_ENDIAN, TransferSyntax.DEFLATED}) {
            Attributes dataset = new Attributes();
            dataset.setString(Tag.SOPInstanceUID, VR.UI, "1.2");
            dataset.setBytes(Tag.PixelData, VR.OW, new byte[16]);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            DicomWriter.write(out, DicomWriter.fileMetaInformation("1.2.3", "1.2", syntax), dataset, syntax);
            DicomFile file = DicomReader.read(
                    new ByteArrayInputStream(out.toByteArray()),
                    ReadOptions.defaults().withStopAt(Tag.PixelData));
            assertEquals(VR.OW, file.pixelDataVR(), syntax.name());
            assertTrue(file.dataset().contains(Tag.SOPInstanceUID));
            assertNull(file.dataset().getString(Tag.PixelData));
        }
    }

    private static DicomFile file(TransferSyntax syntax, VR vr, int bits) {
        Attributes dataset = new Attributes();
        dataset.setInt(Tag.BitsAllocated, VR.US, bits);
        return new DicomFile(new Attributes(), dataset, syntax, 0, vr == null ? -1 : 100, vr);
    }
}
