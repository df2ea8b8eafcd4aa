package org.isengard.dicom;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A plain value. What was read stays a slice of the bytes it was read from (little endian, padding included) and is
 * decoded when asked for; what was set as text stays text and is encoded when asked for.
 */
public final class Value extends Element {
    private final byte[] buffer;
    private final int start;
    private final int length;
    private final String text;
    private final boolean unknown;

    /** A value of little-endian bytes, which are not copied. */
    public Value(int tag, VR vr, byte[] bytes) {
        this(tag, vr, bytes, 0, bytes.length);
    }

    Value(int tag, VR vr, byte[] buffer, int start, int length) {
        this(tag, vr, buffer, start, length, false);
    }

    private Value(int tag, VR vr, byte[] buffer, int start, int length, boolean unknown) {
        super(tag, vr);
        this.buffer = buffer;
        this.start = start;
        this.length = length;
        this.text = null;
        this.unknown = unknown;
    }

    private Value(int tag, VR vr, String text) {
        super(tag, vr);
        this.buffer = null;
        this.start = 0;
        this.length = 0;
        this.text = text;
        this.unknown = false;
    }

    /** The same, as one that the dictionary has no VR for and that was read without one: not UN in the file. */
    Value asUnknown() {
        return new Value(tag(), vr(), buffer, start, length, true);
    }

    boolean isUnknown() {
        return unknown;
    }

    /** A value from its notation as text: characters for VRs of strings, decimal numbers for those of numbers. */
    static Value of(int tag, VR vr, String... values) {
        if (vr.isNumber()) {
            return new Value(tag, vr, numbers(vr, values));
        }
        return new Value(tag, vr, String.join("\\", values));
    }

    private static byte[] numbers(VR vr, String... values) {
        int size = vr.valueSize();
        var bytes = new byte[values.length * size];
        for (int i = 0; i < values.length; i++) {
            String s = values[i].trim();
            switch (vr) {
                case AT -> {
                    int tag = Tags.parse(s, Dictionary.standard())
                            .orElseThrow(() -> new IllegalArgumentException("Not a tag: " + s));
                    Bytes.put16(bytes, i * size, tag >>> 16);
                    Bytes.put16(bytes, i * size + 2, tag);
                }
                case FL -> Bytes.put32(bytes, i * size, Float.floatToIntBits(Float.parseFloat(s)));
                case FD -> Bytes.put64(bytes, i * size, Double.doubleToLongBits(Double.parseDouble(s)));
                case UV -> Bytes.put64(bytes, i * size, Long.parseUnsignedLong(s));
                default -> putInteger(bytes, i * size, vr, Long.parseLong(s));
            }
        }
        return bytes;
    }

    static Value ofIntegers(int tag, VR vr, long... values) {
        if (vr == VR.AT) {
            return of(tag, vr, Arrays.stream(values).mapToObj(Value::tagText).toArray(String[]::new));
        }
        if (!vr.isInteger()) {
            return of(tag, vr, Arrays.stream(values).mapToObj(Long::toString).toArray(String[]::new));
        }
        var bytes = new byte[values.length * vr.valueSize()];
        for (int i = 0; i < values.length; i++) {
            putInteger(bytes, i * vr.valueSize(), vr, values[i]);
        }
        return new Value(tag, vr, bytes);
    }

    private static String tagText(long tag) {
        // As an int a tag of a high group is negative.
        if (tag < Integer.MIN_VALUE || tag > 0xffffffffL) {
            throw new IllegalArgumentException(tag + " is no tag");
        }
        return Tags.toHex((int) tag);
    }

    private static void putInteger(byte[] bytes, int at, VR vr, long value) {
        int bits = vr.valueSize() * 8;
        if (bits < 64) {
            boolean signed = vr == VR.SS || vr == VR.SL;
            long min = signed ? -1L << bits - 1 : 0;
            long max = signed ? (1L << bits - 1) - 1 : (1L << bits) - 1;
            if (value < min || value > max) {
                throw new IllegalArgumentException(value + " does not fit into " + vr);
            }
        }
        switch (bits) {
            case 16 -> Bytes.put16(bytes, at, (int) value);
            case 32 -> Bytes.put32(bytes, at, (int) value);
            default -> Bytes.put64(bytes, at, value);
        }
    }

    @Override
    public boolean isEmpty() {
        return text == null ? length == 0 : text.isEmpty();
    }

    /** The length in bytes; -1 if the value is text that has yet to be encoded. */
    @Override
    public long length() {
        return text == null ? length : text.isEmpty() ? 0 : -1;
    }

    /** The bytes in little-endian order, a copy. Text not encoded yet is encoded, without padding. */
    public byte[] bytes(SpecificCharacterSet characterSet) {
        return text == null ? Arrays.copyOfRange(buffer, start, start + length) : encode(characterSet);
    }

    /** The bytes from one index up to another, as {@link #bytes(SpecificCharacterSet)} has them, without a copy of the others. */
    public byte[] bytes(SpecificCharacterSet characterSet, int from, int to) {
        return text == null
                ? Arrays.copyOfRange(buffer, start + Objects.checkFromToIndex(from, to, length), start + to)
                : Arrays.copyOfRange(encode(characterSet), from, to);
    }

    private byte[] encode(SpecificCharacterSet characterSet) {
        return characterSet.encode(text, vr().isString() ? vr() : VR.UT);
    }

