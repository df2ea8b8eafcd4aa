package org.isengard.transform.create;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;

/** Puts the pixels of a PNG or JPEG file into a data set (PS3.3 section C.7.6.3). */
final class ImageContent {
    private static final long MAX_PIXELS = 1L << 28;

    private ImageContent() {}

    /**
     * Adds the modules of an image.
     *
     * @param encapsulate keep a JPEG file as it is
     * @return the transfer syntax that the data set now needs
     */
    static TransferSyntax put(Attributes dataset, DataUri content, boolean encapsulate) {
        boolean jpeg = "image/jpeg".equals(content.mediaType());
        BufferedImage image = read(content.bytes(), jpeg ? "jpeg" : "png");
        boolean grey = image.getSampleModel().getNumBands() <= 2
                && image.getColorModel().getColorSpace().getType() == java.awt.color.ColorSpace.TYPE_GRAY;
        boolean deep = grey && image.getSampleModel().getDataType() == DataBuffer.TYPE_USHORT;
        int bits = deep ? 16 : 8;
        dataset.setInt(Tag.SamplesPerPixel, VR.US, grey ? 1 : 3);
        dataset.setInt(Tag.Rows, VR.US, image.getHeight());
        dataset.setInt(Tag.Columns, VR.US, image.getWidth());
        dataset.setInt(Tag.BitsAllocated, VR.US, bits);
        dataset.setInt(Tag.BitsStored, VR.US, bits);
        dataset.setInt(Tag.HighBit, VR.US, bits - 1);
        dataset.setInt(Tag.PixelRepresentation, VR.US, 0);
        if (!grey) {
            dataset.setInt(Tag.PlanarConfiguration, VR.US, 0);
        }
        if (jpeg && encapsulate) {
            dataset.setString(Tag.PhotometricInterpretation, VR.CS, grey ? "MONOCHROME2" : "YBR_FULL_422");
            dataset.setFragments(Tag.PixelData, VR.OB, new byte[0], List.of(content.bytes()));
            return TransferSyntax.JPEG_BASELINE;
        }
        dataset.setString(Tag.PhotometricInterpretation, VR.CS, grey ? "MONOCHROME2" : "RGB");
        dataset.setBytes(Tag.PixelData, deep ? VR.OW : VR.OB, grey ? grey(image, deep) : colour(image));
        return TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
    }

    private static BufferedImage read(byte[] bytes, String format) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        ImageReader reader = readers.next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
            if (pixels > MAX_PIXELS || reader.getWidth(0) > 0xffff || reader.getHeight(0) > 0xffff) {
                throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "The image is too large");
            }
            BufferedImage image = reader.read(0);
            int data = image.getSampleModel().getDataType();
            boolean packed = image.getSampleModel() instanceof java.awt.image.MultiPixelPackedSampleModel;
            if (packed || data != DataBuffer.TYPE_BYTE && data != DataBuffer.TYPE_USHORT) {
                BufferedImage plain =
                        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
                plain.createGraphics().drawImage(image, 0, 0, null);
                return plain;
            }
            return image;
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "The image cannot be read", e);
        } finally {
            reader.dispose();
        }
    }

    /** The samples as they are: a conversion of colours would change them. */
    private static byte[] grey(BufferedImage image, boolean deep) {
        Raster raster = image.getRaster();
        int width = image.getWidth();
        int size = deep ? 2 : 1;
        byte[] pixels = new byte[(width * image.getHeight() * size + 1) & ~1];
        int[] line = new int[width];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getSamples(0, y, width, 1, 0, line);
            for (int sample : line) {
                pixels[at++] = (byte) sample;
                if (deep) {
                    pixels[at++] = (byte) (sample >> 8);
                }
            }
        }
        return pixels;
    }

    private static byte[] colour(BufferedImage image) {
        int width = image.getWidth();
        long size = 3L * width * image.getHeight() + 1 & ~1L;
        if (size > Integer.MAX_VALUE - 8) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "The image is too large");
        }
        byte[] pixels = new byte[(int) size];
        int[] line = new int[width];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, line, 0, width);
            for (int rgb : line) {
                pixels[at++] = (byte) (rgb >> 16);
                pixels[at++] = (byte) (rgb >> 8);
                pixels[at++] = (byte) rgb;
            }
        }
        return pixels;
    }
}
