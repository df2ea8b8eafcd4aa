package org.isengard.dicom.image.codec;

import java.util.Arrays;
import java.util.Set;
import org.isengard.dicom.UID;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.FrameEncoder;
import org.isengard.dicom.image.ImageDescription;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.Photometric;

/** RLE compression of DICOM (PS3.5 annex G). */
final class RleEncoder implements FrameEncoder {
    @Override
    public Set<String> transferSyntaxes() {
        return Set.of(UID.RLELossless);
    }

    @Override
    public Photometric accepts(ImageDescription d, String transferSyntax) throws ImageException {
        if (d.floating() || d.bitsAllocated() == 1) {
            throw ImageException.unsupported("RLE of " + d.bitsAllocated() + " bits");
        }
        return d.isSubsampled() ? Photometric.YBR_FULL : d.photometric();
    }

    @Override
    public byte[] encode(Frame frame, String transferSyntax, int quality) {
        int bytes = frame.type().bytes();
        int spp = frame.samplesPerPixel();
        int pixels = frame.columns() * frame.rows();
        int segments = bytes * spp;
        byte[] plane = new byte[pixels];
        // PackBits grows by one byte in 128 at most, and each row may cost one more.
        int worst = pixels + pixels / 128 + 2 * frame.rows() + 2;
        byte[] out = new byte[Math.toIntExact(RleDecoder.HEADER + (long) segments * worst)];
        int32(out, 0, segments);
        int at = RleDecoder.HEADER;
        for (int segment = 0; segment < segments; segment++) {
            int32(out, 4 + 4 * segment, at);
            int shift = 8 * (bytes - 1 - segment % bytes);
            int k = segment / bytes;
            for (int i = 0; i < pixels; i++, k += spp) {
                plane[i] = bytes == 1
                        ? frame.bytes()[k]
                        : (byte) ((bytes == 2 ? frame.shorts()[k] : frame.ints()[k]) >> shift);
            }
            for (int row = 0; row < pixels; row += frame.columns()) {
                at = pack(plane, row, row + frame.columns(), out, at);
            }
            at += at & 1;
        }
        return Arrays.copyOf(out, at);
    }

    private static int pack(byte[] in, int start, int end, byte[] out, int position) {
        int at = position;
        int i = start;
        while (i < end) {
            int run = run(in, i, end);
            if (run >= 3 || run == 2 && i + 2 == end) {
                out[at++] = (byte) (1 - run);
                out[at++] = in[i];
                i += run;
                continue;
            }
            int from = i;
            while (i < end && i - from < 128 && run(in, i, end) < 3) {
                i++;
            }
            out[at++] = (byte) (i - from - 1);
            System.arraycopy(in, from, out, at, i - from);
            at += i - from;
        }
        return at;
    }

    private static int run(byte[] in, int start, int end) {
        int i = start + 1;
        int most = Math.min(end, start + 128);
        while (i < most && in[i] == in[start]) {
            i++;
        }
        return i - start;
    }

    private static void int32(byte[] b, int at, int v) {
        b[at] = (byte) v;
        b[at + 1] = (byte) (v >> 8);
        b[at + 2] = (byte) (v >> 16);
        b[at + 3] = (byte) (v >> 24);
    }
}
