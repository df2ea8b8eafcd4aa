package org.isengard.dicom.image.writer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.ImageException;

/** Writes Portable Arbitrary Maps, with big-endian samples. */
public final class PamWriter {
    private PamWriter() {}

    /** {@return a gray or RGB picture of 8 or 16 bits as a PAM file} */
    public static byte[] write(Frame frame) throws ImageException {
        int bytes = frame.type().bytes();
        if (bytes > 2) {
            throw ImageException.unsupported("PAM of more than 16 bits");
        }
        byte[] head = ("P7\nWIDTH " + frame.columns() + "\nHEIGHT " + frame.rows() + "\nDEPTH "
                        + frame.samplesPerPixel() + "\nMAXVAL " + (bytes == 1 ? 255 : 65535) + "\nTUPLTYPE "
                        + (frame.samplesPerPixel() == 1 ? "GRAYSCALE" : "RGB") + "\nENDHDR\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] out = Arrays.copyOf(head, Math.addExact(head.length, Math.toIntExact(frame.size())));
        if (bytes == 1) {
            System.arraycopy(frame.bytes(), 0, out, head.length, frame.samples());
        } else {
            short[] in = frame.shorts();
            for (int i = 0, k = head.length; i < in.length; i++) {
                out[k++] = (byte) (in[i] >> 8);
                out[k++] = (byte) in[i];
            }
        }
        return out;
    }
}
