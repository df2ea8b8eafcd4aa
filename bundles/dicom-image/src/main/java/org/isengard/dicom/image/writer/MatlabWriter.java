package org.isengard.dicom.image.writer;

import org.isengard.dicom.image.Frame;

/** Writes frames as matrices of Matlab and Octave, to be read with {@code eval()}. */
public final class MatlabWriter {
    private MatlabWriter() {}

    /** {@return {@code double([ row ; row ])} of a gray frame, or a reshaped list of an RGB frame} */
    public static String write(Frame frame) {
        int spp = frame.samplesPerPixel();
        StringBuilder text = new StringBuilder(frame.samples() * 4 + 64);
        if (spp == 1) {
            text.append("double([ ");
            int i = 0;
            for (int y = 0; y < frame.rows(); y++) {
                if (y > 0) {
                    text.append("; ");
                }
                for (int x = 0; x < frame.columns(); x++) {
                    append(text, frame.value(i++));
                }
            }
            return text.append("])").toString();
        }
        text.append("double(permute(reshape([ ");
        for (int i = 0; i < frame.samples(); i++) {
            append(text, frame.value(i));
        }
        return text.append("], [ ")
                .append(spp)
                .append(' ')
                .append(frame.rows())
                .append(' ')
                .append(frame.columns())
                .append(" ]), [ 3 2 1 ]))")
                .toString();
    }

    private static void append(StringBuilder text, double value) {
        if (value == (long) value) {
            text.append((long) value);
        } else {
            text.append(value);
        }
        text.append(' ');
    }
}
