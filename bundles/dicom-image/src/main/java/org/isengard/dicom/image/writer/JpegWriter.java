package org.isengard.dicom.image.writer;

import java.awt.image.BandedSampleModel;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.SampleType;

/** Writes JPEG files of pictures with 8 bits, with the JDK's writer. */
public final class JpegWriter {
    private JpegWriter() {}

    /**
     * Writes a gray or RGB picture as JFIF.
     *
     * @param quality 1 to 100
     */
    public static byte[] write(Frame frame, int quality) throws IOException {
        if (frame.type() != SampleType.UINT8) {
            throw ImageException.unsupported("JPEG of more than 8 bits");
        }
        if (frame.samplesPerPixel() == 1) {
            BufferedImage image = new BufferedImage(frame.columns(), frame.rows(), BufferedImage.TYPE_BYTE_GRAY);
            System.arraycopy(frame.bytes(), 0, pixels(image.getRaster()), 0, frame.samples());
            return encode(new IIOImage(image, null, null), quality);
        }
        BufferedImage image = new BufferedImage(frame.columns(), frame.rows(), BufferedImage.TYPE_3BYTE_BGR);
        byte[] out = pixels(image.getRaster());
        byte[] in = frame.bytes();
        for (int i = 0; i < in.length; i += 3) {
            out[i] = in[i + 2];
            out[i + 1] = in[i + 1];
            out[i + 2] = in[i];
        }
        return encode(new IIOImage(image, null, null), quality);
    }

    /** Writes samples as they are, without conversion of colours, one or three components of full resolution. */
    static byte[] writeRaster(Frame frame, int quality) throws IOException {
        int spp = frame.samplesPerPixel();
        int[] offsets = spp == 1 ? new int[] {0} : new int[] {0, 1, 2};
        SampleModel model = spp == 1
                ? new BandedSampleModel(DataBuffer.TYPE_BYTE, frame.columns(), frame.rows(), 1)
                : new PixelInterleavedSampleModel(
                        DataBuffer.TYPE_BYTE, frame.columns(), frame.rows(), spp, frame.columns() * spp, offsets);
        Raster raster = Raster.createRaster(model, new DataBufferByte(frame.bytes(), frame.samples()), null);
        return encode(new IIOImage(raster, null, null), quality);
    }

    private static byte[] pixels(WritableRaster raster) {
        return ((DataBufferByte) raster.getDataBuffer()).getData();
    }

    private static byte[] encode(IIOImage image, int quality) throws IOException {
        ImageWriter writer = writer();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(Math.max(1, Math.min(100, quality)) / 100f);
            writer.setOutput(out);
            writer.write(null, image, param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static ImageWriter writer() throws ImageException {
        Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("JPEG");
        while (writers.hasNext()) {
            ImageWriter writer = writers.next();
            if (writer.getClass().getName().startsWith("com.sun.imageio.")) {
                return writer;
            }
        }
        throw ImageException.unsupported("This Java runtime has no JPEG writer (module java.desktop)");
    }
}
