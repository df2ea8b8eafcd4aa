package org.isengard.dicomweb.resource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.BulkData;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Tag;
import org.isengard.dicom.TransferSyntax;
import org.isengard.dicom.VR;
import org.isengard.dicom.image.DicomImage;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.Transcoding;

/** A file whose pixel data is decoded frame by frame while it is written, so that memory holds one frame. */
public final class DecodedFile {
    private DecodedFile() {}

    /**
     * {@return the file in a native transfer syntax}
     *
     * @param source with its pixel data left in the storage area
     * @param image of the same file
     */
    public static DicomFile of(DicomFile source, DicomImage image, TransferSyntax target) throws IOException {
        ImageDescription d = image.description();
        Frame first = Transcoding.nativeColours(image.frame(0), image);
        Attributes dataset = source.dataset().copy();
        dataset.remove(Tag.PixelData);
        dataset.remove(Tag.ExtendedOffsetTable);
        dataset.remove(Tag.ExtendedOffsetTableLengths);
        dataset.setString(Tag.PhotometricInterpretation, first.photometric().term());
        if (first.samplesPerPixel() > 1) {
            dataset.setInt(Tag.PlanarConfiguration, VR.US, 0);
        }
        long length = first.size() * d.frames();
        dataset.put(new BulkData(
                Tag.PixelData,
                d.bitsAllocated() > 8 ? VR.OW : VR.OB,
                0,
                length + (length & 1),
                false,
                start -> pixels(image, start)));
        Attributes meta = source.meta().copy();
        meta.setString(Tag.TransferSyntaxUID, target.uid());
        return new DicomFile(meta, dataset, target, -1, -1, source.pixelDataVR());
    }

    /** {@return the decoded pixel data of an image from a byte on, padded to an even length} */
    public static InputStream pixels(DicomImage image, long start) throws IOException {
        InputStream pixels = new FrameStream(image);
        pixels.skipNBytes(start);
        return pixels;
    }

    private static final class FrameStream extends InputStream {
        private static final InputStream NONE = new ByteArrayInputStream(new byte[0]);

        private final DicomImage image;
        private InputStream frame = NONE;
        private int next;
        private long length;

        FrameStream(DicomImage image) {
            this.image = image;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (count == 0) {
                return 0;
            }
            int n = frame.read(bytes, offset, count);
            while (n < 0) {
                int frames = image.description().frames();
                if (next > frames) {
                    return -1;
                }
                byte[] decoded = next == frames
                        ? new byte[(int) (length & 1)]
                        : Transcoding.samples(Transcoding.nativeColours(image.frame(next), image));
                next++;
                length += decoded.length;
                frame = new ByteArrayInputStream(decoded);
                n = frame.read(bytes, offset, count);
            }
            return n;
        }
    }
}
