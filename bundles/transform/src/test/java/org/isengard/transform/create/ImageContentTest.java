package org.isengard.transform.create;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.junit.jupiter.api.Test;

class ImageContentTest {
    private static DataUri uri(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, format, out);
        return DataUri.parse("data:image/" + ("jpg".equals(format) ? "jpeg" : format) + ";base64,"
                + Base64.getEncoder().encodeToString(out.toByteArray()));
    }

    @Test
    void deepGreyKeepsItsSamples() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setSample(0, 0, 0, 0x1234);
        image.getRaster().setSample(1, 0, 0, 0xfedc);
        Attributes dataset = new Attributes();
        ImageContent.put(dataset, uri(image, "png"), false);
        assertEquals(16, dataset.getInt(Tag.BitsStored, 0));
        assertArrayEquals(new byte[] {0x34, 0x12, (byte) 0xdc, (byte) 0xfe}, dataset.getBytes(Tag.PixelData));
    }

    @Test
    void transparencyIsDropped() throws IOException {
        BufferedImage image = new BufferedImage(1, 2, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x80102030);
        image.setRGB(0, 1, 0xff405060);
        Attributes dataset = new Attributes();
        ImageContent.put(dataset, uri(image, "png"), false);
        assertEquals("RGB", dataset.getString(Tag.PhotometricInterpretation));
        assertArrayEquals(new byte[] {0x10, 0x20, 0x30, 0x40, 0x50, 0x60}, dataset.getBytes(Tag.PixelData));
    }

    @Test
    void aJpegMayStayAsItIs() throws IOException {
        Attributes dataset = new Attributes();
        DataUri jpeg = uri(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY), "jpg");
        assertEquals(TransferSyntax.JPEG_BASELINE, ImageContent.put(dataset, jpeg, true));
        assertEquals(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, ImageContent.put(dataset, jpeg, false));
    }

    @Test
    void whatIsNoImageIsABadFile() {
        for (String bad : new String[] {"nope", "data:image/png;base64,AAAA", "data:image/png;base64,*"}) {
            IsengardException e = assertThrows(
                    IsengardException.class, () -> ImageContent.put(new Attributes(), DataUri.parse(bad), false));
            assertEquals(ErrorCode.BAD_FILE_FORMAT, e.error());
        }
    }
}
