package org.isengard.dicom.image.codec;

import com.github.jaiimageio.jpeg2000.impl.J2KImageReader;
import com.github.jaiimageio.jpeg2000.impl.J2KImageReaderSpi;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Set;
import org.isengard.dicom.UID;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameDecoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.Photometric;
import org.isengard.dicom.image.SampleType;

/** JPEG 2000 part 1 (ISO/IEC 15444-1) with the library of jai-imageio, whose colours come out as RGB. */
final class Jpeg2000Decoder implements FrameDecoder {
    @Override
    public Set<String> transferSyntaxes() {
        return Set.of(UID.JPEG2000Lossless, UID.JPEG2000);
    }

    @Override
    public Frame decode(byte[] stream, ImageDescription d) throws IOException {
        Jpeg2000Header header = Jpeg2000Header.of(stream);
        header.check(d);
        J2KImageReader reader = new J2KImageReader(new J2KImageReaderSpi());
        QuietJ2k.begin();
        try (BoundedInput in = new BoundedInput(stream, header.start())) {
            reader.setInput(in, true, true);
            Raster raster = reader.readRaster(0, null);
            if (raster.getWidth() != d.columns()
                    || raster.getHeight() != d.rows()
                    || raster.getNumBands() < d.samplesPerPixel()) {
                throw ImageException.bad("The JPEG 2000 stream is " + raster.getWidth() + " x " + raster.getHeight()
                        + " x " + raster.getNumBands());
            }
            return frame(raster, header, d);
        } catch (ImageException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            throw new ImageException(ImageException.Kind.TOO_LARGE, "The JPEG 2000 stream asks for too much memory", e);
        } catch (RuntimeException | IOException | Error e) {
            // The library reports damaged streams as errors, too.
            throw new ImageException(ImageException.Kind.BAD_IMAGE, "Bad JPEG 2000 stream: " + e, e);
        } finally {
            QuietJ2k.end();
            reader.dispose();
        }
    }

    private static Frame frame(Raster raster, Jpeg2000Header header, ImageDescription d) {
        int spp = d.samplesPerPixel();
        Photometric photometric = spp == 1
                ? d.photometric()
                : d.photometric() == Photometric.YBR_FULL && !header.colourTransform()
                        ? Photometric.YBR_FULL
                        : Photometric.RGB;
        boolean wide = d.bitsAllocated() > 8;
        short[] shorts = wide ? new short[d.samples()] : null;
        byte[] bytes = wide ? null : new byte[d.samples()];
        int[] row = new int[d.columns() * raster.getNumBands()];
        int bands = raster.getNumBands();
        int k = 0;
        for (int y = 0; y < d.rows(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, d.columns(), 1, row);
            for (int x = 0; x < d.columns(); x++) {
                for (int c = 0; c < spp; c++, k++) {
                    if (wide) {
                        shorts[k] = (short) row[x * bands + c];
                    } else {
                        bytes[k] = (byte) row[x * bands + c];
                    }
                }
            }
        }
        return new Frame(
                d.columns(),
                d.rows(),
                spp,
                photometric,
                wide ? SampleType.UINT16 : SampleType.UINT8,
                header.precision(),
                wide ? shorts : bytes);
    }
}
