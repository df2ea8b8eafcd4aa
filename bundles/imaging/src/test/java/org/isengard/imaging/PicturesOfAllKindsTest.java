package org.isengard.imaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomWriter;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which images the picture routes show, refuse or replace. */
class PicturesOfAllKindsTest {
    private static final List<String> ROUTES =
            List.of("preview", "rendered", "image-uint8", "image-uint16", "image-int16");

    @TempDir
    private Path directory;

    private SampleFiles store(Consumer<Attributes> change) throws IOException {
        Attributes d = new Attributes();
        d.setString(Tag.SOPClassUID, UID.SecondaryCaptureImageStorage);
        d.setString(Tag.SOPInstanceUID, "1.2.3");
        d.setInt(Tag.Rows, VR.US, 1);
        d.setInt(Tag.Columns, VR.US, 2);
        d.setInt(Tag.SamplesPerPixel, VR.US, 1);
        d.setString(Tag.PhotometricInterpretation, "MONOCHROME2");
        d.setInt(Tag.BitsAllocated, VR.US, 32);
        change.accept(d);
        Attributes meta = DicomWriter.fileMetaInformation(
                UID.SecondaryCaptureImageStorage, "1.2.3", TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        Path file = directory.resolve("image.dcm");
        try (OutputStream out = Files.newOutputStream(file)) {
            DicomWriter.write(out, meta, d, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        }
        SampleFiles files = new SampleFiles();
        files.put("a", file);
        return files;
    }

    private static TestCall get(SampleFiles files, boolean showAll, String route) throws IOException {
        ImagingRoutes routes = new ImagingRoutes(
                new Images(files.index(), files.attachments(), files, 1 << 20), files, files.index(), showAll);
        return TestCall.get(routes, "/instances/a/" + route, Map.of());
    }

    private static void floats(Attributes d) {
        d.setBytes(Tag.FloatPixelData, VR.OF, new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40});
    }

    private static Consumer<Attributes> whole(int stored) {
        return d -> {
            d.setInt(Tag.BitsStored, VR.US, stored);
            d.setInt(Tag.HighBit, VR.US, stored - 1);
            d.setInt(Tag.PixelRepresentation, VR.US, 0);
            d.setBytes(Tag.PixelData, VR.OW, new byte[] {0, 0, 0, 0, 0, 0, (byte) 0x80, 0});
        };
    }

    @Test
    void floatsAreRefusedAsInOrthancUnlessAllIsToBeShown() throws Exception {
        SampleFiles files = store(PicturesOfAllKindsTest::floats);
        for (String route : ROUTES) {
            for (String at : List.of("", "frames/0/")) {
                assertEquals(415, get(files, false, at + route).status(), route);
                assertEquals(
                        307,
                        get(files, false, at + route + "?returnUnsupportedImage")
                                .status(),
                        route);
                assertEquals(200, get(files, true, at + route).status(), route);
            }
        }
        assertEquals(200, get(files, false, "numpy").status());
    }

    @Test
    void aWindowIsPutOnGrayOfLessThan32StoredBits() throws Exception {
        SampleFiles deep = store(whole(24));
        TestCall shown = get(deep, false, "rendered");
        assertEquals(200, shown.status());
        assertEquals(
                127,
                ImageIO.read(new ByteArrayInputStream(shown.body())).getRaster().getSample(1, 0, 0));
        assertEquals(415, get(deep, false, "preview").status());
        assertEquals(415, get(store(whole(32)), false, "rendered").status());
    }

    @Test
    void theWindowOfAnImageWithoutOneIsThatOfItsBits() throws Exception {
        SampleFiles files = store(d -> {
            d.setInt(Tag.BitsAllocated, VR.US, 16);
            d.setInt(Tag.BitsStored, VR.US, 16);
            d.setInt(Tag.HighBit, VR.US, 15);
            d.setInt(Tag.PixelRepresentation, VR.US, 1);
            d.setString(Tag.RescaleSlope, "0.5");
            d.setString(Tag.RescaleIntercept, "0");
            d.setBytes(Tag.PixelData, VR.OW, new byte[] {0, (byte) 0x80, 0, 0x40});
        });
        var raster = ImageIO.read(
                        new ByteArrayInputStream(get(files, false, "rendered").body()))
                .getRaster();
        assertEquals(0, raster.getSample(0, 0, 0));
        assertEquals(31, raster.getSample(1, 0, 0));
    }
}
