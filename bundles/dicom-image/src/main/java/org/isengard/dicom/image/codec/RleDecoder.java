package org.isengard.dicom.image.codec;

import java.util.Set;
import org.isengard.dicom.UID;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameDecoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.Photometric;
import org.isengard.dicom.image.SampleType;

/** RLE compression of DICOM (PS3.5 annex G): one segment for each byte of the samples, the most significant first. */
final class RleDecoder implements FrameDecoder {
    static final int HEADER = 64;

    @Override
    public Set<String> transferSyntaxes() {
        return Set.of(UID.RLELossless);
    }

    @Override
    public Frame decode(byte[] stream, ImageDescription d) throws ImageException {
        int bytes = d.bitsAllocated() / 8;
        int spp = d.samplesPerPixel();
        if (bytes == 0 || d.floating()) {
            throw ImageException.unsupported("RLE with " + d.bitsAllocated() + " bits");
        }
        int count = stream.length < HEADER ? 0 : int32(stream, 0);
        if (count != bytes * spp) {
            throw ImageException.bad(count + " RLE segments for " + spp + " samples of " + bytes + " bytes");
        }
        int pixels = d.rows() * d.columns();
        byte[] plane = new byte[pixels];
        byte[] out8 = bytes == 1 ? spp == 1 ? plane : new byte[d.samples()] : null;
        short[] out16 = bytes == 2 ? new short[d.samples()] : null;
        int[] out32 = bytes == 4 ? new int[d.samples()] : null;
        for (int segment = 0; segment < count; segment++) {
            long start = int32(stream, 4 + 4 * segment) & 0xffffffffL;
            long end = segment + 1 < count ? int32(stream, 8 + 4 * segment) & 0xffffffffL : stream.length;
            if (start < HEADER || end < start || end > stream.length) {
                throw ImageException.bad(
                        "RLE segment " + segment + " from byte " + start + " to " + end + " of " + stream.length);
            }
            unpack(stream, (int) start, (int) end, plane);
            int shift = 8 * (bytes - 1 - segment % bytes);
            int k = segment / bytes;
            if (out16 != null) {
                for (int i = 0; i < pixels; i++, k += spp) {
                    out16[k] |= (short) ((plane[i] & 0xff) << shift);
                }
            } else if (out32 != null) {
                for (int i = 0; i < pixels; i++, k += spp) {
                    out32[k] |= (plane[i] & 0xff) << shift;
                }
            } else if (spp > 1) {
                for (int i = 0; i < pixels; i++, k += spp) {
                    out8[k] = plane[i];
                }
            }
        }
        Object data = out8 != null ? out8 : out16 != null ? out16 : out32;
        SampleType type = out8 != null ? SampleType.UINT8 : out16 != null ? SampleType.UINT16 : SampleType.UINT32;
        // Planes are of full size here, whatever the data set says about subsampling.
        Photometric photometric = d.isSubsampled() ? Photometric.YBR_FULL : d.photometric();
        return new Frame(d.columns(), d.rows(), spp, photometric, type, d.bitsAllocated(), data);
    }

    /** PackBits, with rows that may run on. */
    private static void unpack(byte[] in, int start, int end, byte[] out) throws ImageException {
        int i = start;
        int k = 0;
        while (k < out.length && i < end) {
            int n = in[i++];
            if (n >= 0) {
                int length = Math.min(Math.min(n + 1, out.length - k), end - i);
                System.arraycopy(in, i, out, k, length);
                i += n + 1;
                k += length;
            } else if (n > -128 && i < end) {
                int to = Math.min(k + 1 - n, out.length);
                byte value = in[i++];
                while (k < to) {
                    out[k++] = value;
                }
            }
        }
        if (k < out.length) {
            throw ImageException.bad("An RLE segment ends after " + k + " of " + out.length + " bytes");
        }
    }

    private static int int32(byte[] b, int at) {
        return b[at] & 0xff | (b[at + 1] & 0xff) << 8 | (b[at + 2] & 0xff) << 16 | b[at + 3] << 24;
    }
}
