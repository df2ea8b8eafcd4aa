package org.isengard.dicom.image.codec;

import com.github.jaiimageio.jpeg2000.J2KImageWriteParam;
import com.github.jaiimageio.jpeg2000.impl.J2KImageWriter;
import com.github.jaiimageio.jpeg2000.impl.J2KImageWriterSpi;
import java.awt.image.DataBuffer;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import javax.imageio.IIOImage;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.isengard.dicom.UID;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameEncoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.Photometric;

/** JPEG 2000, lossless only: the library's lossy coder is wrong above 8 bits. */
final class Jpeg2000LosslessEncoder implements FrameEncoder {
    private static final int MAX_LEVELS = 5;
    private static final Jpeg2000Decoder DECODER = new Jpeg2000Decoder();

    @Override
    public Set<String> transferSyntaxes() {
        return Set.of(UID.JPEG2000Lossless);
    }

    @Override
    public Photometric accepts(ImageDescription d, String transferSyntax) throws ImageException {
        if (d.floating() || d.bitsAllocated() != 8 && d.bitsAllocated() != 16) {
            throw ImageException.unsupported("JPEG 2000 of " + d.bitsAllocated() + " bits");
        }
        return d.isSubsampled() ? Photometric.YBR_FULL : d.photometric();
    }

    @Override
    public byte[] encode(Frame frame, String transferSyntax, int quality) throws IOException {
        // Of small images the library's coder loses bits when it splits them too often.
        int shorter = Math.min(frame.columns(), frame.rows());
        int levels = Math.max(0, Math.min(MAX_LEVELS, 28 - Integer.numberOfLeadingZeros(shorter)));
        while (true) {
            byte[] stream = encode(frame, levels);
            if (isExact(stream, frame)) {
                return stream;
            }
            if (levels == 0) {
                throw ImageException.unsupported("The JPEG 2000 encoder cannot keep every pixel of this image");
            }
            levels--;
        }
    }

    /** The library's mistakes are silent: nothing leaves that was not read back. */
    private static boolean isExact(byte[] stream, Frame frame) throws IOException {
        int bits = frame.type().bytes() * 8;
        ImageDescription d = new ImageDescription(
                frame.columns(),
                frame.rows(),
                1,
                frame.samplesPerPixel(),
                frame.photometric(),
                false,
                bits,
                bits,
                bits - 1,
                false,
                false);
        Frame read = DECODER.decode(stream, d);
        return frame.data() instanceof byte[] bytes
                ? Arrays.equals(bytes, read.bytes())
                : Arrays.equals(frame.shorts(), read.shorts());
    }

    private static byte[] encode(Frame frame, int levels) throws IOException {
        int spp = frame.samplesPerPixel();
        int[] offsets = spp == 1 ? new int[] {0} : new int[] {0, 1, 2};
        int type = frame.type().bytes() == 1 ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT;
        WritableRaster raster = Raster.createWritableRaster(
                new PixelInterleavedSampleModel(
                        type, frame.columns(), frame.rows(), spp, frame.columns() * spp, offsets),
                null);
        raster.setPixels(0, 0, frame.columns(), frame.rows(), JpegLosslessEncoder.samples(frame));
        J2KImageWriter writer = new J2KImageWriter(new J2KImageWriterSpi());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(frame.samples());
        QuietJ2k.begin();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            J2KImageWriteParam param = (J2KImageWriteParam) writer.getDefaultWriteParam();
            param.setLossless(true);
            param.setFilter(J2KImageWriteParam.FILTER_53);
            param.setComponentTransformation(false);
            param.setEncodingRate(Double.MAX_VALUE);
            param.setWriteCodeStreamOnly(true);
            param.setNumDecompositionLevels(levels);
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), param);
        } catch (RuntimeException e) {
            throw new ImageException(ImageException.Kind.UNSUPPORTED, "JPEG 2000: " + e, e);
        } finally {
            QuietJ2k.end();
            writer.dispose();
        }
        byte[] stream = bytes.toByteArray();
        return Arrays.copyOf(stream, stream.length + (stream.length & 1));
    }
}
