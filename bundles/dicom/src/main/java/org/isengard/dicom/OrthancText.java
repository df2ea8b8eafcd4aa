package org.isengard.dicom;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Values as the text Orthanc shows and stores: all values joined by backslashes, without padding; numbers in decimal. */
public final class OrthancText {
    private OrthancText() {}

    /** The text of an element of a data set; null if there is no such element, or it is binary or a sequence. */
    public static String of(Attributes dataset, int tag) {
        Element element = dataset.get(tag);
        return element == null ? null : of(dataset, element);
    }

    /** The text of an element, in the character set of the data set; null if it is binary or a sequence. */
    public static String of(Attributes dataset, Element element) {
        return of(dataset, element, Integer.MAX_VALUE);
    }

    /** As {@link #of(Attributes, Element)}; may stop early when the text has become longer than {@code limit}. */
    public static String of(Attributes dataset, Element element, int limit) {
        if (!(element instanceof Value value)) {
            return null;
        }
        return switch (value.vr()) {
            case OB, OW -> null;
            case UN -> printable(dataset, value);
            case OF, OD, OL, OV -> value.isEncoded() ? floats(value, limit) : null;
            default -> value.vr().isString() ? string(dataset, value) : numbers(value, limit);
        };
    }

    private static String string(Attributes dataset, Value value) {
        String s = value.string(dataset.characterSet());
        int end = s.indexOf(0);
        // Bytes behind a NUL are remains of the writer's memory.
        s = Value.trimEnd(end < 0 ? s : s.substring(0, end));
        // Blanks in front mean nothing in most text (PS3.5 section 6.2), but only UIDs are shown without them.
        return value.vr() == VR.UI ? withoutBlanks(s) : s;
    }

    private static String withoutBlanks(String s) {
        return s.chars().allMatch(c -> c > ' ') ? s : s.replaceAll("\\s", "");
    }

    /** A value that the file marks as UN is text if all of it can be printed; a value whose VR only we do not know is not. */
    private static String printable(Attributes dataset, Value value) {
        if (value.isUnknown()) {
            return null;
        }
        boolean known = Dictionary.standard().vrOf(value.tag(), null).isString();
        byte[] bytes = value.bytes(SpecificCharacterSet.ASCII);
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        for (int i = 0; i < length; i++) {
            boolean ofCharacterSet = bytes[i] < 0 || bytes[i] == 0x1b;
            boolean control = bytes[i] >= 0 && bytes[i] < ' ' && "\r\n\t".indexOf(bytes[i]) < 0 || bytes[i] == 127;
            if (ofCharacterSet ? !known : control) {
                return null;
            }
        }
        return dataset.characterSet().decode(bytes, 0, length, VR.UT);
    }

    private static String numbers(Value value, int limit) {
        if (value.vr() == VR.FL || value.vr() == VR.FD) {
            return floats(value, limit);
        }
        if (value.vr() == VR.AT) {
            var tags = new StringBuilder();
            for (int i = 0; i < value.count() && tags.length() <= limit; i++) {
                tags.append(i == 0 ? "" : "\\").append(Tags.toString((int) value.longAt(i)));
            }
            return tags.toString();
        }
        var s = new StringBuilder();
        for (int i = 0; i < value.count() && s.length() <= limit; i++) {
            long number = value.longAt(i);
            s.append(i == 0 ? "" : "\\").append(value.vr() == VR.UV ? Long.toUnsignedString(number) : number);
        }
        return s.toString();
    }

    private static String floats(Value value, int limit) {
        VR vr = value.vr();
        var s = new StringBuilder();
        int size = vr.unitSize();
        int count = (int) value.length() / size;
        for (int i = 0; i < count && s.length() <= limit; i++) {
            int at = value.start() + i * size;
            s.append(i == 0 ? "" : "\\");
            switch (vr) {
                case FL, OF -> s.append(decimal(Float.intBitsToFloat(Bytes.int32(value.buffer(), at))));
                case FD, OD -> s.append(decimal(Double.longBitsToDouble(Bytes.int64(value.buffer(), at))));
                case OL -> s.append(Bytes.int32(value.buffer(), at) & 0xffffffffL);
                default -> s.append(Long.toUnsignedString(Bytes.int64(value.buffer(), at)));
            }
        }
        return s.toString();
    }

    /** The notation C's {@code %.17g} gives: all digits that matter, no trailing zeros, exponent where it is shorter. */
    static String decimal(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(17, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= -4 && exponent < 17) {
            return stripZeros(rounded.toPlainString());
        }
        String mantissa = rounded.movePointLeft(exponent).toPlainString();
        return stripZeros(mantissa)
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    private static String stripZeros(String s) {
        int end = s.length();
        while (s.indexOf('.') >= 0 && s.charAt(end - 1) == '0') {
            end--;
        }
        return s.substring(0, s.charAt(end - 1) == '.' ? end - 1 : end);
    }
}
