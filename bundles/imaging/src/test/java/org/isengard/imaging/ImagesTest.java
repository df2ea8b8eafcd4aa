package org.isengard.imaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.Codecs;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameDecoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.Transcoding;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {
    /** Sees the same gray everywhere. */
    private static final class GrayDecoder implements FrameDecoder {
        @Override
        public Set<String> transferSyntaxes() {
            return Set.of(UID.RLELossless);
        }

        @Override
        public Frame decode(byte[] stream, ImageDescription d) {
            byte[] gray = new byte[d.samples()];
            java.util.Arrays.fill(gray, (byte) 99);
            return Frame.gray8(d.columns(), d.rows(), gray);
        }
    }

    @TempDir
    private Path directory;

    private final SampleFiles files = new SampleFiles();
    private Images images;

    @BeforeEach
    void storeAnImage() throws Exception {
        Attributes d = new Attributes();
        d.setString(Tag.SOPClassUID, UID.SecondaryCaptureImageStorage);
        d.setString(Tag.SOPInstanceUID, "1.2.3");
        d.setInt(Tag.Rows, VR.US, 2);
        d.setInt(Tag.Columns, VR.US, 2);
        d.setInt(Tag.SamplesPerPixel, VR.US, 1);
        d.setString(Tag.PhotometricInterpretation, "MONOCHROME2");
        d.setInt(Tag.BitsAllocated, VR.US, 8);
        d.setInt(Tag.BitsStored, VR.US, 8);
        d.setInt(Tag.HighBit, VR.US, 7);
        d.setInt(Tag.PixelRepresentation, VR.US, 0);
        d.setBytes(Tag.PixelData, VR.OB, new byte[] {1, 2, 3, 4});
        Attributes meta = DicomWriter.fileMetaInformation(
                UID.SecondaryCaptureImageStorage, "1.2.3", TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        DicomFile coded = new Transcoding(Codecs.builtIn(), TransferSyntax.RLE, 90, false)
                .transcode(new DicomFile(meta, d, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, 0, -1, VR.OB));
        Path file = directory.resolve("rle.dcm");
        try (OutputStream out = Files.newOutputStream(file)) {
            DicomWriter.write(out, coded.meta(), coded.dataset(), coded.transferSyntax());
        }
        files.put("a", file);
        images = new Images(files.index(), files.attachments(), files, 1 << 20);
    }

    @Test
    void aDecodedFrameIsKept() throws Exception {
        assertSame(images.frame("a", 0).frame(), images.frame("a", 0).frame());
        Images without = new Images(files.index(), files.attachments(), files, 0);
        assertNotSame(without.frame("a", 0).frame(), without.frame("a", 0).frame());
    }

    @Test
    void aServiceOfHigherRankingReplacesABuiltInCodec() throws Exception {
        FrameDecoder gray = new GrayDecoder();
        assertEquals(1, images.frame("a", 0).frame().bytes()[0]);
        images.addDecoder(gray, Map.of("service.ranking", 10));
        assertEquals(99, images.frame("a", 0).frame().bytes()[0]);
        images.removeDecoder(gray);
        assertEquals(1, images.frame("a", 0).frame().bytes()[0]);
        images.addDecoder(gray, Map.of());
        assertNotEquals(99, images.frame("a", 0).frame().bytes()[0]);
    }
}