    /** The bytes without a copy being made: the array of the slice, which starts at {@link #start()}. */
    byte[] buffer() {
        return buffer;
    }

    int start() {
        return start;
    }

    boolean isEncoded() {
        return text == null;
    }

    /**
     * Whether it is text that depends on the character set. What the standard wants to be ASCII, such as the codes of
     * VR CS, is often written in the character set of its data set as well.
     */
    public boolean needsCharacterSet() {
        return vr().isString()
                && (text == null
                        ? !SpecificCharacterSet.isPlainAscii(buffer, start, length)
                        : !text.chars().allMatch(c -> c < 128));
    }

    /** All characters of the value, backslashes, leading spaces and padding included. */
    public String string(SpecificCharacterSet characterSet) {
        return text != null ? text : characterSet.decode(buffer, start, length, vr().isString() ? vr() : VR.UT);
    }

    /** The values as text, each without padding; numbers in decimal notation; the bytes of a binary VR are one text. */
    public List<String> strings(SpecificCharacterSet characterSet) {
        if (isEmpty()) {
            return List.of();
        }
        if (vr().isNumber()) {
            var numbers = new ArrayList<String>(count());
            for (int i = 0; i < count(); i++) {
                numbers.add(number(i));
            }
            return numbers;
        }
        String all = string(characterSet);
        if (!vr().isMultiValued()) {
            return List.of(trimEnd(all));
        }
        int separator = all.indexOf('\\');
        if (separator < 0) {
            return List.of(trim(all));
        }
        var parts = new ArrayList<String>();
        int from = 0;
        for (; separator >= 0; separator = all.indexOf('\\', from)) {
            parts.add(trim(all.substring(from, separator)));
            from = separator + 1;
        }
        parts.add(trim(all.substring(from)));
        return parts;
    }

    /** The first value as text, as {@link #strings} has it, or null. */
    String first(SpecificCharacterSet characterSet) {
        if (isEmpty()) {
            return null;
        }
        if (vr().isNumber()) {
            return count() == 0 ? null : number(0);
        }
        String all = string(characterSet);
        if (!vr().isMultiValued()) {
            return trimEnd(all);
        }
        int separator = all.indexOf('\\');
        return trim(separator < 0 ? all : all.substring(0, separator));
    }

    static String trim(String s) {
        int from = 0;
        while (from < s.length() && s.charAt(from) <= ' ' && isPadding(s.charAt(from))) {
            from++;
        }
        return trimEnd(from == 0 ? s : s.substring(from));
    }

    static String trimEnd(String s) {
        int to = s.length();
        while (to > 0 && isPadding(s.charAt(to - 1))) {
            to--;
        }
        return to == s.length() ? s : s.substring(0, to);
    }

    private static boolean isPadding(char c) {
        return c == ' ' || c == 0;
    }

    /** The number of values of a VR of numbers; an incomplete last one does not count. */
    public int count() {
        return length / vr().valueSize();
    }

    private String number(int index) {
        return switch (vr()) {
            case FL -> Float.toString(Float.intBitsToFloat(Bytes.int32(buffer, start + 4 * index)));
            case FD -> Double.toString(doubleAt(index));
            case AT -> Tags.toString((int) longAt(index));
            case UV -> Long.toUnsignedString(longAt(index));
            default -> Long.toString(longAt(index));
        };
    }

    /** A number as a whole one; of AT the tag. */
    public long longAt(int index) {
        int at = start + index * vr().valueSize();
        return switch (vr()) {
            case US -> Bytes.int16(buffer, at);
            case SS -> (short) Bytes.int16(buffer, at);
            case UL -> Bytes.int32(buffer, at) & 0xffffffffL;
            case SL -> Bytes.int32(buffer, at);
            case AT -> Bytes.int16(buffer, at) << 16 | Bytes.int16(buffer, at + 2);
            case SV, UV -> Bytes.int64(buffer, at);
            case FL, FD -> (long) doubleAt(index);
            default -> throw new IllegalStateException(vr() + " has no numbers");
        };
    }

    public double doubleAt(int index) {
        return switch (vr()) {
            case FL -> Float.intBitsToFloat(Bytes.int32(buffer, start + 4 * index));
            case FD -> Double.longBitsToDouble(Bytes.int64(buffer, start + 8 * index));
            default -> longAt(index);
        };
    }

    /** All values as numbers, also those of DS and IS; what is not a number is NaN. */
    public double[] doubles() {
        if (vr().isNumber()) {
            var numbers = new double[count()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = doubleAt(i);
            }
            return numbers;
        }
        return strings(SpecificCharacterSet.ASCII).stream()
                .mapToDouble(Value::parseDouble)
                .toArray();
    }

    static double parseDouble(String s) {
        try {
            return Double.parseDouble(s);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** The whole number a text stands for ("12", "+12", "12.0"), or null. */
    static Long parseLong(String s) {
        try {
            return Long.valueOf(s);
        } catch (NumberFormatException notPlain) {
            double value = parseDouble(s);
            return Math.abs(value) < 1L << 53 ? Long.valueOf((long) value) : null;
        }
    }

    /** The notation of a number that fits into the 16 characters of DS (PS3.5 section 6.2). */
    static String decimalString(double value) {
        String s = value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
        for (int digits = 16; s.length() > 16 && digits > 0; digits--) {
            s = new BigDecimal(value).round(new MathContext(digits)).toString();
        }
        return s;
    }

    @Override
    Element copy() {
        return this;
    }
}
