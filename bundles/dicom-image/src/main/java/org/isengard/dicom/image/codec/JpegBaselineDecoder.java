package org.isengard.dicom.image.codec;

import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.isengard.dicom.UID;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameDecoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.Photometric;
import org.isengard.dicom.image.SampleType;

/** JPEG Baseline and 8-bit Extended (PS3.5 section 8.2.1) with the JDK's reader, which gives the samples unconverted. */
final class JpegBaselineDecoder implements FrameDecoder {
    private static final int PROGRESSIVE = 0xc2;
    private static final int MAX_SCANS = 8;
    private static final int MAX_PROGRESSIVE_SCANS = 64;

    @Override
    public Set<String> transferSyntaxes() {
        return Set.of(UID.JPEGBaseline8Bit);
    }

    @Override
    public Frame decode(byte[] stream, ImageDescription d) throws IOException {
        JpegHeader header = JpegHeader.of(stream);
        header.check(d);
        checkScans(stream, header.process() == PROGRESSIVE ? MAX_PROGRESSIVE_SCANS : MAX_SCANS);
        ImageReader reader = reader();
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(stream))) {
            reader.setInput(in, true, true);
            Raster raster = reader.readRaster(0, null);
            if (raster.getNumBands() != d.samplesPerPixel()
                    || raster.getWidth() != d.columns()
                    || raster.getHeight() != d.rows()) {
                throw ImageException.bad("The JPEG stream is " + raster.getWidth() + " x " + raster.getHeight() + " x "
                        + raster.getNumBands());
            }
            return new Frame(
                    d.columns(),
                    d.rows(),
                    d.samplesPerPixel(),
                    photometric(header, d),
                    SampleType.UINT8,
                    8,
                    samples(raster));
        } catch (RuntimeException | IOException e) {
            throw e instanceof ImageException known
                    ? known
                    : new ImageException(ImageException.Kind.BAD_IMAGE, "Bad JPEG stream: " + e.getMessage(), e);
        } finally {
            reader.dispose();
        }
    }

    /** The JDK's reader goes over the whole picture for each scan, however short. Encoders make ten of them at most. */
    private static void checkScans(byte[] stream, int most) throws ImageException {
        int scans = 0;
        for (int i = 0; i + 4 < stream.length; i++) {
            // Application data may hold anything: a marker counts with the length and number that belong to it.
            boolean scan = stream[i] == (byte) 0xff
                    && (stream[i + 1] & 0xff) == JpegSegments.SOS
                    && stream[i + 2] == 0
                    && stream[i + 3] == 6 + 2 * stream[i + 4];
            if (scan && ++scans > most) {
                throw ImageException.bad("The JPEG stream has more than " + most + " scans");
            }
        }
    }

    private static byte[] samples(Raster raster) {
        int expected = raster.getWidth() * raster.getHeight() * raster.getNumBands();
        if (raster.getDataBuffer() instanceof DataBufferByte buffer
                && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
                && model.getScanlineStride() == raster.getWidth() * raster.getNumBands()
                && inOrder(model.getBandOffsets())
                && buffer.getData().length == expected) {
            return buffer.getData();
        }
        int[] samples = raster.getPixels(0, 0, raster.getWidth(), raster.getHeight(), (int[]) null);
        byte[] bytes = new byte[samples.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) samples[i];
        }
        return bytes;
    }

    private static boolean inOrder(int[] offsets) {
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] != i) {
                return false;
            }
        }
        return true;
    }

    /** A marker about colour in the stream beats the data set, which is often wrong about colour. */
    static Photometric photometric(JpegHeader header, ImageDescription d) {
        if (d.samplesPerPixel() == 1) {
            return d.photometric();
        }
        if (header.adobeTransform() == 0) {
            return Photometric.RGB;
        }
        boolean ybr = header.adobeTransform() == 1
                || header.subsampled()
                || d.photometric().isYbr();
        return ybr ? Photometric.YBR_FULL : Photometric.RGB;
    }

    private static ImageReader reader() throws ImageException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("JPEG");
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.getClass().getName().startsWith("com.sun.imageio.")) {
                return reader;
            }
        }
        throw ImageException.unsupported("This Java runtime has no JPEG reader (module java.desktop)");
    }
}
