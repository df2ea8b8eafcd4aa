package org.isengard.dicomweb.wado;

import java.util.Locale;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.ModalityValues;
import org.isengard.dicom.image.Photometric;

/**
 * The window that maps modality values to brightness (PS3.3 section C.11.2.1.2 and C.11.2.1.3).
 *
 * @param center in modality units
 * @param width in modality units; the linear function of a width up to 1 tells black from white at the center
 */
record Window(double center, double width, Function function) {
    private static final String NUMBER = "[+-]?\\d{1,15}(\\.\\d{0,15})?([eE][+-]?\\d{1,2})?";

    /** The functions of VOI LUT Function (0028,1056). */
    enum Function {
        LINEAR,
        LINEAR_EXACT,
        SIGMOID
    }

    /** @throws IsengardException PARAMETER_OUT_OF_RANGE when it is not center, width and a function */
    static Window parse(String text) {
        if (text.isEmpty()) {
            return null;
        }
        String[] parts = text.split(",", -1);
        if (parts.length < 2
                || parts.length > 3
                || !parts[0].strip().matches(NUMBER)
                || !parts[1].strip().matches(NUMBER)) {
            throw bad(text);
        }
        Function function =
                switch (parts.length < 3 ? "linear" : parts[2].strip().toLowerCase(Locale.ROOT)) {
                    case "linear", "" -> Function.LINEAR;
                    case "linear-exact" -> Function.LINEAR_EXACT;
                    case "sigmoid" -> Function.SIGMOID;
                    default -> throw bad(text);
                };
        return new Window(
                Double.parseDouble(parts[0].strip()),
                Math.max(function == Function.LINEAR ? 0 : 1e-6, Double.parseDouble(parts[1].strip())),
                function);
    }

    private static IsengardException bad(String text) {
        return new IsengardException(
                ErrorCode.PARAMETER_OUT_OF_RANGE,
                "window must be center,width,function with the function linear, linear-exact or sigmoid, not " + text);
    }

    /** {@return a gray picture of a monochrome frame} */
    Frame apply(Frame frame, ModalityValues values) {
        int n = frame.samples();
        byte[] out = new byte[n];
        boolean inverse = frame.photometric() == Photometric.MONOCHROME1;
        for (int i = 0; i < n; i++) {
            double shade = shade(values.slope() * frame.value(i) + values.intercept());
            int gray = (int) Math.max(0, Math.min(255, Math.round(shade * 255)));
            out[i] = (byte) (inverse ? 255 - gray : gray);
        }
        return Frame.gray8(frame.columns(), frame.rows(), out);
    }

    /** {@return 0 for black to 1 for white} */
    private double shade(double value) {
        return switch (function) {
            case LINEAR -> {
                double low = center - 0.5 - (width - 1) / 2;
                double high = center - 0.5 + (width - 1) / 2;
                yield value <= low ? 0 : value > high ? 1 : (value - (center - 0.5)) / (width - 1) + 0.5;
            }
            case LINEAR_EXACT -> Math.max(0, Math.min(1, (value - center) / width + 0.5));
            case SIGMOID -> 1 / (1 + Math.exp(-4 * (value - center) / width));
        };
    }
}
